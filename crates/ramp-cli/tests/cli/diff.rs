//! `ramp diff`: what an upgrade from one build to another changes.

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};
use serde_json::{Value, json};

use crate::samples;
use crate::shop::{Shop, published_schema};

fn command(name: &str, arity: i64, flags: &[&str]) -> Value {
    json!({"command_name": name, "command_arity": arity, "flags": flags, "first_key": 1, "last_key": 1, "step": 1})
}

fn old() -> BundleBuilder {
    BundleBuilder::good()
        .set("capabilities", json!(["types", "replica_of"]))
        .set("commands", json!([command("test.get", 2, &["readonly"]), command("test.old", 2, &["readonly"])]))
}

/// A build that takes much away.
fn new() -> BundleBuilder {
    let module = ElfBuilder::module().need("libc.so.6", "GLIBC_2.28", &["fcntl64"]).needed("libz.so.1").build();
    BundleBuilder::of_module(module)
        .set("version", 10300)
        .set("semantic_version", "1.3.0")
        .set("capabilities", json!(["types"]))
        .set("min_redis_version", "7.4")
        .set("commands", json!([command("test.get", 3, &["write"]), command("test.new", -1, &["readonly"])]))
        .set("description", "x ".repeat(400))
}

/// One that takes nothing away.
fn careful() -> BundleBuilder {
    old().set("version", 10300).set("semantic_version", "1.3.0")
}

fn shop() -> Shop {
    Shop::new().bundle("old.zip", &old()).bundle("new.zip", &new()).bundle("careful.zip", &careful())
}

#[test]
fn for_people() {
    let shop = shop();
    assert_snapshot!("failed", shop.ramp(&["diff", "old.zip", "new.zip"]));
    assert_snapshot!("passed", shop.ramp(&["diff", "old.zip", "careful.zip"]));
    assert_snapshot!("the_same", shop.ramp(&["diff", "old.zip", "old.zip"]));
    assert_snapshot!("down", shop.ramp(&["diff", "careful.zip", "old.zip"]));
    let targets = ["diff", "old.zip", "new.zip", "--target", "7.22", "--target", "8.2"];
    assert_snapshot!("targets", shop.ramp(&targets));
}

#[test]
fn as_markdown() {
    assert_snapshot!(shop().ramp(&["diff", "old.zip", "new.zip", "--format", "markdown"]));
}

/// The end of a comment is where a forge takes no more.
#[test]
fn markdown_is_bounded() {
    let commands = |from: u32| -> Value {
        (from..from + 3000).map(|number| command(&format!("test.{number}"), 2, &["readonly"])).collect()
    };
    let shop = Shop::new()
        .bundle("old.zip", &old().set("commands", commands(0)))
        .bundle("new.zip", &careful().set("commands", commands(3000)));
    let run = shop.ramp(&["diff", "old.zip", "new.zip", "--format", "markdown"]);
    assert_eq!(run.status, 1);
    assert!(run.stdout.len() <= 65_536, "{}", run.stdout.len());
    assert!(run.stdout.contains("more differences"), "{}", run.stdout.len());
}

#[test]
fn as_json_that_fits_its_schema() {
    let shop = shop();
    let schema = published_schema("diff");
    for targets in [&[][..], &["--target", "7.22", "--target", "8.2"]] {
        let run = shop.ramp(&[&["diff", "old.zip", "new.zip", "--format", "json"][..], targets].concat());
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
        let results = document["results"].as_array().unwrap();
        assert_eq!(results.len(), 1.max(targets.len() / 2));
        assert_eq!(results[0]["passed"], false);
        assert_eq!(results[0]["answer"]["refusals"][0]["http_status"], 406);
        let change = document["changes"].as_array().unwrap().iter().find(|change| change["field"] == "command_arity");
        let expected = json!({"area": "commands", "kind": "changed", "name": "test.get", "field": "command_arity",
            "old": 2, "new": 3});
        assert_eq!(change, Some(&expected));
    }
}

#[test]
fn the_gate() {
    let shop = shop();
    let run = |more: &[&str]| shop.ramp(&[&["diff", "old.zip", "new.zip"][..], more].concat()).status;
    let given = [
        (&["--fail-on", "never"][..], 0),
        (&["-W", "upgrade"], 0),
        (&["-W", "upgrade", "--fail-on", "warning"], 1),
        (&["-A", "upgrade"], 0),
        (&["-D", "upgrade-command-flags", "-W", "upgrade"], 1),
    ];
    for (more, status) in given {
        assert_eq!(run(more), status, "{more:?}");
    }
    assert_eq!(shop.ramp(&["diff", "old.zip", "careful.zip", "--fail-on", "note"]).status, 0);
}

/// What is known and does not count here says nothing of what `ramp validate` finds, and the other way round.
#[test]
fn the_policy_file_is_for_both() {
    let file = "[[allow]]\nrule = \"upgrade\"\nreason = \"a new major version\"\n\n[[allow]]\nrule = \"probe-version\"\n\
                reason = \"it says 0\"\n\n[[allow]]\nrule = \"set-git-sha-differs\"\nreason = \"built on two machines\"\n";
    let shop = shop().file("ramp.toml", file);
    let run = shop.ramp(&["diff", "old.zip", "new.zip"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.contains("suppressed"), "{run}");
    assert!(shop.ramp(&["diff", "old.zip", "new.zip", "--all"]).stdout.contains("suppressed: a new major version"));
    let run = shop.ramp(&["validate", "old.zip", "--fail-on", "warning"]);
    assert_eq!(run.status, 0, "{run}");
    // What has nothing to speak of is told, and what was not looked for is not.
    let run = shop.ramp(&["diff", "old.zip", "careful.zip"]);
    assert!(run.stderr.contains("nothing was found by `upgrade`") && !run.stderr.contains("probe-version"), "{run}");
    let run = shop.ramp(&["validate", "--set", "old.zip"]);
    assert!(run.stdout.contains("nothing was found by `set-git-sha-differs`"), "{run}");
}

#[test]
fn what_cannot_be_compared() {
    let shop = shop()
        .bundle("other.zip", &careful().set("module_name", "other"))
        .file("hostile.zip", samples::hostile())
        .bundle("broken.zip", &old().metadata_bytes(*b"{\"version\": }"))
        .file("text.zip", "hello");
    assert_snapshot!("other_module", shop.ramp(&["diff", "old.zip", "other.zip"]));
    assert_snapshot!("broken", shop.ramp(&["diff", "old.zip", "broken.zip"]));
    assert_snapshot!("no_zip", shop.ramp(&["diff", "text.zip", "new.zip"]));
    assert_snapshot!("twice", shop.ramp(&["diff", "-", "-"]));
    for format in ["human", "markdown", "json"] {
        let run = shop.ramp(&["diff", "old.zip", "hostile.zip", "--format", format]);
        let steers = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!run.stdout.contains(steers), "{format}: {:?}", run.stdout);
    }
}

/// A module in two builds, from source, that registers what only it knows.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[test]
fn what_the_modules_register() {
    let shop = Shop::new();
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/probe/builds.c");
    let bundle = |build: u32| {
        let out = shop.path(&format!("{build}.so"));
        let flags = ["-shared", "-fPIC", "-O2", "-Wl,--build-id=none", "-o"];
        let built =
            std::process::Command::new("cc").args(flags).arg(&out).arg(format!("-DBUILD={build}")).arg(source).status();
        assert!(built.unwrap().success());
        BundleBuilder::of_module(std::fs::read(out).unwrap())
            .set("module_name", "builds")
            .set("version", build * 10000)
            .set("semantic_version", format!("{build}.0.0"))
            .set("architecture", std::env::consts::ARCH)
            .set("commands", json!([command("builds.box", -2, &["readonly"]), command("builds.get", 2, &["readonly"])]))
    };
    let (old, new) = (bundle(1), bundle(2));
    let shop = shop.bundle("old.zip", &old).bundle("new.zip", &new).bundle("other.zip", &self::new());
    let run = shop.ramp(&["diff", "old.zip", "new.zip", "--probe"]);
    // What a compiler makes of them differs.
    let told: Vec<&str> = run.stdout.lines().take_while(|line| !line.contains("size")).collect();
    let found: Vec<&str> = run.stdout.lines().filter(|line| line.contains("upgrade-")).map(str::trim).collect();
    assert_snapshot!("registered", [&told[4..], &["…"], &found].concat().join("\n"));
    // What could not be asked is told, and not compared.
    let run = shop.ramp(&["diff", "old.zip", "other.zip", "--probe"]);
    assert!(run.stdout.contains("could not be asked") && !run.stdout.contains("data types"), "{run}");
    let run = shop.ramp(&["diff", "old.zip", "other.zip", "--probe", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["unasked"][0]["bundle"], "other.zip");
}

/// What is compared is one reading; where there are others, or it is damaged, that is told.
#[test]
fn a_bundle_that_others_read_otherwise_is_told() {
    let zip = |change: &dyn Fn(&mut ZipBuilder)| {
        let mut zip = old().zip();
        change(&mut zip);
        zip.build()
    };
    let text = serde_json::to_string(&old().metadata).unwrap().replacen('{', "{\"commands\": [], ", 1);
    let twice = zip(&|zip| {
        let at = zip.entries.iter().position(|entry| entry.central.name == b"module.json").unwrap();
        zip.entries[at] = Entry::deflated("module.json", text.as_bytes());
    });
    let shop = shop()
        .file("twice.zip", twice)
        .file("front.zip", zip(&|zip| zip.prefix = b"abcd".to_vec()))
        .bundle("sha.zip", &old().set("sha256", "0".repeat(64)));
    for (new, rule) in [("twice.zip", "json-key-twice"), ("front.zip", "archive-prefix"), ("sha.zip", "module-sha256")]
    {
        let run = shop.ramp(&["diff", "old.zip", new]);
        let told = format!("warning: `{new}` does not pass by itself ({rule}: ");
        assert!(run.stderr.starts_with(&told), "{run}");
        // Two digests of one module are two bundles of one version.
        assert_eq!(run.status, i32::from(new == "sha.zip"), "{run}");
    }
    let told = shop.ramp(&["diff", "old.zip", "sha.zip"]).stdout;
    assert!(told.contains("~ sha256: "), "{told}");
    assert_eq!(shop.ramp(&["diff", "old.zip", "new.zip"]).stderr, "");
}
