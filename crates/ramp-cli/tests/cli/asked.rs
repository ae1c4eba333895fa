//! `ramp validate --probe` and `ramp inspect --probe`: the module itself is asked, by the built-in host.

use std::process::Command;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use serde_json::{Value, json};

use crate::shop::Shop;

/// A place with a module that is built from source, and no server to be found.
fn with_module(source: &str) -> Shop {
    let shop = Shop::new();
    let source = format!("{}/../../testdata/{source}", env!("CARGO_MANIFEST_DIR"));
    let flags = ["-shared", "-fPIC", "-O2", "-Wl,--build-id=none", "-o"];
    let built = Command::new("cc").args(flags).arg(shop.path("m.so")).arg(source).status();
    assert!(built.unwrap().success());
    shop.env("PATH", "/no/such/directory").env("REDIS_PATH", "").env("REDIS_SERVER", "")
}

/// A bundle of the module that is there, described as it describes itself.
fn described(shop: &Shop) -> BundleBuilder {
    let module = std::fs::read(shop.path("m.so")).unwrap();
    let greet = json!({
        "command_arity": -1, "command_name": "hello.greet", "first_key": 0, "flags": ["fast", "module", "readonly"],
        "last_key": 0, "step": 0
    });
    BundleBuilder::of_module(module)
        .set("module_name", "hello")
        .set("commands", json!([greet]))
        .set("architecture", std::env::consts::ARCH)
}

#[test]
fn what_the_module_says_of_itself_is_held_against_the_metadata() {
    let shop = with_module("hello/hello.c");
    let good = described(&shop);
    let mut commands = good.metadata["commands"].clone();
    commands[0]["command_arity"] = 2.into();
    commands.as_array_mut().unwrap().push(json!({
        "command_arity": -2, "command_name": "hello.gone", "first_key": 0, "flags": ["readonly"], "last_key": 0, "step": 0
    }));
    let stale = good
        .clone()
        .set("module_name", "hallo")
        .set("version", 10204)
        .set("semantic_version", "1.2.4")
        .set("commands", commands);
    let shop = shop.bundle("good.zip", &good).bundle("stale.zip", &stale);
    let run = shop.ramp(&["validate", "--probe", "good.zip"]);
    assert!(run.status == 0 && !run.stdout.contains("probe-"), "{run}");
    // Nothing of it is said unless it is asked for.
    let run = shop.ramp(&["validate", "stale.zip"]);
    assert!(run.status == 0 && !run.stdout.contains("probe-"), "{run}");
    // The size is the compiler's matter.
    let run = shop.ramp(&["validate", "--probe", "stale.zip"]).to_string();
    let (before, after) = run.split_once(&format!(" · {}, ", std::env::consts::ARCH)).unwrap();
    assert_snapshot!(format!("{before}\n{}", after.split_once('\n').unwrap().1));
    // Bundles side by side are asked one after the other.
    let run =
        shop.ramp(&["validate", "--probe", "--jobs", "4", "--format", "jsonl", "good.zip", "stale.zip", "good.zip"]);
    let passed: Vec<Value> =
        run.stdout.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["passed"].clone()).collect();
    assert_eq!(passed, [true, false], "{run}");
}

#[test]
fn a_module_that_crashes_hangs_or_is_for_elsewhere() {
    let shop = with_module("probe/segfaults.c");
    let crashing = BundleBuilder::of_module(std::fs::read(shop.path("m.so")).unwrap());
    let module = ElfBuilder::module();
    let (module, architecture) =
        if cfg!(target_arch = "aarch64") { (module, "x86_64") } else { (module.aarch64(), "aarch64") };
    let elsewhere = BundleBuilder::of_module(module.build()).set("architecture", architecture);
    let shop = shop.bundle("crashing.zip", &crashing).bundle("elsewhere.zip", &elsewhere);
    let found = |bundle: &str| -> Vec<(String, String)> {
        let run = shop.ramp(&["validate", "--probe", "--format", "json", bundle]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let findings = report["results"][0]["findings"].as_array().unwrap().clone();
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
        let probed = findings.iter().filter(|finding| text(finding, "rule").starts_with("probe-"));
        probed.map(|finding| (text(finding, "rule"), text(finding, "message"))).collect()
    };
    let [(rule, message)] = &found("crashing.zip")[..] else { panic!("{:?}", found("crashing.zip")) };
    assert_eq!(rule, "probe-load-failed");
    assert!(
        message.starts_with("the module crashed the built-in host (as Redis 7.4.1) (signal 11, SIGSEGV)"),
        "{message}"
    );
    let [(rule, message)] = &found("elsewhere.zip")[..] else { panic!("{:?}", found("elsewhere.zip")) };
    assert_eq!(rule, "probe-not-possible");
    assert!(message.starts_with(&format!("the module could not be asked: it is for {architecture}")), "{message}");
    assert!(shop.ramp(&["inspect", "--probe", "crashing.zip"]).stdout.contains("\nNot asked\n"));
}

#[test]
fn what_a_module_registers_is_shown() {
    let shop = with_module("hello/hello.c");
    let shop = shop.bundle("good.zip", &described(&with_module("hello/hello.c")));
    let shown = |arguments: &[&str]| shop.ramp(&[&["inspect", "--probe"], arguments].concat()).stdout;
    let alone = shop.ramp(&["probe", "m.so"]).stdout.replace("8.2.3", "[PLAYED]");
    for (file, played) in [("m.so", "8.2.3"), ("good.zip", "7.4.1")] {
        let text = shown(&[file]).replace(played, "[PLAYED]");
        assert!(text.ends_with(&format!("\n\n{alone}")), "{file}: {text}\n{alone}");
    }
    let json: Value = serde_json::from_str(&shown(&["--format", "json", "good.zip"])).unwrap();
    assert_eq!(json["probe"]["module_name"], "hello");
    assert_eq!(json["probe"]["commands"][0]["command_name"], "hello.greet");
    // From standard input, too, where it has no name.
    let stdin = std::fs::read(shop.path("m.so")).unwrap();
    let run = Shop::new().stdin(stdin).ramp(&["inspect", "--probe", "-"]);
    assert!(run.stdout.contains("hello.greet"), "{run}");
}
