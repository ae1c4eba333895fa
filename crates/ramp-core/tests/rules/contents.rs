//! What is kept of a bundle's contents is what was measured.

use std::io::Cursor;

use ramp_core::facts::{Contents, gather, gather_with_contents};
use ramp_core::{Digest256, Limits};
use ramp_fixtures::bundle::BundleBuilder;

use crate::cases::CASES;

fn kept_as_measured(bundle: &[u8], name: &str) -> Contents {
    let limits = Limits::default();
    let (facts, contents) = gather_with_contents(Cursor::new(bundle), &limits).unwrap();
    assert_eq!(facts, gather(Cursor::new(bundle), &limits).unwrap(), "{name}");
    if let Ok(archive) = facts.archive {
        if let (Some(kept), Some(module)) = (&contents.module, &archive.module) {
            assert_eq!(Digest256::of(kept), module.sha256, "{name}");
        }
        for (index, bytes) in &contents.dependencies {
            if let Some(measured) = archive.contents.get(*index).cloned().flatten() {
                assert_eq!(Digest256::of(bytes), measured.sha256, "{name}: entry {index}");
            }
        }
    }
    contents
}

#[test]
fn what_is_kept_is_what_was_measured() {
    for case in CASES.iter() {
        kept_as_measured(&case.bad, case.name);
        kept_as_measured(&case.good, case.name);
    }
}

#[test]
fn all_of_a_good_bundle_is_kept() {
    for (bundle, dependencies) in [(BundleBuilder::good(), 0), (BundleBuilder::with_dependency(), 1)] {
        let contents = kept_as_measured(&bundle.build(), "a good bundle");
        assert!(contents.module.is_some());
        assert_eq!(contents.dependencies.len(), dependencies);
    }
}

#[test]
fn what_is_no_bundle_has_no_contents() {
    assert_eq!(kept_as_measured(b"PK", "no bundle"), Contents::default());
}
