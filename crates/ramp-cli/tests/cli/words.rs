//! What the command says of itself and of what it knows: help, explanations, lists.

use std::fmt::Write as _;

use insta::assert_snapshot;

use crate::samples;
use crate::shop::Shop;

const COMMANDS: &[&str] = &[
    "validate",
    "inspect",
    "unpack",
    "pack",
    "init",
    "check",
    "fix",
    "probe",
    "explain",
    "rules",
    "target",
    #[cfg(feature = "cluster")]
    "upload",
    #[cfg(feature = "cluster")]
    "modules",
    #[cfg(feature = "serve")]
    "serve",
    #[cfg(feature = "serve")]
    "store",
    "schema",
    "completions",
    "man",
    "help",
    "version",
];

#[cfg(all(feature = "serve", feature = "cluster"))]
#[test]
fn help() {
    let shop = Shop::new();
    let mut text = format!("$ ramp --help\n{}", shop.ramp(&["--help"]).stdout);
    let pages = COMMANDS.iter().map(|command| vec![*command, "--help"]);
    for arguments in pages.chain([
        vec!["target", "list", "--help"],
        vec!["target", "show", "--help"],
        vec!["modules", "list", "--help"],
        vec!["modules", "show", "--help"],
        vec!["modules", "delete", "--help"],
        vec!["store", "check", "--help"],
    ]) {
        let run = shop.ramp(&arguments);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""));
        write!(text, "\n$ ramp {}\n{}", arguments.join(" "), run.stdout).unwrap();
    }
    assert_snapshot!(text);
}

/// A build without a feature says nothing of what it lacks.
#[test]
fn help_shows_what_there_is() {
    let shop = Shop::new();
    for (feature, is_there, command) in
        [("cluster", cfg!(feature = "cluster"), "upload"), ("serve", cfg!(feature = "serve"), "serve")]
    {
        assert_eq!(shop.ramp(&["--help"]).stdout.contains(&format!("\n  {command} ")), is_there, "{feature}");
        assert_eq!(shop.ramp(&["man"]).stdout.contains(&format!("ramp\\-{command}(1)")), is_there, "{feature}");
        let shop = Shop::new().env("RAMP_COMPLETE", "fish");
        let words = shop.ramp(&["--", "ramp", &command[..2]]).stdout;
        assert_eq!(words.contains(&format!("{command}\t")), is_there, "{feature}");
        assert_eq!(shop.ramp(&["man", command]).status == 0, is_there, "{feature}");
        assert_eq!(shop.ramp(&[command, "--help"]).status == 0, is_there, "{feature}");
    }
    for page in [&["validate", "--help"][..], &["target", "show", "--help"]] {
        let text = shop.ramp(page).stdout;
        for option in ["--cluster", "--cacert", "--insecure", "--credentials"] {
            assert_eq!(text.contains(option), cfg!(feature = "cluster"), "{page:?} {option}");
        }
    }
}

#[test]
fn wrong_usage() {
    let shop = Shop::new();
    for arguments in [&[][..], &["frobnicate"], &["validat"], &["inspect"], &["target"], &["completions", "cmd"]] {
        let run = shop.ramp(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}: {run}");
    }
}

#[test]
fn explain() {
    let shop = Shop::new();
    let mut text = String::new();
    let codes = ["os_not_supported", "module_in_use", "upgrade_bdb_failed", "unsupported_module_capabilities"];
    for topic in ["load-glibc"].into_iter().chain(codes).chain(["module_version_missing", "capabilities", "platforms"])
    {
        let run = shop.ramp(&["explain", topic]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{topic}");
        write!(text, "$ ramp explain {topic}\n{}\n", run.stdout).unwrap();
    }
    for topic in ["load-glib", "invalid-module", "module_in_us", "nothing-like-it-at-all", "capability"] {
        let run = shop.ramp(&["explain", topic]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{topic}");
        write!(text, "$ ramp explain {topic}\n{}\n", run.stderr).unwrap();
    }
    write!(text, "$ ramp explain\n{}", shop.ramp(&["explain"]).stdout).unwrap();
    assert_snapshot!(text);
}

/// All of them, one in full, and what is told of one that is none.
#[test]
fn explain_manifest() {
    let shop = Shop::new();
    let mut text = String::new();
    for key in ["dependencies", "min_redis_version", "version", "min_rlec_version", "packname_file", "colour"] {
        let run = shop.ramp(&["explain", "manifest", key]);
        write!(text, "$ ramp explain manifest {key}\n{}{}\n", run.stdout, run.stderr).unwrap();
    }
    write!(text, "$ ramp explain manifest\n{}", shop.ramp(&["explain", "manifest"]).stdout).unwrap();
    assert_snapshot!(text);
    for field in ramp_core::metadata::fields::manifest_keys() {
        let run = shop.ramp(&["explain", "manifest", &field.name]);
        assert!(run.status == 0 && run.stdout.starts_with(&field.name), "{run}");
    }
    let run = shop.ramp(&["explain", "load", "x"]);
    assert!(run.status == 2 && run.stderr.contains("takes nothing after it"), "{run}");
}

/// Whatever a cluster answers about a module has a meaning and help here.
#[test]
fn every_code_can_be_explained() {
    let shop = Shop::new();
    let overview = shop.ramp(&["explain"]).stdout;
    for row in ramp_core::knowledge::Knowledge::builtin().codes() {
        assert!(overview.contains(&format!("\n  {} ", row.code)), "{}", row.code);
        let run = shop.ramp(&["explain", &row.code]);
        assert!(run.status == 0 && run.stdout.starts_with(&row.code), "{run}");
        let told: String = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        for text in [&row.meaning, &row.help, &row.answers[0].request] {
            assert!(told.contains(text.as_str()), "{}: {text}\n{told}", row.code);
        }
    }
}

#[test]
fn every_field_can_be_explained() {
    let shop = Shop::new();
    let listed = shop.ramp(&["explain", "fields"]).stdout;
    for field in ramp_core::metadata::fields::fields() {
        assert!(listed.contains(&format!("  {} ", field.name)), "{}", field.name);
        let run = shop.ramp(&["explain", &field.name]);
        assert!(run.status == 0, "{run}");
        assert!(run.stdout.lines().any(|line| line.starts_with(&format!("{}  ", field.name))), "{run}");
    }
}

#[test]
fn every_rule_can_be_explained() {
    let shop = Shop::new();
    let rules: serde_json::Value = serde_json::from_str(&shop.ramp(&["rules", "--format", "json"]).stdout).unwrap();
    let listed = shop.ramp(&["rules"]).stdout;
    for rule in rules.as_array().unwrap() {
        let keys: Vec<&str> = rule.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "id",
            "group",
            "level",
            "error_code",
            "reason",
            "part",
            "endpoints",
            "title",
            "what",
            "why",
            "help",
            "example",
            "data",
            "repair",
        ];
        assert_eq!(keys, expected);
        let id = rule["id"].as_str().unwrap();
        assert!(listed.contains(id), "{id}");
        let explained = shop.ramp(&["explain", id]);
        assert!(explained.status == 0 && explained.stdout.starts_with(id), "{explained}");
    }
}

#[test]
fn rules() {
    assert_snapshot!(Shop::new().ramp(&["rules"]));
}

#[test]
fn targets() {
    let shop = Shop::new();
    assert_snapshot!(shop.ramp(&["target", "list"]));
    assert_snapshot!("target_show", shop.ramp(&["target", "show", "7.22"]));
    assert_snapshot!("target_show_unknown", shop.ramp(&["target", "show", "9.9"]));
    let list: serde_json::Value =
        serde_json::from_str(&shop.ramp(&["target", "list", "--format", "json"]).stdout).unwrap();
    let human = shop.ramp(&["target", "list"]).stdout;
    for release in list.as_array().unwrap() {
        let name = release["name"].as_str().unwrap();
        assert!(
            human.contains(&format!("\n{name:7}  {} ", release["newest_build"]["value"].as_str().unwrap())),
            "{name}"
        );
        assert_eq!(shop.ramp(&["target", "show", name]).status, 0, "{name}");
        // All that is known of it is told, and its JSON is that of the list.
        let told = shop.ramp(&["target", "list", name]).stdout;
        assert!(told.contains(release["title"].as_str().unwrap()), "{name}");
        for platform in release["platforms"].as_array().unwrap() {
            assert!(told.contains(platform["os"].as_str().unwrap()), "{name}: {platform}");
        }
        let one = shop.ramp(&["target", "list", name, "--format", "json"]).stdout;
        assert_eq!(serde_json::from_str::<serde_json::Value>(&one).unwrap(), serde_json::json!([release]), "{name}");
    }
    assert_snapshot!("target_list_some", shop.ramp(&["target", "list", "7.2", "8.2.0-46"]));
    assert_snapshot!("target_list_unknown", shop.ramp(&["target", "list", "9.9"]));
}

/// The table fits the terminal, narrow or wide.
#[test]
fn the_table_of_targets_fits() {
    for width in ["80", "100", "200"] {
        let table = Shop::new().env("COLUMNS", width).ramp(&["target", "list"]).stdout;
        let widest = table.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= width.parse().unwrap(), "{widest} of {width}:\n{table}");
        assert!(table.lines().all(|line| line.trim_end() == line), "{table}");
    }
}

/// The day is that of `SOURCE_DATE_EPOCH`, and a target can say another.
#[test]
fn a_release_past_its_end_is_noted() {
    let target = r#"{"cluster_version": "7.4", "as_of": "2026-12-01"}"#;
    let bundle = samples::good().set("operating_systems", vec!["rhel8", "rhel9"]);
    let shop = Shop::new().bundle("a.zip", &bundle).file("t.json", target);
    let said = |shop: &Shop, target: &str| {
        let run = shop.ramp(&["validate", "a.zip", "--target", target]);
        assert_eq!(run.status, 0, "{run}");
        run.stdout.contains("release-past-end-of-life")
    };
    assert!(!said(&shop, "7.4") && said(&shop, "7.2") && said(&shop, "t.json"));
    let later = shop.env("SOURCE_DATE_EPOCH", "1796083200");
    assert!(said(&later, "7.4") && !said(&later, "7.8") && said(&later, "t.json"));
    assert!(later.ramp(&["target", "list"]).stdout.contains("(past)"));
    let odd = later.env("SOURCE_DATE_EPOCH", "yesterday");
    let run = odd.ramp(&["validate", "a.zip", "--target", "7.4"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("SOURCE_DATE_EPOCH"), "{run}");
    // Without a release, nothing depends on the day.
    assert_eq!(odd.ramp(&["validate", "a.zip"]).status, 0);
}

#[test]
fn what_target_show_prints_is_a_target() {
    let shop = Shop::new().bundle("a.zip", &samples::good());
    for name in ["7.22", "8.2", "7.4.2-54", "latest"] {
        let shown = shop.ramp(&["target", "show", name]).stdout;
        std::fs::write(shop.path("target.json"), &shown).unwrap();
        assert_eq!(shop.ramp(&["target", "show", "target.json"]).stdout, shown);
        // Said by the file or left to the release, it comes to the same.
        let judged = |target: &str| -> [serde_json::Value; 3] {
            let out = shop.ramp(&["validate", "a.zip", "--format", "jsonl", "--target", target]).stdout;
            let result: serde_json::Value = serde_json::from_str(&out).unwrap();
            ["answer", "passed", "findings"].map(|key| result[key].clone())
        };
        assert_eq!(judged("target.json"), judged(name));
    }
}

#[test]
fn version() {
    assert_snapshot!(Shop::new().ramp(&["version"]));
    assert_eq!(Shop::new().ramp(&["--version"]).stdout, "ramp [VERSION]\n");
}

#[test]
fn completions_and_manual() {
    let shop = Shop::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = shop.ramp(&["completions", shell]);
        assert!(run.status == 0 && run.stdout.contains("RAMP_COMPLETE"), "{shell}");
    }
    let page = shop.ramp(&["man"]).stdout;
    assert!(page.contains(".TH ramp 1"), "{page}");
    for command in COMMANDS {
        assert!(page.contains(&format!("ramp\\-{command}(1)")), "{command}");
        let of_command = shop.ramp(&["man", command]).stdout;
        assert!(of_command.contains(&format!(".TH ramp-{command} 1")), "{of_command}");
    }
    assert!(shop.ramp(&["man", "validate"]).stdout.contains("fail\\-on"));
}

/// What is wrong with arguments is told without what they could command: a file of a pattern may be called anything.
#[test]
fn arguments_command_nobody() {
    let shop = Shop::new().bundle("in.zip", &samples::good());
    let named = "--z\n::error title=x::y.zip";
    for arguments in [
        &["validate", "--policy=a\n::error::x", "in.zip"][..],
        &["validate", "--jobs", "1\n##vso[task.complete]", "in.zip"],
        &["validate", "in.zip", named],
        &["a\n::stop-commands::x"],
        &["diff", "in.zip", "in.zip", "b\n::stop-commands::x"],
        &["valid\u{1b}[2J\n::x"],
    ] {
        let run = shop.ramp(arguments);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        let commands = |line: &str| line.trim_start().starts_with("::") || line.contains("##vso[");
        assert!(!run.stderr.lines().any(commands) && !run.stderr.contains('\u{1b}'), "{run}");
    }
}

/// What is not there is told before that nothing may come after it.
#[test]
fn after_a_topic() {
    let shop = Shop::new();
    for topic in ["capabilities", "platforms", "fields", "load-glibc", "invalid_module"] {
        let run = shop.ramp(&["explain", topic, "x"]);
        assert!(run.stderr.starts_with(&format!("error: `ramp explain {topic}` takes nothing after it\n")), "{run}");
    }
    let run = shop.ramp(&["explain", "nothing-like-it", "x"]);
    assert!(run.stderr.starts_with("error: `nothing-like-it` is not a rule, group, code"), "{run}");
}
