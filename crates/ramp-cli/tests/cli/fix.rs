//! `ramp fix`.

use std::fs;

use insta::assert_snapshot;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::zip::Entry;
use serde_json::{Value, json};

use crate::samples;
use crate::shop::{Shop, published_schema};

/// With much that needs no guess, and something that does.
fn odd() -> Vec<u8> {
    let bundle = BundleBuilder::with_dependency()
        .set("version", "1.2.3")
        .set("semantic_version", "v1.2.3")
        .set("architecture", "amd64")
        .set("operating_systems", json!(["RHEL9", "rhel9", "Linux-ubuntu22.04"]))
        .set("platforms", json!({"rocky8/x86_64": {}}))
        .set("capabilities", json!(["types", "typs"]))
        .set("git_sha", "b'0123456789abcdef'");
    let mut zip = bundle.zip();
    zip.comment = b"made by hand".to_vec();
    zip.entries.insert(0, Entry::directory("deps/"));
    zip.entries[1].external_attributes = 0;
    zip.build()
}

fn of_another_build() -> BundleBuilder {
    samples::good().set("sha256", "0".repeat(64))
}

fn tampered() -> Vec<u8> {
    let mut zip = samples::good().set("version", "1.2.3").zip();
    zip.entries.push(Entry::stored("module.json", b"{}"));
    zip.build()
}

#[test]
fn differences_are_shown_and_nothing_is_written() {
    let shop = Shop::new().file("a.zip", odd());
    assert_snapshot!(shop.ramp(&["fix", "a.zip"]));
    assert_eq!(shop.tree(""), ["a.zip"]);
}

#[test]
fn the_repaired_bundle_passes() {
    let shop = Shop::new().file("a.zip", odd());
    assert_snapshot!(shop.ramp(&["fix", "a.zip", "-o", "new.zip", "--target", "7.22", "--target", "8.0"]));
    assert!(fs::read(shop.path("a.zip")).unwrap() == odd());
    let run = shop.ramp(&["validate", "new.zip", "--target", "7.22", "--target", "8.0"]);
    assert_eq!(run.status, 0, "{run}");
    // Nor is anything left to be repaired: what comes of it is the same to the last byte.
    let run = shop.ramp(&["fix", "new.zip", "--output", "newer.zip"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.starts_with("nothing to repair  new.zip\n"), "{run}");
    assert!(fs::read(shop.path("new.zip")).unwrap() == fs::read(shop.path("newer.zip")).unwrap());
}

#[test]
fn a_digest_is_written_over_aloud() {
    let shop = Shop::new().bundle("a.zip", &of_another_build());
    assert_snapshot!(shop.ramp(&["fix", "a.zip", "-o", "new.zip"]));
}

#[test]
fn what_has_two_readings_is_not_touched() {
    let shop = Shop::new().file("a.zip", tampered());
    assert_snapshot!(shop.ramp(&["fix", "a.zip", "-o", "new.zip"]));
    assert_eq!(shop.ramp(&["fix", "a.zip"]).status, 1);
    assert_eq!(shop.tree(""), ["a.zip"]);
}

#[test]
fn what_would_still_be_refused_is_not_written() {
    let shop = Shop::new().bundle("a.zip", &samples::refused().set("architecture", "amd64"));
    assert_snapshot!(shop.ramp(&["fix", "a.zip", "-o", "new.zip"]));
    assert_eq!(shop.tree(""), ["a.zip"]);
    let run = shop.ramp(&["fix", "a.zip"]);
    assert!(run.stdout.contains("help: No bundle would be written: errors of"), "{run}");
}

/// It is written, since it is better than what was there, and the exit status says that it does not pass.
#[test]
fn what_does_not_fit_the_cluster_is_written() {
    let shop =
        Shop::new().bundle("a.zip", &samples::good().set("version", "10203").set("min_redis_pack_version", "9.9"));
    let run = shop.ramp(&["fix", "a.zip", "-o", "new.zip", "--target", "7.22"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stdout.contains("refused by cluster 7.22: min_redis_pack_version"), "{run}");
    assert_eq!(shop.tree(""), ["a.zip", "new.zip"]);
}

/// What is said to be typed can be.
#[test]
fn the_next_step() {
    for (name, word) in [("a.zip", "a.zip"), ("a b.zip", "'a b.zip'"), ("it's.zip", "BUNDLE")] {
        let run = Shop::new().file(name, odd()).ramp(&["fix", name]);
        assert!(run.stdout.contains(&format!("help: `ramp fix {word} -o NEW` writes")), "{run}");
    }
    let run = Shop::new().stdin(odd()).ramp(&["fix", "-"]);
    assert!(run.stdout.contains("`ramp fix - -o NEW` writes"), "{run}");
}

#[test]
fn nothing_to_repair() {
    let shop = Shop::new().bundle("a.zip", &samples::good());
    let run = shop.ramp(&["fix", "a.zip"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    // Something is wrong with it, and there is nothing that could be done about it.
    let shop = Shop::new().bundle("a.zip", &samples::refused());
    let run = shop.ramp(&["fix", "a.zip"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(run.stdout.contains("module-json") || run.stdout.contains("metadata-key-missing"), "{run}");
}

#[test]
fn standard_input_and_json() {
    let shop = Shop::new().stdin(odd());
    let run = shop.ramp(&["fix", "-", "-o", "new.zip", "--format", "json", "--target", "7.22"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{run}");
    let mut document: Value = serde_json::from_str(&run.stdout).unwrap();
    let errors: Vec<String> = published_schema("fix").iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    let results = document["results"].take();
    assert_eq!(results[0]["passed"], true);
    assert_eq!(results[0]["bundle"], "new.zip");
    assert_eq!(document["left"], results[0]["findings"]);
    document["left"] = document["left"].as_array().unwrap().iter().map(|finding| finding["rule"].clone()).collect();
    assert_snapshot!(serde_json::to_string_pretty(&document).unwrap());
    assert_eq!(shop.tree(""), ["new.zip"]);
}

/// The policy file is for the repaired bundle too: what is known and does not count, and from which level on it does not pass.
#[test]
fn the_policy_file_counts() {
    let bundle = samples::worrying().set("architecture", "amd64");
    let shop = Shop::new().bundle("a.zip", &bundle);
    let run = |more: &[&str]| shop.ramp(&[&["fix", "a.zip", "-o", "b.zip", "--force"][..], more].concat()).status;
    assert_eq!((run(&[]), run(&["--fail-on", "warning"])), (0, 1));
    let allowed = "fail-on = \"warning\"\n\n[[allow]]\nrule = \"metadata\"\nbundle = \"a.zip\"\nreason = \"known\"\n";
    fs::write(shop.path("ramp.toml"), allowed).unwrap();
    assert_eq!((run(&[]), run(&["--isolated", "--fail-on", "warning"])), (0, 1));
}

#[test]
fn no_file_is_lost() {
    let shop = Shop::new().file("a.zip", odd()).file("there.zip", "precious").directory("folder");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("a.zip", shop.path("link.zip")).unwrap();
        fs::hard_link(shop.path("a.zip"), shop.path("hard.zip")).unwrap();
        std::os::unix::fs::symlink("nowhere", shop.path("dangling.zip")).unwrap();
    }
    let before = shop.tree("");
    let mut told = String::new();
    let same: &[&str] = if cfg!(unix) { &["a.zip", "./a.zip", "link.zip", "hard.zip"] } else { &["a.zip"] };
    for output in [same, &["there.zip", "folder", "missing/new.zip", "-"]].concat() {
        let run = shop.ramp(&["fix", "a.zip", "-o", output]);
        assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
        told.push_str(&run.stderr);
    }
    for output in same {
        assert_eq!(shop.ramp(&["fix", "a.zip", "--force", "-o", output]).status, 2, "{output}");
    }
    #[cfg(unix)]
    assert_eq!(shop.ramp(&["fix", "a.zip", "-o", "dangling.zip"]).status, 2);
    assert_eq!(shop.tree(""), before);
    assert!(fs::read(shop.path("a.zip")).unwrap() == odd());
    assert_eq!(shop.read("there.zip"), "precious");
    #[cfg(unix)]
    assert_snapshot!(told);
    // What is asked for is done.
    let run = shop.ramp(&["fix", "a.zip", "-o", "there.zip", "--force"]);
    assert_eq!(run.status, 0, "{run}");
    assert!(fs::read(shop.path("there.zip")).unwrap().starts_with(b"PK"));
    // Nothing is taken away for a bundle that is not written.
    let shop = Shop::new().file("a.zip", tampered()).file("there.zip", "precious");
    assert_eq!(shop.ramp(&["fix", "a.zip", "-o", "there.zip", "--force"]).status, 1);
    assert_eq!(shop.read("there.zip"), "precious");
}

/// Standard input has no name, and is a file all the same.
#[cfg(unix)]
#[test]
fn standard_input_is_not_written_over() {
    let shop = Shop::new().file("a.zip", odd()).file("there.zip", "precious");
    fs::hard_link(shop.path("a.zip"), shop.path("hard.zip")).unwrap();
    std::os::unix::fs::symlink("a.zip", shop.path("link.zip")).unwrap();
    let fix = |output: &str| {
        let mut command = shop.command(&["fix", "-", "-o", output, "--force"]);
        command.stdin(fs::File::open(shop.path("a.zip")).unwrap());
        shop.run(command)
    };
    for output in ["a.zip", "hard.zip", "link.zip"] {
        let run = fix(output);
        assert_eq!(run.status, 2, "{run}");
        assert!(run.stderr.contains("is an input, and would be overwritten"), "{run}");
    }
    assert!(fs::read(shop.path("a.zip")).unwrap() == odd());
    let run = fix("there.zip");
    assert_eq!(run.status, 0, "{run}");
}

/// Whoever may not read what is replaced may not read what comes in its place; and a link is not replaced.
#[cfg(unix)]
#[test]
fn what_is_replaced_stays_as_private() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let shop = Shop::new().file("a.zip", odd()).file("there.zip", "precious");
    let mode = |name: &str| fs::metadata(shop.path(name)).unwrap().permissions().mode() & 0o7777;
    symlink("there.zip", shop.path("link.zip")).unwrap();
    for (kept, output) in [(0o600, "there.zip"), (0o640, "link.zip")] {
        fs::set_permissions(shop.path("there.zip"), fs::Permissions::from_mode(kept)).unwrap();
        let run = shop.ramp(&["fix", "a.zip", "-o", output, "--force"]);
        assert_eq!((run.status, mode("there.zip")), (0, kept), "{run}");
    }
    assert_eq!(shop.ramp(&["fix", "a.zip", "-o", "new.zip"]).status, 0);
    assert_eq!(mode("new.zip"), 0o644);
    symlink("nowhere", shop.path("dangling.zip")).unwrap();
    let before = shop.tree("");
    for arguments in [
        &["fix", "a.zip", "-o", "dangling.zip", "--force"][..],
        &["validate", "a.zip", "--output", "json=dangling.zip"],
    ] {
        let run = shop.ramp(arguments);
        assert_eq!(run.status, 2, "{run}");
        assert!(run.stderr.contains("it is a link that leads nowhere"), "{run}");
    }
    assert!(shop.path("dangling.zip").is_symlink());
    assert_eq!(shop.tree(""), before);
}

#[test]
fn what_cannot_be_read() {
    let shop = Shop::new();
    let run = shop.ramp(&["fix", "missing.zip"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""), "{run}");
    let shop = Shop::new().file("a.zip", "no zip at all");
    let run = shop.ramp(&["fix", "a.zip"]);
    assert_eq!(run.status, 1, "{run}");
    assert!(run.stdout.starts_with("cannot be repaired  a.zip\n  it is not a zip\n"), "{run}");
}

#[test]
fn hostile_text_steers_no_terminal() {
    let shop = Shop::new().file("a.zip", samples::hostile());
    for format in ["human", "json"] {
        let run = shop.ramp(&["fix", "a.zip", "--format", format]);
        assert_eq!(run.status, 1, "{run}");
        assert!(!run.stdout.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}', '\u{7f}']), "{run}");
    }
    let key = "\u{1b}[2Jrhel9/amd64";
    let bundle =
        samples::good().set("version", "1.2.3").set("platforms", json!({ key: {}, "RHEL9/amd64\u{202e}": {} }));
    let shop = Shop::new().bundle("a.zip", &bundle);
    let run = shop.ramp(&["fix", "a.zip"]);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{run}");
}
