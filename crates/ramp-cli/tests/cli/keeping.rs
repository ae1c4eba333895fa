//! `ramp store backup`, `ramp store restore` and `ramp user set-password`, beside a server and without one.

use std::io::Read as _;
use std::process::Stdio;

use insta::assert_snapshot;
use ramp_core::Target;
use ramp_fixtures::bundle::{BundleBuilder, sha256_hex};
use ramp_server::{Config, Strangers, check};

use crate::process::serve;
use crate::shop::Shop;

/// A data directory with one module, and no user.
fn shop() -> Shop {
    let bundle = BundleBuilder::good().build();
    let sha256 = sha256_hex(&bundle);
    let name = format!("data/blobs/{}/{sha256}-{}.zip", &sha256[..2], "1".repeat(32));
    let shop = Shop::new().file(&name, &bundle);
    let config = Config::new(Target::named("7.22").unwrap(), shop.path("data"));
    assert!(check(&config, Strangers::Adopt, &mut |_, _| {}).unwrap().is_clean());
    shop
}

/// A text without the sizes of what SQLite writes, which are its own matter.
fn without_sizes(text: &str) -> String {
    let words = text.split(' ').map(|word| match word.trim_end_matches(['\n', ':']).parse::<f64>() {
        Ok(number) if word.contains('.') => word.replacen(&number.to_string(), "N", 1),
        _ => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_backed_up_is_restored_elsewhere() {
    let shop = shop();
    let mut text = String::new();
    for line in [
        "store backup one --data-dir data",
        "store backup one --data-dir data",
        "store backup data/blobs/two --data-dir data",
        "store backup two --data-dir typo",
        "store restore one --data-dir new",
        "store check --data-dir new",
        "store restore one --data-dir new",
        "store restore data --data-dir new",
        "store restore one --data-dir other --store redis+unix:///nowhere",
    ] {
        let run = shop.ramp(&line.split(' ').collect::<Vec<_>>());
        text = format!("{text}$ ramp {line}\n{}\n", without_sizes(&run.to_string()));
    }
    assert_snapshot!(text);
    assert!(!shop.path("typo").exists() && !shop.path("two").exists() && !shop.path("data/blobs/two").exists());
    let run = shop.ramp(&["store", "backup", "json", "--data-dir", "data", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&told["bundles"], &told["lacking"]), (&1.into(), &serde_json::json!([])));
}

/// What a bundle lacks is told, and the exit status says so.
#[test]
fn a_backup_without_a_bundle_that_is_lost() {
    let shop = shop();
    for name in shop.tree("data/blobs").iter().filter(|name| name.ends_with(".zip")) {
        std::fs::remove_file(shop.path("data/blobs").join(name)).unwrap();
    }
    let run = shop.ramp(&["store", "backup", "one", "--data-dir", "data"]);
    assert!(run.status == 1 && run.stdout.starts_with("lacking  "), "{run}");
    assert!(run.stdout.contains("; 1 lacking\nhelp: Run `ramp store check`"), "{run}");
    let run = shop.ramp(&["store", "restore", "one", "--data-dir", "new"]);
    assert!(run.status == 1 && run.stdout.contains("0 bundles"), "{run}");
}

/// A catalogue of a version that is to come, told with what there is to do.
#[test]
fn a_newer_catalogue() {
    let shop = shop();
    let mut catalogue = std::fs::read(shop.path("data/catalogue.sqlite")).unwrap();
    // The number of the schema stands there, as SQLite's file format has it.
    catalogue[60..64].copy_from_slice(&99_u32.to_be_bytes());
    let shop = shop.file("data/catalogue.sqlite", &catalogue);
    let run = shop.ramp(&["serve", "--data-dir", "data", "--plain-http", "--listen", "127.0.0.1:0"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    let told = run.to_string();
    assert!(told.contains("the catalogue has the schema 99, written by ramp [VERSION], and "), "{told}");
    assert!(told.contains("help: Use ramp [VERSION] or newer, or restore a backup"), "{told}");
    let run = shop.file("data/catalogue-schema-4.sqlite", "").ramp(&["store", "check", "--data-dir", "data"]);
    assert!(run.status == 2 && run.stderr.contains("copy `data/catalogue-schema-4.sqlite` to its place"), "{run}");
}

/// A server's log until it is told to end.
fn log_of(shop: &Shop, password: &str, meanwhile: impl FnOnce(&str)) -> String {
    let (mut child, url) = serve(&shop.path("data"), |command| {
        let command = command.args(["--plain-http", "--target", "7.22"]);
        command.env("RAMP_ADMIN_USER", "me").env("RAMP_ADMIN_PASSWORD", password).stderr(Stdio::piped())
    });
    meanwhile(&url);
    child.kill().unwrap();
    let mut log = String::new();
    child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    child.wait().unwrap();
    log
}

#[test]
fn a_password_is_set_and_one_that_differs_is_said() {
    const DIFFERS: &str = "the password given for the first admin is not the stored one, which holds; `ramp user set-password` changes it user=\"me\"";
    let shop = shop();
    assert!(!log_of(&shop, "old", |_| {}).contains("the stored one"));
    let set = ["user", "set-password", "me", "--data-dir", "data"];
    let log = log_of(&shop, "another", |_| {
        let run = Shop::ramp(&shop, &set);
        assert_eq!(
            (run.status, run.stderr.as_str()),
            (
                2,
                "error: no password was given\nhelp: Set RAMP_NEW_PASSWORD, write the password to standard input as one line, or run it at a terminal, where it is asked for.\n"
            )
        );
    });
    assert!(log.contains(DIFFERS) && !log.contains("another"), "{log}");
    // Nobody is asked for the password of somebody who is not there.
    let run = shop.ramp(&["user", "set-password", "nobody", "--data-dir", "data"]);
    assert!(run.status == 2 && run.stderr.contains("there is no user `nobody`"), "{run}");
    let shop = shop.stdin("another\n");
    let run = shop.ramp(&set);
    assert_eq!((run.status, run.stdout.as_str(), run.stderr.as_str()), (0, "", "note: the password of `me` was set\n"));
    assert!(!log_of(&shop, "another", |_| {}).contains("the stored one"));
    let shop = shop.env("RAMP_NEW_PASSWORD", "third");
    assert_eq!(shop.ramp(&set).status, 0);
    assert!(!log_of(&shop, "third", |_| {}).contains("the stored one"));
    let run = shop.ramp(&["user", "set-password", "you", "--data-dir", "data"]);
    assert_eq!(
        (run.status, run.stderr.as_str()),
        (2, "error: no password was set: there is no user `you`\nhelp: Name one that is there: `me`.\n")
    );
    let run = shop.ramp(&["user", "set-password", "me", "--data-dir", "typo"]);
    assert!(run.status == 2 && run.stderr.contains("typo") && !shop.path("typo").exists(), "{run}");
}

#[test]
fn how_often_is_checked_is_a_time() {
    let shop = shop();
    for (value, wanted) in [("often", "expected a time such as 24h"), ("10ms", "expected at least 1s")] {
        let run = shop.ramp(&["serve", "--data-dir", "data", "--check-every", value]);
        assert!(run.status == 2 && run.stderr.contains(wanted), "{run}");
    }
    let (mut child, _) = serve(&shop.path("data"), |command| {
        command.args(["--plain-http", "--check-every", "1h 30min"]).stderr(Stdio::piped())
    });
    let log = std::io::BufReader::new(child.stderr.take().unwrap());
    let line = std::io::BufRead::lines(log).map(Result::unwrap).find(|line| line.contains("checked: ")).unwrap();
    assert!(line.contains("checked: all bundles are there, and as they were stored bundles=1 bytes="), "{line}");
    child.kill().unwrap();
    child.wait().unwrap();
}
