//! `ramp store check`, on what `ramp serve` keeps.

use insta::assert_snapshot;
use ramp_core::Target;
use ramp_fixtures::bundle::{BundleBuilder, sha256_hex};
use ramp_server::{Config, Strangers, check};

use crate::shop::Shop;

/// The name that a bundle has in the storage.
fn blob(bundle: &[u8], claim: char) -> String {
    let sha256 = sha256_hex(bundle);
    format!("blobs/{}/{sha256}-{}.zip", &sha256[..2], String::from(claim).repeat(32))
}

/// Two bundles and a file that is none of its own, under a catalogue that knows the first.
fn shop() -> Shop {
    let (first, second) = (BundleBuilder::good().build(), BundleBuilder::good().set("version", 20000).build());
    let shop = Shop::new().file(&format!("data/{}", blob(&first, '1')), &first);
    let config = Config::new(Target::named("7.22").unwrap(), shop.path("data"));
    assert!(check(&config, Strangers::Adopt, &mut |_, _| {}).unwrap().is_clean());
    shop.file(&format!("data/{}", blob(&second, '2')), &second).file("data/blobs/readme.txt", "not a bundle")
}

#[test]
fn what_is_found_is_told_and_done_only_when_asked_for() {
    let shop = shop();
    let mut text = String::new();
    for arguments in [&[][..], &["--adopt"], &["--format", "json"]] {
        let run = shop.ramp(&[&["store", "check", "--target", "7.22", "--data-dir", "data"], arguments].concat());
        text = format!("{text}$ ramp store check {}\n{run}\n", arguments.join(" "));
    }
    let bundle = BundleBuilder::good().build();
    std::fs::write(shop.path(&format!("data/{}", blob(&bundle, '1'))), "something else").unwrap();
    let shop = shop.file(&format!("data/{}", blob(b"nothing", '3')), b"nothing");
    for arguments in [&["--remove-orphans"][..], &["--adopt", "--remove-orphans"], &["--adopt"]] {
        let run = shop.ramp(&[&["store", "check", "--data-dir", "data"], arguments].concat());
        text = format!("{text}$ ramp store check {}\n{run}\n", arguments.join(" "));
    }
    assert_snapshot!(text);
    assert!(shop.path("data/blobs/readme.txt").exists());
    let run = shop.ramp(&["store", "check", "--data-dir", "typo"]);
    assert!(run.status == 2 && run.stderr.contains("typo") && !shop.path("typo").exists(), "{run}");
}

/// Another catalogue's bundles are not looked at.
#[test]
fn two_that_do_not_belong_together() {
    let shop = shop().file("other/readme.txt", "");
    let config = Config::new(Target::named("7.22").unwrap(), shop.path("other"));
    check(&config, Strangers::Keep, &mut |_, _| {}).unwrap();
    let run = shop.ramp(&["store", "check", "--data-dir", "other", "--blobs", "data/blobs"]);
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("of the catalogue") && run.stderr.contains("--adopt"), "{run}");
    let run = shop.ramp(&["store", "check", "--data-dir", "data", "--blobs", "typo"]);
    assert!(run.status == 2 && run.stderr.contains("typo") && !shop.path("typo").exists(), "{run}");
}

/// A server that is at work is left alone by what it would be in the way of, and by nothing else.
#[test]
fn nothing_is_adopted_beside_a_server() {
    let shop = shop();
    let check = ["store", "check", "--target", "7.22", "--data-dir", "data"];
    let lock = std::fs::File::options().create(true).append(true).open(shop.path("data/lock")).unwrap();
    lock.try_lock().unwrap();
    let run = shop.ramp(&[&check[..], &["--adopt"]].concat());
    assert_eq!((run.status, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("uses `data`") && run.stderr.contains("help: Stop the server"), "{run}");
    let run = shop.ramp(&check);
    assert!(run.status == 1 && run.stdout.contains("1 unknown"), "{run}");
    drop(lock);
    let run = shop.ramp(&[&check[..], &["--adopt"]].concat());
    assert!(run.status == 0 && run.stdout.contains("1 adopted"), "{run}");
}

/// What a start would empty is no place for bundles.
#[test]
fn bundles_are_not_kept_where_a_start_empties() {
    let shop = shop().file("data/incoming/kept", "");
    for blobs in ["data/incoming", "data/blobs/../incoming/", "data"] {
        for command in [&["store", "check"][..], &["serve", "--plain-http", "--listen", "127.0.0.1:0"]] {
            let run = shop.ramp(&[command, &["--data-dir", "data", "--blobs", blobs]].concat());
            assert_eq!((run.status, run.stdout.as_str()), (2, ""));
            assert!(run.stderr.contains("bundles cannot be kept in `"), "{run}");
            assert!(run.stderr.contains("help: Name a directory of its own with `--blobs`"), "{run}");
        }
    }
    assert!(shop.path("data/incoming/kept").exists());
}
