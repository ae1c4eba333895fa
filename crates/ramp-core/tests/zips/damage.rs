//! Small damage: every truncation, every flipped bit.

use std::io::Cursor;

use ramp_core::Group;
use ramp_core::{Finding, Level, Policy, Target, validate};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::zip::{Entry, ZipBuilder};

use crate::views::{libraries_agree, python_agrees};

/// Whether strict takes the zip, whatever is in it: nothing is wrong with records and contents, and the unpacker opens
/// every entry. `None` where it cannot be evaluated.
pub(crate) fn strict_takes(bundle: &[u8]) -> Option<bool> {
    const UNREADABLE: [&str; 2] = ["bundle-not-a-zip", "entry-unreadable"];
    let refuses = |finding: &Finding| {
        finding.level == Level::Error
            && (finding.group == Group::Archive
                || finding.rule.starts_with("content-")
                || UNREADABLE.contains(&&*finding.rule))
    };
    let report = validate(Cursor::new(bundle), &Target::default(), &Policy::strict()).ok()?;
    Some(!report.findings().iter().any(refuses))
}

/// Small zips, each of another shape. What is in them does not matter, so it is short.
pub(crate) fn shapes() -> Vec<(&'static str, ZipBuilder)> {
    let plain = || {
        ZipBuilder::new([
            Entry::deflated("testmodule.so", b"\x7fELF, as good as a module"),
            Entry::stored("module.json", b"{}"),
            Entry::directory("deps/"),
            Entry::deflated("deps/a.txt", b"as good as a tar archive"),
        ])
    };
    let changed = |change: fn(&mut ZipBuilder)| {
        let mut zip = plain();
        change(&mut zip);
        zip
    };
    let streamed = changed(|zip| {
        for index in [0, 3] {
            zip.entries[index] = zip.entries[index].clone().streamed();
        }
        zip.comment = b"written to a pipe".to_vec();
    });
    // As Info-ZIP writes times and owners, and bsdtar what the directory will say.
    let fields = changed(|zip| {
        for entry in &mut zip.entries[..1] {
            let attributes = [&[7, 20, 3, 0, 0][..], &entry.external_attributes.to_le_bytes()].concat();
            *entry = entry.clone().both(|header| {
                header.extra = [&[0x55, 0x54, 5, 0, 1, 0, 0, 0, 0][..], &[0x75, 0x78, 5, 0, 1, 1, 0, 1, 0]].concat();
            });
            entry.local.extra.extend([&[0x78, 0x6c, 9, 0][..], &attributes].concat());
        }
    });
    vec![("plain", plain()), ("streamed", streamed), ("with extra fields", fields)]
}

#[test]
fn every_truncation_is_refused() {
    for (shape, zip) in shapes() {
        let bundle = zip.build();
        assert_eq!(strict_takes(&bundle), Some(true), "{shape}");
        for len in 0..bundle.len() {
            assert_eq!(strict_takes(&bundle[..len]), Some(false), "{shape}, cut off at {len}");
        }
    }
    // The same of a whole bundle, by its report.
    let bundle = BundleBuilder::with_dependency().build();
    for len in 0..bundle.len() {
        let report = validate(Cursor::new(&bundle[..len]), &Target::default(), &Policy::strict()).unwrap();
        assert!(!report.passed(), "cut off at {len}");
    }
}

#[test]
fn a_flipped_bit_is_refused_or_changes_nothing_that_readers_see() {
    for (shape, zip) in shapes() {
        let mut bundle = zip.build();
        let (mut taken, mut unevaluated) = (Vec::new(), 0);
        for at in 0..bundle.len() * 8 {
            bundle[at / 8] ^= 1 << (at % 8);
            match strict_takes(&bundle) {
                Some(true) => {
                    libraries_agree(&format!("{shape}, bit {} of byte {}", at % 8, at / 8), &bundle);
                    taken.push(bundle.clone());
                }
                Some(false) => {}
                None => unevaluated += 1,
            }
            bundle[at / 8] ^= 1 << (at % 8);
        }
        python_agrees(shape, &taken);
        println!("{shape}: of {} flips {} are taken, {unevaluated} not evaluated", bundle.len() * 8, taken.len());
        assert!(taken.len() * 10 < bundle.len() * 8, "{shape}: {} flips are taken", taken.len());
    }
}
