//! How reports for people look.

use insta::assert_snapshot;

use crate::samples;
use crate::shop::Shop;

#[test]
fn accepted() {
    let shop = Shop::new().bundle("good.zip", &samples::good());
    assert_snapshot!(shop.ramp(&["validate", "good.zip"]));
}

#[test]
fn accepted_with_warnings() {
    let shop = Shop::new().bundle("worrying.zip", &samples::worrying());
    assert_snapshot!(shop.ramp(&["validate", "worrying.zip", "--target", "7.22"]));
}

#[test]
fn refused_by_the_unpacker() {
    let shop = Shop::new().bundle("refused.zip", &samples::refused());
    assert_snapshot!(shop.ramp(&["validate", "refused.zip"]));
}

#[test]
fn refused_in_many_ways() {
    let shop = Shop::new().file("many.zip", samples::wrong_in_many_ways());
    let target = ["--target", "7.22", "--os", "rhel9", "--arch", "aarch64", "--endpoint", "v1"];
    assert_snapshot!(shop.ramp(&[&["validate", "many.zip"][..], &target].concat()));
}

#[test]
fn not_a_zip() {
    let shop = Shop::new().file("text.zip", "no zip at all").file("empty.zip", "");
    assert_snapshot!(shop.ramp(&["validate", "text.zip", "empty.zip"]));
}

#[test]
fn several_bundles_and_one_that_is_not_there() {
    let shop = Shop::new().bundle("b.zip", &samples::good()).bundle("a.zip", &samples::refused());
    assert_snapshot!(shop.ramp(&["validate", "b.zip", "missing.zip", "a.zip"]));
}

#[test]
fn no_line_is_longer_than_the_terminal_is_wide() {
    for width in [60, 80, 100] {
        let shop = Shop::new()
            .bundle("worrying.zip", &samples::worrying())
            .file("many.zip", samples::wrong_in_many_ways())
            .file("text.zip", "no zip at all")
            .file("hostile.zip", samples::hostile())
            .env("COLUMNS", &width.to_string());
        let runs: [&[&str]; 6] = [
            &["validate", "worrying.zip", "many.zip", "text.zip", "hostile.zip", "missing.zip", "--target", "7.22"],
            &["inspect", "many.zip"],
            &["explain"],
            &["explain", "invalid_module"],
            &["explain", "load-glibc"],
            &["rules"],
        ];
        for run in runs {
            let output = shop.ramp(run).stdout;
            for line in output.lines() {
                // A word or a command that cannot be broken may stand out, alone on its line.
                let parts = line.split('`').enumerate();
                let words: String = parts.map(|(index, part)| if index % 2 == 0 { part } else { "command" }).collect();
                let fits = line.chars().count() <= width || words.split_whitespace().count() <= 2;
                assert!(fits, "{run:?} at {width}: {} columns: {line}", line.chars().count());
            }
        }
    }
}

#[test]
fn colours_only_where_they_are_wanted() {
    let plain = Shop::new().bundle("worrying.zip", &samples::worrying());
    let run = plain.ramp(&["validate", "worrying.zip"]);
    assert!(!run.stdout.contains('\u{1b}'), "{run}");
    let coloured = plain.env("CLICOLOR_FORCE", "1");
    let forced = coloured.ramp(&["validate", "worrying.zip"]);
    assert!(forced.stdout.contains("\u{1b}[1m\u{1b}[32maccepted\u{1b}[0m"), "{forced}");
    assert_eq!(anstream::adapter::strip_str(&forced.stdout).to_string(), run.stdout, "colours change nothing else");
    for format in ["json", "jsonl", "sarif", "github", "junit"] {
        let run = coloured.ramp(&["validate", "worrying.zip", "--format", format]);
        assert!(!run.stdout.contains('\u{1b}'), "{format}: {run}");
    }
    let has = |shop: &Shop, arguments: &[&str]| shop.ramp(arguments).stdout.contains('\u{1b}');
    assert!(!has(&coloured, &["validate", "worrying.zip", "--color", "never"]));
    let forced = Shop::new().bundle("worrying.zip", &samples::worrying()).env("FORCE_COLOR", "1");
    assert!(has(&forced, &["validate", "worrying.zip"]));
    assert!(!has(&forced, &["--color", "never", "validate", "worrying.zip"]));
    let asked = Shop::new().bundle("worrying.zip", &samples::worrying()).env("NO_COLOR", "1");
    assert!(has(&asked, &["--color=always", "validate", "worrying.zip"]), "what is asked for wins");
    assert!(!has(&asked.env("FORCE_COLOR", "1"), &["validate", "worrying.zip"]));
    let without = coloured.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "0");
    assert!(!without.ramp(&["validate", "worrying.zip"]).stdout.contains('\u{1b}'));
}

#[test]
fn quiet_and_statistics() {
    let shop = Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("refused.zip", &samples::refused())
        .bundle("worrying.zip", &samples::worrying());
    let all = ["validate", "good.zip", "refused.zip", "worrying.zip"];
    assert_snapshot!("quiet", shop.ramp(&[&all[..], &["--quiet"]].concat()));
    assert_snapshot!("quiet_for_two", shop.ramp(&[&all[..], &["-q", "--target", "7.8", "--target", "7.22"]].concat()));
    let nothing = shop.ramp(&["validate", "good.zip", "worrying.zip", "-q"]);
    assert_eq!((nothing.status, nothing.stdout.as_str(), nothing.stderr.as_str()), (0, "", ""));
    assert_snapshot!("statistics", shop.ramp(&[&all[..], &["--quiet", "--statistics"]].concat()));
}

/// The commonest slips of newcomers: a module, its metadata, its manifest in place of the bundle; what CI hands out; what a
/// download leaves.
#[test]
fn what_is_given_in_place_of_a_bundle() {
    use ramp_fixtures::zip::{Entry, ZipBuilder};

    let good = samples::good();
    let artifact =
        ZipBuilder::new([Entry::stored("hello.so", &good.module), Entry::stored("hello.zip", &good.build())]);
    let shop = Shop::new()
        .file("hello.so", good.module.clone())
        .file("module.json", good.metadata_text())
        .file("ramp.yml", "display_name: Hello\ncapabilities: [types]\n")
        .file("artifact.zip", artifact.build())
        .file("download.zip", "<!DOCTYPE html><title>Sign in</title>")
        .file("pointer.zip", "version https://git-lfs.github.com/spec/v1\nsize 1234\n");
    let files = ["hello.so", "module.json", "ramp.yml", "artifact.zip", "download.zip", "pointer.zip"];
    assert_snapshot!(shop.ramp(&[&["validate"][..], &files].concat()));
    let inspected: Vec<String> = files[1..].iter().map(|file| shop.ramp(&["inspect", file]).to_string()).collect();
    assert_snapshot!("what_is_given_is_inspected", inspected.join("\n"));
    // Nobody knows how standard input is called.
    let shop = Shop::new().stdin(good.module);
    assert!(shop.ramp(&["validate", "-"]).stdout.contains("`ramp pack FILE -m ramp.yml`"));
}

/// A damaged module has consequences, which are folded into it; whoever wants them gets them, and programs always do.
#[test]
fn what_follows_from_damage_is_folded() {
    let mut module = ramp_fixtures::elf::ElfBuilder::module().build();
    module.truncate(500);
    let shop = Shop::new().bundle("cut.zip", &ramp_fixtures::bundle::BundleBuilder::good().module(module));
    let folded = shop.ramp(&["validate", "cut.zip"]);
    let all = shop.ramp(&["validate", "cut.zip", "--all"]);
    assert!(folded.stdout.contains("may follow from this; `--all` shows"), "{folded}");
    assert!(!all.stdout.contains("--all"), "{all}");
    let count = |run: &crate::shop::Run| run.stdout.lines().filter(|line| line.starts_with("  error ")).count();
    assert!(count(&folded) < count(&all), "{folded}\n{all}");
    assert_eq!(folded.stdout.lines().last(), all.stdout.lines().last(), "both count all of them");
    let json = |more: &[&str]| shop.ramp(&[&["validate", "cut.zip", "--format", "json"], more].concat()).stdout;
    assert_eq!(json(&[]), json(&["--all"]));
}

/// However levels are changed, the gate, the list and the line that ends it tell the same numbers, and programs are told them too.
#[test]
fn findings_are_counted_once() {
    let mut module = ramp_fixtures::elf::ElfBuilder::module().build();
    module.truncate(500);
    let cut = ramp_fixtures::bundle::BundleBuilder::good().module(module).set("capabilities", vec!["nosuch"]);
    let shop = Shop::new().bundle("cut.zip", &cut);
    for levels in [
        &[][..],
        &["-W", "module-truncated"],
        &["-A", "module-truncated"],
        &["-W", "module-sha256"],
        &["-D", "capability-unknown"],
    ] {
        for fail_on in ["error", "note", "never"] {
            let arguments = [&["validate", "cut.zip", "--fail-on", fail_on], levels].concat();
            let run = shop.ramp(&arguments);
            let document = shop.ramp(&[&arguments[..], &["--format", "json"]].concat()).stdout;
            let document: serde_json::Value = serde_json::from_str(&document).unwrap();
            let findings = document["results"][0]["findings"].as_array().unwrap().clone();
            let of = |level: &str| findings.iter().filter(|finding| finding["level"] == level).count();
            let last = run.stdout.lines().last().unwrap().trim();
            for level in ["error", "warning", "note"] {
                assert_eq!(counted(last, level), of(level), "{arguments:?}: {run}");
            }
            let gate = run.stdout.split("  gate  ").nth(1).unwrap().split("\n  bundle").next().unwrap();
            let gate = gate.split_whitespace().collect::<Vec<_>>().join(" ");
            let counts = gate.rsplit(": ").next().unwrap();
            assert_eq!(
                counted(counts, "error"),
                if gate.contains(':') { of("error") } else { 0 },
                "{arguments:?}: {run}"
            );
            // What is folded is told where it is folded, all of it.
            let folded: usize = run
                .stdout
                .lines()
                .filter_map(|line| line.trim().split_once(" more finding"))
                .map(|(n, _)| n.parse::<usize>().unwrap())
                .sum();
            let shown = run
                .stdout
                .lines()
                .filter(|line| ["  error  ", "  warning  ", "  note  "].iter().any(|level| line.starts_with(level)))
                .count();
            assert_eq!(shown + folded, findings.len(), "{arguments:?}: {run}");
        }
    }
}

/// How many findings of a level a line such as `1 error and 38 that may follow, 2 warnings` tells of.
fn counted(line: &str, level: &str) -> usize {
    let of_level = line.split(", ").find(|part| part.contains(level)).unwrap_or_default();
    of_level.split(' ').filter_map(|word| word.parse::<usize>().ok()).sum()
}

/// What decides is told even where nobody wants to hear of its finding; what a release leaves open is said.
#[test]
fn the_answer_says_what_it_is_for() {
    let shop = Shop::new()
        .bundle("a.zip", &samples::good())
        .bundle("other.zip", &ramp_fixtures::bundle::BundleBuilder::good().set("operating_systems", vec!["ubuntu22"]));
    let said = |arguments: &[&str]| shop.ramp(&[&["validate"], arguments].concat()).stdout.replace("\n          ", " ");
    let silenced = said(&["other.zip", "--target", "8.0", "--os", "rhel9", "-A", "os-not-supported"]);
    assert!(
        silenced.starts_with("passed") && silenced.contains("a node runs rhel9; the module is only for"),
        "{silenced}"
    );
    let open = said(&["a.zip", "--target", "8.2"]);
    assert!(open.contains("accepted by cluster 8.2, once uploads are switched on"), "{open}");
    let never = said(&["other.zip", "--target", "8.0", "--os", "rhel9", "--fail-on", "never"]);
    assert!(never.contains("`--fail-on never` lets everything pass: 1 error"), "{never}");
    let group = shop.ramp(&["explain", "schema"]);
    assert!(group.status == 0 && group.stdout.contains("wrong-form"), "{group}");
    let version = shop.ramp(&["pack", "a.so", "--module-version", "1.2.3"]);
    assert!(version.status == 2 && version.stderr.contains("write it as one number: 10203"), "{version}");
}

/// What is the same for every finding of a rule is said once; what one value was meant to be is said to each.
#[test]
fn what_a_value_was_meant_to_be_is_said_of_each() {
    let listed = ramp_fixtures::bundle::BundleBuilder::good()
        .set("capabilities", vec!["typs", "replicaof", "Types", "nosuch", "none"]);
    let shop = Shop::new().bundle("typos.zip", &listed);
    let told = shop.ramp(&["validate", "typos.zip"]);
    assert_eq!(told.stdout.matches("Did you mean `types`?").count(), 2, "{told}");
    assert_eq!(told.stdout.matches("help: Correct the name").count(), 1, "{told}");
}

/// The packer in Python has a command of the same name, and a shell runs the first that it finds.
#[test]
fn another_command_of_that_name_is_told() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let shop = Shop::new()
        .file("before/ramp", "#!/usr/bin/env python3\nimport RAMP.ramp\n")
        .file("after/ramp", "\x7fELF")
        .file("none/ramp", "not to be run");
    for name in ["before/ramp", "after/ramp"] {
        std::fs::set_permissions(shop.path(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    std::fs::create_dir(shop.path("own")).unwrap();
    symlink(env!("CARGO_BIN_EXE_ramp"), shop.path("own/ramp")).unwrap();
    symlink("after", shop.path("twice")).unwrap();
    let told = |folders: &[&str]| {
        let mut command = shop.command(&["version"]);
        command.env("PATH", std::env::join_paths(folders.iter().map(|folder| shop.path(folder))).unwrap());
        let text = shop.run(command).stdout;
        text.split_once("schema     1\n").map(|(_, rest)| rest.to_owned()).unwrap()
    };
    assert_eq!(
        told(&["none", "before", "own", "after", "twice"]),
        "others     [DIR]/before/ramp, a Python script such as ramp-packer's; it comes before this one on the PATH\n           \
         [DIR]/after/ramp, a program\n"
    );
    assert_eq!(told(&["own", "before"]), "others     [DIR]/before/ramp, a Python script such as ramp-packer's\n");
    assert_eq!(told(&["before"]), "others     [DIR]/before/ramp, a Python script such as ramp-packer's\n");
    assert_eq!(told(&["own"]), "");
}

/// The Python package has the command under its long name, and a launcher beside it; the packer in Python writes over that.
#[test]
fn the_launcher_of_the_python_package_is_no_other_command() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let shop = Shop::new()
        .file("own/ramp", include_str!("../../src/launcher.sh"))
        .file("over/ramp", "#!/opt/venv/bin/python\nimport RAMP.ramp\n");
    for folder in ["own", "over"] {
        std::fs::set_permissions(shop.path(&format!("{folder}/ramp")), std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::copy(env!("CARGO_BIN_EXE_ramp"), shop.path(&format!("{folder}/redis-ramp"))).unwrap();
    }
    for folder in ["links", "tools"] {
        std::fs::create_dir(shop.path(folder)).unwrap();
    }
    // All that the launcher calls.
    symlink("/usr/bin/readlink", shop.path("tools/readlink")).unwrap();
    symlink("../own/ramp", shop.path("links/ramp")).unwrap();
    let run = |program: &str, folder: &str| {
        let mut command = shop.command_of(shop.path(program).to_str().unwrap());
        command.arg("version").env("PATH", std::env::join_paths([shop.path("tools"), shop.path(folder)]).unwrap());
        let text = shop.run(command).stdout;
        text.split_once("schema     1\n").map(|(_, rest)| rest.to_owned()).unwrap()
    };
    for (program, folder) in
        [("own/redis-ramp", "own"), ("own/ramp", "own"), ("links/ramp", "links"), ("links/ramp", "own")]
    {
        assert_eq!(run(program, folder), "", "{program} with {folder} on the PATH");
    }
    // Its own file, and no environment of Python's: it may be called as one likes.
    std::fs::remove_file(shop.path("own/ramp")).unwrap();
    assert_eq!(run("own/redis-ramp", "own"), "");
    std::fs::write(shop.path("own/python"), "").unwrap();
    assert_eq!(
        run("own/redis-ramp", "own"),
        "missing    [DIR]/own/ramp; `pip install --force-reinstall redis-ramp` puts it back\n"
    );
    let usage =
        shop.command_of(shop.path("own/redis-ramp").to_str().unwrap()).args(["pack", "--no-such"]).output().unwrap();
    assert!(String::from_utf8(usage.stderr).unwrap().contains("Usage: ramp pack"));
    assert_eq!(
        run("over/redis-ramp", "over"),
        "others     [DIR]/over/ramp, a Python script such as ramp-packer's; it is what a shell runs as `ramp`\n"
    );
}
