//! `ramp init`: what it writes can be packed with, and it writes over nothing.

use std::path::Path;
use std::process::Command;

use insta::assert_snapshot;

use crate::shop::Shop;

/// A shop with the module of `testdata/SOURCE` as `hello.so`.
pub(crate) fn with_module(source: &str) -> Shop {
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
    let commands: Vec<&str> = run.stdout.lines().filter_map(|line| line.strip_prefix("  ramp ")).collect();
    assert_eq!(commands[1], "validate hello.zip --target 7.4 --target 7.22 --target 8.0");
    for command in &commands[..1] {
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
        // No name that anybody can register is installed.
        assert!(!text.contains("install") && text.contains("puts `ramp` on the PATH"), "{text}");
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
    let told = "error: `.gitlab-ci.yml` is there already\nhelp: Leave out `--ci`, or move it away.\n";
    assert_eq!((run.status, &*run.stderr), (2, told));
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
    for (line, is_there) in
        [("compatible_redis_version: \"8.8\"", true), ("operating_systems:", false), ("display_name:", false)]
    {
        assert_eq!(manifest.contains(&format!("\n{line}")), is_there, "{line}\n{manifest}");
    }
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
    // None, and nothing.
    let run = shop.ramp(&["init", "hello.so", "--capabilities", "", "-o", "none.yml"]);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{run}");
    assert!(shop.read("none.yml").contains("\ncapabilities: []\n"));
    let run = shop.ramp(&["init", "hello.so", "--operating-systems", "", "-o", "no.yml"]);
    assert!(run.status == 2 && run.stderr.contains("the value of `--operating-systems` is empty"), "{run}");
    // What is odd about it is told, and what cannot be is not written.
    let run = shop.ramp(&["init", "hello.so", "--capabilities", "typs", "-o", "odd.yml"]);
    assert!(run.status == 0 && run.stderr.starts_with("warning: "), "{run}");
    let run = shop.ramp(&["init", "hello.so", "--operating-systems", "bionic", "-o", "no.yml"]);
    assert!(run.status == 2 && !shop.path("no.yml").exists(), "{run}");
}

/// As one that was built for another machine: what is told comes next can be done.
#[test]
fn a_module_that_cannot_be_asked_here() {
    let elf = ramp_fixtures::elf::ElfBuilder::module().aarch64().build();
    let shop = with_module("hello/hello.c").file("arm.so", elf);
    let run = shop.ramp(&["init", "arm.so", "--yes"]);
    assert_snapshot!("told_of_aarch64", run);
    let manifest = shop.read("ramp.yml");
    assert!(manifest.starts_with("# The manifest of arm, for") && manifest.contains("says them, where it runs.\n"));
    assert!(manifest.contains("\nmin_redis_pack_version: \"8.0\"\n"), "{manifest}");
    // The build for this machine stands in for the machine of the other.
    let probed = shop.ramp(&["probe", "hello.so", "--format", "json"]).stdout;
    let shop = shop.file("arm.probe.json", probed);
    let pack = run.stdout.lines().find_map(|line| line.strip_prefix("  ramp pack ")).unwrap();
    let run = shop.ramp(&["pack"].into_iter().chain(pack.split(' ')).collect::<Vec<_>>());
    assert_eq!(run.status, 0, "{run}");
    for target in ["8.0", "8.2"] {
        let run = shop.ramp(&["validate", "arm.zip", "--target", target, "--fail-on", "warning"]);
        assert_eq!(run.status, 0, "{run}");
    }
    let run = shop.ramp(&["init", "arm.so", "-o", "arguments.yml", "--", "A", "-b", "it's"]);
    assert!(run.stdout.contains("  ramp probe arm.so --format json -- A '-b' 'it'\\''s' > arm.probe.json\n"), "{run}");
    let run = shop.ramp(&["init", "arm.so", "--target", "7.4,8.0", "-o", "both.yml"]);
    assert!(run.stderr.contains("built for aarch64; the cluster 7.4 has no such nodes"), "{run}");
    let run = shop.ramp(&["init", "arm.so", "--ci", "github", "-o", "ci.yml"]);
    assert_eq!(run.status, 0, "{run}");
    let ci = shop.read(".github/workflows/ramp.yml");
    assert!(ci.contains("# arm.probe.json is what `ramp probe arm.so --format json > arm.probe.json` writes"), "{ci}");
}

/// What no node runs: nothing is claimed of the systems, and it has to be built before it can be packed.
#[test]
fn a_module_for_no_node() {
    let module = ramp_fixtures::elf::ElfBuilder::module;
    let shop = Shop::new()
        .file("arm.so", module().s390x().build())
        .file("mac.so", ramp_fixtures::elf::macho::MachOBuilder::arm64().build());
    for (file, built_for) in [("arm.so", "s390x"), ("mac.so", "macOS")] {
        let run = shop.ramp(&["init", file, "-o", &format!("{file}.yml")]);
        assert!(run.status == 0 && run.stderr.contains("is written without what it says of itself"), "{run}");
        let told = format!("the module is built for {built_for}; the targets have no such nodes\n");
        assert!(run.stderr.contains(&told), "{run}");
        assert!(run.stdout.contains(&format!("\nnext, build {file} on Linux, for a system and")), "{run}");
        let manifest = shop.read(&format!("{file}.yml"));
        assert!(!manifest.contains("asks of the loader") && !manifest.contains("\noperating_systems:"), "{manifest}");
    }
}

/// What is not a module anywhere: a library, a program, whatever it is called.
#[test]
fn what_is_not_a_module() {
    let shop = Shop::new().file("lib.c", "int answer(void) { return 42; }\nint main(void) { return 0; }\n");
    for (file, options, told) in [
        ("libanswer.so.1", &["-shared", "-fPIC"][..], "`libanswer.so` does not export RedisModule_OnLoad\n"),
        ("answer", &["-pie", "-fPIE"], "`answer.so` is a position-independent program, not a shared object\n"),
    ] {
        let mut cc = shop.command_of("cc");
        let built = cc.args(options).args(["-o", file, "lib.c"]).status();
        assert!(built.unwrap().success(), "{file}");
        let run = shop.ramp(&["init", file]);
        let told = format!("error: `{file}` is not a module that can be packed: {told}help: ");
        assert!(run.status == 2 && run.stderr.starts_with(&told), "{run}");
        assert!(!shop.path("ramp.yml").exists());
    }
}

#[test]
fn to_standard_output() {
    let shop = with_module("hello/hello.c");
    let run = shop.ramp(&["init", "hello.so", "-o", "-", "--target", "7.22"]);
    assert_eq!((run.status, &*run.stderr), (0, ""), "{run}");
    assert_eq!(shop.tree(""), ["hello.so"]);
    shop.ramp(&["init", "hello.so", "--target", "7.22"]);
    assert_eq!(run.stdout, shop.read("ramp.yml"));
    for options in [&["--ci", "gitlab"][..], &["--schema"]] {
        let run = shop.ramp(&[&["init", "hello.so", "-o", "-"], options].concat());
        let told = format!("error: `{}` writes a file that goes with the manifest", options[0]);
        assert!(run.status == 2 && run.stdout.is_empty() && run.stderr.starts_with(&told), "{run}");
    }
}

#[test]
fn what_cannot_be_begun_with() {
    let shop = Shop::new().file("text.so", "Remember the milk.\n");
    for (arguments, words) in [
        (&["text.so"][..], "is not a module but text"),
        (&["missing.so"], "cannot read `missing.so`"),
        (&["--target", "9.9"], "target `9.9` cannot be used"),
        (&["-o", "no/such/ramp.yml"], "cannot write `no/such/ramp.yml`: No such file or directory (os error 2)\n"),
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

/// Names that mean something to a CI, a shell or a template: what comes next means the file all the same.
#[test]
fn names_that_mean_something_to_others() {
    let run_of = |text: &str| -> Vec<String> {
        let runs = text.lines().filter_map(|line| line.trim().strip_prefix("- run: "));
        runs.map(|line| serde_json::from_str(line).unwrap_or_else(|_| line.to_owned())).collect()
    };
    for name in ["${{ github.event.issue.title }}.so", "%s{module_name}.so", "$(touch owned) 'a'.so", "a;b&c.so"] {
        let shop = with_module("hello/hello.c");
        std::fs::rename(shop.path("hello.so"), shop.path(name)).unwrap();
        let run = shop.ramp(&["init", &format!("./{name}"), "--ci", "github", "--target", "7.22"]);
        assert_eq!(run.status, 0, "{run}");
        let text = shop.read(".github/workflows/ramp.yml");
        // What GitHub evaluates, and then gives to a shell.
        for command in run_of(&text).into_iter().skip(1) {
            let evaluated = command.replace("${{ '${{' }}", "\0");
            assert!(!evaluated.contains("${{"), "{text}");
            let script = evaluated.replace('\0', "${{");
            let mut shell = shop.command_of("sh");
            let path = Path::new(env!("CARGO_BIN_EXE_ramp")).parent().unwrap();
            shell.args(["-c", &script]).env("PATH", format!("{}:/usr/bin:/bin", path.display()));
            let done = shop.run(shell);
            assert!(done.status < 2, "{script}: {done}");
        }
        let bundle = format!("{}.zip", name.strip_suffix(".so").unwrap());
        assert!(shop.path(&bundle).exists() && !shop.path("owned").exists(), "{name}");
    }
}

#[test]
fn a_manifest_that_is_there_is_kept_where_a_ci_is_wanted() {
    let shop = with_module("hello/hello.c").file("ramp.yml", "display_name: Mine\n");
    let run = shop.ramp(&["init", "hello.so", "--yes", "--ci", "gitlab", "--target", "7.22"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    assert!(run.stdout.starts_with("ramp.yml stays as it is\nwrote .gitlab-ci.yml\n"), "{run}");
    assert_eq!(shop.read("ramp.yml"), "display_name: Mine\n");
    assert!(shop.read(".gitlab-ci.yml").contains("- ramp check ramp.yml --fail-on warning\n"));
}
