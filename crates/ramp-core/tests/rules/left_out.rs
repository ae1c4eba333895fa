//! Facts without the content of dependencies: nothing is said of what was not read, and of all else the same.

use std::cell::Cell;
use std::io::{self, Cursor, Read, Seek, SeekFrom};

use ramp_core::facts::{BundleFacts, gather, gather_without_dependencies};
use ramp_core::{Finding, Group, Limits, Policy, judge};
use ramp_fixtures::bundle::BundleBuilder;

use crate::cases::{CASES, cluster};

/// What is about the content of a file under `deps/`.
fn is_of_dependency(finding: &Finding) -> bool {
    let entry = finding.location.as_ref().and_then(|location| location.entry.as_deref()).unwrap_or_default();
    finding.rule == "dependency-sha256"
        || finding.rule.starts_with("dependency-archive")
        || (entry.starts_with("deps/") && matches!(finding.group, Group::Integrity | Group::Archive))
}

#[test]
fn of_dependencies_nothing_is_said_and_of_all_else_the_same() {
    let (mut silent, policy) = (0, Policy::strict());
    for case in CASES.iter() {
        for (bundle, target) in [(&case.bad, &case.target), (&case.good, &case.good_target)] {
            let Ok(whole) = gather(Cursor::new(bundle), &Limits::default()) else { continue };
            let part = gather_without_dependencies(Cursor::new(bundle), &Limits::default()).unwrap();
            let (whole, part) = (judge(&whole, target, &policy), judge(&part, target, &policy));
            let name = format!("{}: {}", case.rule, case.name);
            let more: Vec<_> = part.findings().iter().filter(|found| !whole.findings().contains(found)).collect();
            assert!(more.is_empty(), "{name}: {more:#?}");
            let less = whole.findings().iter().filter(|found| !part.findings().contains(found));
            for found in less {
                assert!(is_of_dependency(found), "{name}: {found:#?}");
                silent += 1;
            }
            assert_eq!(part.answer(), whole.answer(), "{name}");
        }
    }
    assert!(silent > 50, "{silent}");
}

#[test]
fn what_was_left_out_is_a_fact() {
    let bundle = BundleBuilder::with_dependency().build();
    let part = gather_without_dependencies(Cursor::new(&bundle), &Limits::default()).unwrap();
    let archive = part.archive.as_ref().unwrap();
    for (entry, content) in archive.directory.entries.iter().zip(&archive.contents) {
        let is_dependency = entry.name.starts_with("deps/");
        assert_eq!((archive.is_left_out(entry), content.is_none()), (is_dependency, is_dependency), "{}", entry.name);
    }
    let back: BundleFacts = serde_json::from_str(&serde_json::to_string(&part).unwrap()).unwrap();
    assert_eq!(back, part);
    assert!(judge(&part, &cluster("7.22"), &Policy::strict()).passed());
}

/// Counts what is read of a bundle.
struct Counting<'a>(Cursor<Vec<u8>>, &'a Cell<u64>);

impl Read for Counting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(buffer)?;
        self.1.set(self.1.get() + read as u64);
        Ok(read)
    }
}

impl Seek for Counting<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn what_is_left_out_is_not_read() {
    let mut bundle = BundleBuilder::with_dependency();
    // Nothing makes it smaller.
    let mut dice = 1_u32;
    let noise = std::iter::repeat_with(|| {
        dice = dice.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        dice.to_be_bytes()[0]
    });
    bundle.dependencies.push(("deps/large.bin".to_owned(), noise.take(4 << 20).collect()));
    let (bytes, read) = (bundle.build(), Cell::new(0));
    gather_without_dependencies(Counting(Cursor::new(bytes.clone()), &read), &Limits::default()).unwrap();
    assert!(read.get() < 512 << 10, "{} of {}", read.get(), bytes.len());
}
