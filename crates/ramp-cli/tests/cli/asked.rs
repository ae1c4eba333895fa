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

/// Packs the module that is there, and gives what is said on standard error.
fn packed(shop: &Shop, more: &[&str]) -> String {
    let run = shop.ramp(&[&["pack", "m.so", "--operating-systems", "rhel9", "-r", "7.2", "-R", "7.2"], more].concat());
    assert_eq!(run.status, 0, "{run}");
    run.stderr
}

/// The commands are those of the newest version with which the bundle will be usable, also by default.
#[test]
fn the_version_that_is_shown_is_the_one_that_the_bundle_is_for() {
    let shop = with_module("hello/hello.c");
    for (options, version) in [
        (&[][..], "7.4.1"),
        (&["-cr", "7.2"], "7.2.4"),
        (&["-cr", "7.2", "-r", "8.0"], "8.0.6"),
        (&["-cr", "7.9"], "8.0.6"),
        (&["-cr", "8.8"], "8.2.3"),
        (&["-cr", "8.8", "--redis-version", "6.2.9"], "6.2.9"),
    ] {
        let said = packed(&shop, &[options, &["--debug"]].concat());
        assert!(said.contains(&format!("asked by: the built-in host (as Redis {version})")), "{options:?}: {said}");
    }
    let run = shop.ramp(&["pack", "m.so", "--redis-version", "9.9"]);
    assert!(run.status == 2 && run.stderr.contains("it plays 5.0, 6.0, 6.2, 7.0, 7.2, 7.4, 8.0, 8.2"), "{run}");
}

/// What is for a server is not passed over in silence where there is none, whoever says it.
#[test]
fn what_had_no_effect_is_told() {
    let shop = with_module("hello/hello.c")
        .file("args.yml", "redis_args: {maxmemory: 1mb}\ncompatible_redis_version: \"7.4\"\n")
        .file("none.yml", "redis_args: {}\ncompatible_redis_version: \"7.4\"\n");
    let no_effect =
        |said: &str| said.lines().filter(|line| line.contains("no effect")).map(str::to_owned).collect::<Vec<_>>();
    let by_host = "had no effect: it is for a redis-server; the module was asked by the built-in host";
    let given = ["--redis-args", r#"{"maxmemory":"1mb"}"#];
    for (options, said) in [
        (&given[..], format!("warning: `--redis-args` {by_host}, since no server was found")),
        (&["-m", "args.yml"], format!("warning: `redis_args` {by_host}, since no server was found")),
        (
            &["-m", "args.yml", "--probe", "builtin"],
            format!("warning: `redis_args` {by_host}, as `--probe builtin` says"),
        ),
        (
            &["--probe", "none", "-n", "m", "--module-version", "1", "--redis-version", "7.4"],
            "warning: `--redis-version` has no effect: the module was not asked".to_owned(),
        ),
    ] {
        assert_eq!(no_effect(&packed(&shop, options)), [said], "{options:?}");
    }
    for options in [
        &["-m", "none.yml"][..],
        &["--redis-args", ""],
        &["-m", "args.yml", "--probe", "none", "-n", "m", "--module-version", "1"],
    ] {
        assert_eq!(no_effect(&packed(&shop, options)), [""; 0], "{options:?}");
    }
}

/// That the commands are of another module is told where the file says of which it is.
#[test]
fn commands_of_another_module_are_told() {
    let shop = with_module("hello/hello.c");
    packed(&shop, &["-o", "own.zip"]);
    let other = described(&shop).set("module_file", "other.so").set("sha256", "0".repeat(64));
    let shop = shop.bundle("other.zip", &other);
    let said = |file: &str| packed(&shop, &["--commands-from", file, "-cr", "7.4"]);
    assert_eq!(said("own.zip"), "");
    assert_eq!(
        said("other.zip"),
        "warning: `other.zip` is of `other.so`, not of `m.so`: name, version and commands are that one's\n"
    );
    // What is printed for the purpose says nothing of it.
    let asked = shop.ramp(&["probe", "m.so", "--format", "json"]).stdout;
    let shop = shop.file("asked.json", asked);
    assert_eq!(packed(&shop, &["--commands-from", "asked.json", "-cr", "7.4"]), "");
}

/// A module for another machine: what each command can do about it is in its own options.
#[test]
#[cfg(target_arch = "x86_64")]
fn help_names_only_what_the_command_has() {
    let module = || ElfBuilder::module().aarch64().build();
    let shop = Shop::new().env("PATH", "/no/such/directory").file("m.so", module());
    let bundle = BundleBuilder::of_module(module()).set("architecture", "aarch64");
    let shop = shop.bundle("b.zip", &bundle).file("mac.so", ramp_fixtures::elf::macho::MachOBuilder::arm64().build());
    for command in [
        &["probe", "m.so"][..],
        &["inspect", "--probe", "m.so"],
        &["inspect", "--probe", "b.zip"],
        &["validate", "--probe", "b.zip"],
    ] {
        let run = shop.ramp(command);
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains("Probe it where it runs."), "{run}");
        for option in ["--probe none", "--commands-from", "--cmdargs"] {
            assert!(!said.contains(option), "{option}: {run}");
        }
    }
    let run = shop.ramp(&["pack", "m.so"]);
    assert!(run.stderr.contains("--commands-from") && run.stderr.contains("--probe none"), "{run}");
    // Nodes load nothing of another format, however it is packed.
    let run = shop.ramp(&["pack", "mac.so"]);
    assert!(run.stderr.ends_with("help: Build it on Linux, or for it.\n"), "{run}");
}
