//! `ramp init`: what it writes can be packed with, and it writes over nothing.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::shop::Shop;

/// A shop with the module of `testdata/SOURCE` as `hello.so`.
fn with_module(source: &str) -> Shop {
    let shop = Shop::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata").join(source);
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-o"])
        .args([&shop.path("hello.so"), &source])
        .status();
    assert!(built.unwrap().success(), "the module could not be built");
    shop
}

#[test]
fn what_is_written_can_be_packed_with_and_passes() {
    let shop = with_module("hello/hello.c");
    let run = shop.ramp(&["init", "hello.so", "--target", "7.4,7.22", "--target", "8.0", "--yes"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    assert_snapshot!("told", run.stdout);
    assert_snapshot!("manifest", shop.read("ramp.yml"));
    assert_eq!(shop.ramp(&["check", "ramp.yml", "--fail-on", "note"]).status, 0);
    // The commands that come next, as they are told.
    for command in run.stdout.lines().filter_map(|line| line.strip_prefix("  ramp ")) {
        let arguments: Vec<&str> = command.split(' ').collect();
        let run = shop.ramp(&arguments);
        assert_eq!(run.status, 0, "{command}: {run}");
    }
    for target in ["7.4", "7.22", "8.0"] {
        let run = shop.ramp(&["validate", "hello.zip", "--target", target, "--fail-on", "warning"]);
        assert_eq!(run.status, 0, "{run}");
    }
}

/// What a CI is told to do are commands that there are, and they do it.
#[test]
fn what_a_ci_is_to_do() {
    for (ci, path, marker) in [("github", ".github/workflows/ramp.yml", "- run: "), ("gitlab", ".gitlab-ci.yml", "- ")]
    {
        let shop = with_module("hello/hello.c");
        let run = shop.ramp(&["init", "hello.so", "--ci", ci, "--schema", "--target", "7.22"]);
        assert_eq!(run.status, 0, "{run}");
        let text = shop.read(path);
        assert_snapshot!(format!("ci_{ci}"), text);
        let commands: Vec<&str> =
            text.lines().filter_map(|line| line.trim().strip_prefix(marker)?.strip_prefix("ramp ")).collect();
        assert_eq!(commands.len(), 3, "{text}");
        for command in commands {
            let run = shop.ramp(&command.split(' ').collect::<Vec<_>>());
            assert_eq!(run.status, 0, "{command}: {run}");
        }
        assert!(shop.read("ramp.yml").starts_with("# yaml-language-server: $schema=ramp.schema.json\n"));
        let printed = shop.ramp(&["schema", "manifest"]).stdout;
        assert_eq!(shop.read("ramp.schema.json"), printed);
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let shop = with_module("hello/hello.c").file("ramp.yml", "mine");
    let run = shop.ramp(&["init", "hello.so"]);
    assert!(run.status == 2 && run.stderr.contains("`ramp.yml` is there already"), "{run}");
    assert_eq!(shop.read("ramp.yml"), "mine");
    // A link that leads nowhere, and one of several files.
    std::os::unix::fs::symlink(shop.path("elsewhere.yml"), shop.path("link.yml")).unwrap();
    let run = shop.ramp(&["init", "hello.so", "-o", "link.yml"]);
    assert!(run.status == 2 && run.stderr.contains("`link.yml` is there already"), "{run}");
    let shop = shop.file(".gitlab-ci.yml", "mine");
    let run = shop.ramp(&["init", "hello.so", "-o", "new.yml", "--ci", "gitlab", "--schema"]);
    assert!(run.status == 2 && run.stderr.contains("`.gitlab-ci.yml` is there already"), "{run}");
    assert_eq!(shop.tree(""), [".gitlab-ci.yml", "hello.so", "link.yml", "ramp.yml"]);
    assert_eq!(shop.read(".gitlab-ci.yml"), "mine");
}

#[test]
fn without_a_module_the_versions_are_there() {
    let shop = Shop::new();
    let run = shop.ramp(&["init", "--target", "8.2"]);
    assert_eq!(run.status, 0, "{run}");
    assert_eq!(shop.ramp(&["check", "ramp.yml", "--fail-on", "note"]).status, 0);
    let manifest = shop.read("ramp.yml");
    assert!(
        manifest.contains("\ncompatible_redis_version: \"8.8\"\n") && !manifest.contains("\noperating_systems:"),
        "{manifest}"
    );
}

#[test]
fn what_is_said_otherwise_counts() {
    let shop = with_module("hello/hello.c");
    let arguments =
        ["init", "hello.so", "--capabilities", "types,flash", "--operating-systems", "rhel9", "-o", "m.yml", "-y"];
    let run = shop.ramp(&[&arguments[..], &["--", "A", "-b"]].concat());
    assert_eq!(run.status, 0, "{run}");
    let manifest = shop.read("m.yml");
    for line in
        ["capabilities: [\"types\", \"flash\"]", "operating_systems: [\"rhel9\"]", "command_line_args: \"A -b\""]
    {
        assert!(manifest.lines().any(|there| there == line), "{line}\n{manifest}");
    }
    // What is odd about it is told, and what cannot be is not written.
    let run = shop.ramp(&["init", "hello.so", "--capabilities", "typs", "-o", "odd.yml"]);
    assert!(run.status == 0 && run.stderr.starts_with("warning: "), "{run}");
    let run = shop.ramp(&["init", "hello.so", "--operating-systems", "bionic", "-o", "no.yml"]);
    assert!(run.status == 2 && !shop.path("no.yml").exists(), "{run}");
}

/// As one that was built for another machine: what fits it is still known.
#[test]
fn a_module_that_cannot_be_asked() {
    let shop = Shop::new().file("arm.so", ramp_fixtures::elf::ElfBuilder::module().s390x().build());
    let run = shop.ramp(&["init", "arm.so", "--target", "8.0"]);
    assert!(run.status == 0 && run.stderr.contains("is written without what it says of itself"), "{run}");
    assert!(run.stderr.contains("the module fits no system of the targets"), "{run}");
    let manifest = shop.read("ramp.yml");
    assert!(
        manifest.starts_with("# The manifest of arm, for") && manifest.contains("\ndisplay_name: \"arm\"\n"),
        "{manifest}"
    );
}

#[test]
fn what_cannot_be_begun_with() {
    let shop = Shop::new().file("text.so", "Remember the milk.\n");
    for (arguments, words) in [
        (&["text.so"][..], "is not a module but text"),
        (&["missing.so"], "cannot read `missing.so`"),
        (&["--target", "9.9"], "target `9.9` cannot be used"),
        (&["-o", "no/such/ramp.yml"], "cannot write `no/such/ramp.yml`"),
    ] {
        let run = shop.ramp(&[&["init"], arguments].concat());
        assert!(run.status == 2 && run.stderr.contains(words), "{arguments:?}: {run}");
    }
    let none = r#"{"database_versions": ["5.0"]}"#;
    let shop = shop.file("old.json", none);
    let run = shop.ramp(&["init", "--target", "old.json", "--target", "8.2"]);
    assert!(run.status == 2 && run.stderr.contains("no Redis version is in every target"), "{run}");
    assert_eq!(shop.tree(""), ["old.json", "text.so"]);
}
