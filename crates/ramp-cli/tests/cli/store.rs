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
