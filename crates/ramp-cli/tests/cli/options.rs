//! The options of `ramp validate`.

use std::fmt::Write as _;
use std::process::Stdio;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;

use crate::samples;
use crate::shop::Shop;

fn many() -> Shop {
    (0..12).fold(Shop::new(), |shop, number| {
        let bundle = match number % 3 {
            0 => samples::good(),
            1 => samples::worrying(),
            _ => samples::refused(),
        };
        shop.bundle(&format!("all/{number:02}.zip"), &bundle)
    })
}

/// As a pattern does that stands for more than was meant: `--output *.zip`.
#[test]
fn a_report_is_not_put_in_the_place_of_what_is_read_or_is_no_report() {
    let shop = Shop::new().bundle("a.zip", &BundleBuilder::good()).bundle("b.zip", &BundleBuilder::good());
    std::fs::write(shop.path("target.json"), shop.ramp(&["target", "show", "7.22"]).stdout).unwrap();
    for (args, message) in [
        (&["a.zip", "--output", "a.zip"][..], "error: `a.zip` is an input, and would be overwritten"),
        (&["a.zip", "--output", "./a.zip"], "error: `./a.zip` is an input, and would be overwritten"),
        (&["--output", "a.zip", "b.zip"], "error: `a.zip` is there, and is not a report: it would be overwritten"),
        (
            &["a.zip", "--target", "target.json", "--output", "target.json"],
            "error: `target.json` is an input, and would be overwritten",
        ),
    ] {
        let before = ["a.zip", "b.zip", "target.json"].map(|name| std::fs::read(shop.path(name)).unwrap());
        let run = shop.ramp(&[&["validate"], args].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        assert!(run.stderr.starts_with(message), "{run}");
        let after = ["a.zip", "b.zip", "target.json"].map(|name| std::fs::read(shop.path(name)).unwrap());
        assert!(before == after, "{args:?}");
    }
    std::fs::write(shop.path("report"), "of yesterday").unwrap();
    assert_eq!(shop.ramp(&["validate", "a.zip", "--output", "report"]).status, 0);
}

#[test]
fn the_number_of_jobs_changes_nothing() {
    let shop = many();
    for format in ["human", "json", "jsonl", "sarif", "github", "junit"] {
        let outputs = ["1", "4", "64"].map(|jobs| {
            let run = shop.ramp(&["validate", "--jobs", jobs, "all", "none.zip", "all/05.zip", "--format", format]);
            assert_eq!(run.status, 2);
            run.to_string()
        });
        assert!(outputs.iter().all(|output| *output == outputs[0]), "{format}");
    }
}

#[test]
fn a_directory_means_the_zips_in_it_by_name() {
    let shop = many().file("all/readme.txt", "no bundle").directory("all/directory.zip");
    let run = shop.ramp(&["validate", "all", "--format", "jsonl"]);
    let names: Vec<String> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["bundle"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, (0..12).map(|number| format!("all/{number:02}.zip")).collect::<Vec<_>>());
    assert_eq!(run.status, 1);
}

#[test]
fn a_directory_without_bundles() {
    let shop = Shop::new().file("none/readme.txt", "no bundle").bundle("good.zip", &samples::good());
    assert_snapshot!(shop.ramp(&["validate", "none", "good.zip"]));
}

#[test]
fn standard_input() {
    let shop = Shop::new().stdin(samples::good().build());
    assert_snapshot!(shop.ramp(&["validate", "-"]));
    assert_snapshot!("standard_input_twice", shop.ramp(&["validate", "-", "-"]));
}

#[test]
fn no_bundle() {
    assert_snapshot!(Shop::new().ramp(&["validate"]));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_read_like_standard_input() {
    let shop = Shop::new();
    let made = std::process::Command::new("mkfifo").arg(shop.path("pipe")).status().unwrap();
    assert!(made.success());
    let (path, bytes) = (shop.path("pipe"), samples::good().build());
    let writer = std::thread::spawn(move || std::fs::write(path, bytes).unwrap());
    let run = shop.ramp(&["validate", "pipe"]);
    writer.join().unwrap();
    assert_eq!((run.status, run.stdout.lines().next()), (0, Some("passed  pipe")), "{run}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Shop::new().bundle("secret.zip", &samples::good());
    let path = shop.path("secret.zip");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        return; // for this user everything may be read
    }
    let run = shop.ramp(&["validate", "secret.zip"]);
    assert_eq!(run.status, 2, "{run}");
    assert!(run.stdout.contains("cannot read `secret.zip`: Permission denied"), "{run}");
}

#[test]
fn fail_on_decides_the_exit_status() {
    let shop = Shop::new()
        .bundle("good.zip", &samples::good())
        .bundle("note.zip", &samples::good().set("capabilities", serde_json::json!(["types", "types"])))
        .bundle("warning.zip", &samples::worrying())
        .bundle("error.zip", &samples::refused());
    for (bundle, expected) in [
        ("good.zip", [0, 0, 0, 0]),
        ("note.zip", [0, 0, 1, 0]),
        ("warning.zip", [0, 1, 1, 0]),
        ("error.zip", [1, 1, 1, 0]),
        ("missing.zip", [2, 2, 2, 2]),
    ] {
        for (fail_on, status) in ["error", "warning", "note", "never"].into_iter().zip(expected) {
            for format in ["human", "json", "jsonl", "sarif", "github", "junit"] {
                let run = shop.ramp(&["validate", bundle, "--fail-on", fail_on, "--format", format]);
                assert_eq!(run.status, status, "{bundle} --fail-on {fail_on} --format {format}: {run}");
            }
        }
    }
}

#[test]
fn rules_can_be_silenced_lowered_and_raised() {
    let shop = Shop::new().bundle("worrying.zip", &samples::worrying());
    let rule = "semantic-version-mismatch";
    let levels = |option: &[&str]| {
        let run = shop.ramp(&[&["validate", "worrying.zip", "--format", "json"], option].concat());
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let findings = document["results"][0]["findings"].as_array().unwrap().clone();
        let found = findings.into_iter().find(|f| f["rule"] == rule);
        (run.status, found.map(|f| f["level"].as_str().unwrap().to_owned()))
    };
    assert_eq!(levels(&[]), (0, Some("warning".to_owned())));
    assert_eq!(levels(&["-A", rule]), (0, None));
    assert_eq!(levels(&["--deny", rule]), (1, Some("error".to_owned())));
    assert_eq!(levels(&["-D", rule, "-A", rule]), (1, Some("error".to_owned())), "the hardest wins");
    assert_eq!(levels(&["-A", rule, "-W", rule]), (0, Some("warning".to_owned())), "the hardest wins");
}

#[test]
fn wrong_usage_is_told_with_what_there_is() {
    let shop = Shop::new()
        .bundle("a.zip", &samples::good())
        .file("unknown-field.json", r#"{"cluster_version": "7.4", "colour": "red"}"#)
        .file("bad-version.json", r#"{"cluster_version": "seven"}"#)
        .file("not.json", "no JSON");
    let mut report = String::new();
    for arguments in [
        &["-A", "semantic-version-mismatsch"][..],
        &["-A", "nothing-like-it-at-all"],
        &["-A", "module-version-missing"],
        &["-W", "module-version-missing"],
        &["--target", "9.9"],
        &["--target", "7.22", "--os", "windows"],
        &["--arch", "mips"],
        &["--endpoint", "v3"],
        &["--target", "8.2", "--endpoint", "v1"],
        &["--target", "unknown-field.json"],
        &["--target", "bad-version.json"],
        &["--target", "not.json"],
        &["--target", "missing.json"],
        &["--policy", "lax"],
        &["--format", "xml"],
        &["--fail-on", "info"],
        &["--jobs", "0"],
        &["--output", "no/such/directory/report"],
        &["--output", "."],
        &["--no-such-option"],
    ] {
        let run = shop.ramp(&[&["validate", "a.zip"], arguments].concat());
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{arguments:?}: {run}");
        writeln!(report, "$ ramp validate a.zip {}\n{}", arguments.join(" "), run.stderr).unwrap();
    }
    assert_snapshot!(report);
    assert_eq!(shop.tree(""), ["a.zip", "bad-version.json", "not.json", "unknown-field.json"]);
}

#[test]
fn a_target_file_is_read_whatever_it_is_called() {
    let target = r#"{"cluster_version": "8.0.2-17", "operating_systems": ["rhel9"]}"#;
    let shop = Shop::new().bundle("a.zip", &samples::good()).file("t.json", target).file("cluster", target);
    let first = shop.ramp(&["validate", "a.zip", "--target", "t.json"]);
    assert_eq!(first.to_string(), shop.ramp(&["validate", "a.zip", "--target", "cluster"]).to_string());
    assert!(first.stdout.contains("accepted by cluster 8.0.2-17 on rhel9"), "{first}");
}

/// An error quotes the value that is wrong, which may be as long as the file.
#[test]
fn errors_have_a_bound() {
    let long = "9".repeat(1 << 20);
    let targets = [
        format!(r#"{{"cluster_version": "{long}"}}"#),
        format!(r#"{{"cluster_version": "8.0.2-17", "operating_systems": ["{long}"]}}"#),
        format!(r#"{{"{long}": 1}}"#),
    ];
    for target in targets {
        let shop = Shop::new().bundle("a.zip", &samples::good()).file("t.json", target);
        let shown = shop.ramp(&["target", "show", "t.json"]);
        assert!(shown.status == 2 && (2000..3000).contains(&shown.stderr.len()), "{}", shown.stderr.len());
        let judged = shop.ramp(&["validate", "a.zip", "--target", "t.json", "--format", "json"]);
        let printed = judged.stdout.len() + judged.stderr.len();
        assert!(judged.status == 2 && printed < 3000, "{printed}");
    }
}

#[test]
fn output_goes_to_a_file() {
    let shop = Shop::new().bundle("a.zip", &samples::refused()).env("CLICOLOR_FORCE", "1");
    for format in ["human", "json", "jsonl", "sarif", "github", "junit"] {
        let printed = shop.ramp(&["validate", "a.zip", "--format", format]);
        let run = shop.ramp(&["validate", "a.zip", "--format", format, "--output", "report"]);
        assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (1, "", ""));
        let plain = anstream::adapter::strip_str(&printed.stdout).to_string();
        let written = shop.read("report").replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
        assert!(written == plain, "{format}: no colours in files\n{written}");
    }
    assert_eq!(shop.tree(""), ["a.zip", "report"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(shop.path("report").metadata().unwrap().permissions().mode() & 0o777, 0o644);
    }
}

#[test]
fn a_run_that_fails_leaves_the_old_output() {
    let shop = Shop::new().bundle("a.zip", &samples::good()).file("report", "old");
    let run = shop.ramp(&["validate", "a.zip", "--target", "9.9", "--output", "report"]);
    assert_eq!((run.status, shop.read("report").as_str()), (2, "old"));
    assert_eq!(shop.tree(""), ["a.zip", "report"]);
}

#[cfg(unix)]
#[test]
fn output_replaces_neither_links_nor_devices() {
    let shop = Shop::new().bundle("a.zip", &samples::good()).file("elsewhere/report", "old");
    std::os::unix::fs::symlink("elsewhere/report", shop.path("link")).unwrap();
    assert_eq!(shop.ramp(&["validate", "a.zip", "--output", "link"]).status, 0);
    assert!(shop.path("link").is_symlink());
    assert!(shop.read("elsewhere/report").starts_with("passed"));

    let made = std::process::Command::new("mkfifo").arg(shop.path("pipe")).status().unwrap();
    assert!(made.success());
    let path = shop.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(path).unwrap());
    assert_eq!(shop.ramp(&["validate", "a.zip", "--output", "pipe"]).status, 0);
    assert!(reader.join().unwrap().starts_with("passed"));
}

#[test]
fn nobody_listening_is_no_failure_and_changes_no_status() {
    let shop = many();
    for (bundles, status) in [("all", 1), ("all/00.zip", 0), ("none.zip", 2)] {
        for format in ["human", "json", "sarif"] {
            let mut command = shop.command(&["validate", bundles, "--format", format]);
            let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            drop(child.stdout.take());
            let output = child.wait_with_output().unwrap();
            assert_eq!(output.status.code(), Some(status), "{bundles}");
            assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_failure() {
    let shop = Shop::new().bundle("a.zip", &samples::good());
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = shop.command(&["validate", "a.zip"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(stderr.starts_with("error: cannot write the output: No space left"), "{stderr}");
}

/// In whatever words it is named, and by its directory.
#[test]
fn a_file_that_is_named_twice_is_checked_once() {
    let shop = Shop::new().bundle("a.zip", &samples::good()).bundle("b.zip", &samples::good());
    let run = shop.ramp(&["validate", "b.zip", "./b.zip", ".", "b.zip", "missing.zip", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let names: Vec<&str> =
        document["results"].as_array().unwrap().iter().map(|result| result["bundle"].as_str().unwrap()).collect();
    assert_eq!(names, ["b.zip", "./a.zip", "missing.zip"]);
}

#[cfg(not(feature = "cluster"))]
#[test]
fn urls_want_a_feature() {
    let run = Shop::new().ramp(&["validate", "https://me:hunter2@files.example.com/a.zip?hunter2"]);
    let told = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "cannot read `https://files.example.com/a.zip`: this `ramp` was built without the feature `cluster`";
    assert!(run.status == 2 && told.contains(expected) && !told.contains("hunter2"), "{run}");
}
