//! Any bundle repaired: the same files, of `module.json` nothing but what is told, no answer that is worse, and nothing more to be repaired.
#![no_main]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::facts::BundleFacts;
use ramp_core::layout::{METADATA_NAME, pointer};
use ramp_core::metadata::Value;
use ramp_core::{Endpoint, Group, Limits, Policy, Target, judge};
use ramp_fixtures::recipe;
use ramp_pack::WriteOptions;
use ramp_pack::json::to_string_as_read;
use ramp_pack::repair::{self, Change, Changed, Repair, RepairError};

/// How often there may be something in a bundle, as a power of two. What there is much of takes long, and is `cost`'s.
const POWERS: u8 = 7;

fuzz_target!(|data: &[u8]| {
    let Some((dress, recipe)) = data.split_first() else { return };
    let mut recipe = recipe.to_vec();
    for piece in recipe.split_mut(|byte| *byte == recipe::END) {
        if let [_, power, ..] = piece {
            *power %= POWERS;
        }
    }
    let bundle = dressed(*dress, recipe::bundle(&recipe));
    let Ok(repair) = repair::plan(Cursor::new(&bundle), &Limits::default()) else { return };
    if !repair.obstacles().is_empty() {
        assert!(repair.changes().is_empty(), "it is left as it is");
        assert!(matches!(write(&bundle, &repair), Err(RepairError::Prevented)));
        return;
    }
    let (new, written) = write(&bundle, &repair).expect("nothing keeps it from being written");

    let (before, after) = (files(&bundle), files(&new));
    assert!(without_metadata(&before).eq(without_metadata(&after)), "another file");
    let is_of_zip = |change: &Change| matches!(change.changed, Changed::Zip { .. });
    if repair.changes().iter().all(is_of_zip) {
        assert!(before[METADATA_NAME] == after[METADATA_NAME], "its text does not stay");
    }
    let root_before = root(repair.facts());
    keeps("", root_before, root(&written), &touched(repair.changes(), root_before));

    let again = repair::plan(Cursor::new(&new), &Limits::default()).expect("within limits");
    assert!(again.obstacles().is_empty(), "{:?}", again.obstacles());
    assert!(again.changes().is_empty(), "{:?} after {:?}", again.changes(), repair.changes());
    assert!(write(&new, &again).expect("it was written before").0 == new, "it is written otherwise");

    let target = target(dress >> 3);
    let (was, is) = (judge(repair.facts(), &target, &Policy::strict()), judge(&written, &target, &Policy::strict()));
    for finding in is.findings() {
        // What the dependencies hold is anyone's.
        let of_content = finding.rule.starts_with("dependency-archive");
        assert!(finding.group != Group::Archive || of_content, "{}: {}", finding.rule, finding.message);
    }
    assert!(is.answer().accepted() || !was.answer().accepted(), "{:?} after {:?}", is.answer(), repair.changes());
});

/// With what else a file may have.
fn dressed(dress: u8, mut bundle: Vec<u8>) -> Vec<u8> {
    if dress & 1 != 0 {
        let comment = b"made by hand";
        let length = bundle.len() - 2;
        bundle[length] = comment.len() as u8;
        bundle.extend_from_slice(comment);
    }
    if dress & 2 != 0 {
        bundle.splice(0..0, *b"#!/bin/sh\n");
    }
    if dress & 4 != 0 {
        bundle.resize(bundle.len().next_multiple_of(512), 0);
    }
    bundle
}

fn write(bundle: &[u8], repair: &Repair) -> Result<(Vec<u8>, BundleFacts), RepairError> {
    let mut out = Cursor::new(Vec::new());
    let options = WriteOptions { threads: NonZeroUsize::MIN, ..WriteOptions::default() };
    let facts = repair.write(Cursor::new(bundle), &mut out, &Limits::default(), &options)?;
    Ok((out.into_inner(), facts))
}

fn target(which: u8) -> Target {
    let named = |name| Target::named(name).expect("a release");
    match which % 4 {
        0 => Target::default(),
        1 => named("6.2"),
        2 => named("7.22"),
        _ => named("8.2").with_endpoint(Endpoint::UserDefined).expect("the release has it"),
    }
}

/// The files that count, by their names: of several of one name the last.
fn files(bundle: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut bundle = Bundle::open(Cursor::new(bundle), &BundleLimits::default()).expect("it was opened before");
    let entries = bundle.directory().entries.clone();
    let mut read = |entry| {
        let mut content = Vec::new();
        bundle.reader(entry).expect("a file").read_to_end(&mut content).expect("a whole one");
        content
    };
    let files = entries.iter().filter(|entry| !entry.is_directory());
    files.map(|entry| (entry.name.clone(), read(entry))).collect()
}

fn without_metadata(files: &BTreeMap<String, Vec<u8>>) -> impl Iterator<Item = (&String, &Vec<u8>)> {
    files.iter().filter(|(name, _)| *name != METADATA_NAME)
}

fn root(facts: &BundleFacts) -> &Value {
    facts.archive.as_ref().ok().and_then(|archive| archive.metadata()).expect("it can be read").root()
}

/// The places in `module.json` that changes are about, and what those are in that move others.
fn touched(changes: &[Change], old: &Value) -> BTreeSet<String> {
    let mut touched = BTreeSet::new();
    for Change { changed, .. } in changes {
        let (Changed::Value { pointer, .. } | Changed::Key { pointer, .. }) = changed else { continue };
        let within = &pointer[..pointer.rfind('/').unwrap_or_default()];
        let is_list = old.pointer(within).is_some_and(|within| within.as_array().is_some());
        let moves =
            matches!(changed, Changed::Key { .. }) || is_list && matches!(changed, Changed::Value { to: None, .. });
        touched.insert(if moves { within } else { pointer }.to_owned());
    }
    touched
}

/// Everything else is as it was, keys in their order and numbers in their digits.
fn keeps(at: &str, old: &Value, new: &Value, touched: &BTreeSet<String>) {
    let below = |step: &str| format!("{at}{}", pointer([step]));
    let within = format!("{at}/");
    let is_touched_below = touched.range(within.clone()..).next().is_some_and(|next| next.starts_with(&within));
    match (old, new) {
        _ if touched.contains(at) => {}
        (Value::Object(old), Value::Object(new)) if is_touched_below => {
            let is_kept = |key: &&str| !touched.contains(&below(key));
            assert!(old.keys().filter(is_kept).eq(new.keys().filter(is_kept)), "other keys at {at:?}");
            for (key, old) in old.iter() {
                if let Some(new) = new.get(key) {
                    keeps(&below(key), old, new, touched);
                }
            }
        }
        (Value::Array(old), Value::Array(new)) if is_touched_below => {
            assert_eq!(old.len(), new.len(), "other items at {at:?}");
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                keeps(&below(&index.to_string()), old, new, touched);
            }
        }
        _ => assert!(text(old) == text(new), "{at:?} is another: {old} -> {new}"),
    }
}

fn text(value: &Value) -> String {
    to_string_as_read(value, usize::MAX).expect("no limit")
}
