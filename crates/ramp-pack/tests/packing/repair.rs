//! Bundles put right: what is changed, what is not, and that there is nothing left to be done.

use std::io::{Cursor, Read as _};

use proptest::prelude::*;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::metadata::json::read;
use ramp_core::{Error, Limits};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_fixtures::zip::Entry;
use ramp_pack::WriteOptions;
use ramp_pack::repair::{self, Repair, RepairError};
use serde_json::{Value, json};

fn plan(bundle: &[u8]) -> Repair {
    repair::plan(Cursor::new(bundle), &Limits::default()).unwrap()
}

fn write(bundle: &[u8], repair: &Repair) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    repair.write(Cursor::new(bundle), &mut out, &Limits::default(), &WriteOptions::default()).unwrap();
    out.into_inner()
}

fn repaired(bundle: impl Into<Vec<u8>>) -> Vec<u8> {
    let bundle = bundle.into();
    let repair = plan(&bundle);
    assert!(repair.obstacles().is_empty() && !repair.changes().is_empty(), "{repair:?}");
    write(&bundle, &repair)
}

fn told(bundle: impl Into<Vec<u8>>) -> Vec<String> {
    plan(&bundle.into()).changes().iter().map(ToString::to_string).collect()
}

fn content(bundle: &[u8], name: &str) -> Vec<u8> {
    let mut bundle = Bundle::open(Cursor::new(bundle), &BundleLimits::default()).unwrap();
    let entry = bundle.directory().last_named(name).unwrap().clone();
    let mut bytes = Vec::new();
    bundle.reader(&entry).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn values_become_what_they_were_meant_to_be() {
    let set = |key: &str, value: Value| told(BundleBuilder::good().set(key, value));
    let digest = BundleBuilder::good().metadata["sha256"].as_str().unwrap().to_owned();
    for (key, value, expected) in [
        ("version", json!("10203"), "\"10203\" -> 10203"),
        ("version", json!(10203.0), "10203.0 -> 10203"),
        ("version", json!("1.2.3"), "\"1.2.3\" -> 10203"),
        ("version", json!("v1.2.3"), "\"v1.2.3\" -> 10203"),
        ("semantic_version", json!("1.2.4"), "\"1.2.4\" -> \"1.2.3\""),
        ("semantic_version", json!("v1.2.3"), "\"v1.2.3\" -> \"1.2.3\""),
        ("semantic_version", json!("1.2"), "\"1.2\" -> \"1.2.3\""),
        ("semantic_version", json!("banana"), "\"banana\" -> \"1.2.3\""),
        ("git_sha", json!("b'0123abcd'"), "\"b'0123abcd'\" -> \"0123abcd\""),
        ("git_sha", json!("b'0123abcd\\n'"), r#""b'0123abcd\\n'" -> "0123abcd""#),
        ("architecture", json!("amd64"), "\"amd64\" -> \"x86_64\""),
        ("architecture", json!("X86_64"), "\"X86_64\" -> \"x86_64\""),
        ("min_redis_version", json!(7.2), "7.2 -> \"7.2\""),
        ("min_redis_pack_version", json!("7.2.4-54"), "\"7.2.4-54\" -> \"7.2.4\""),
        ("bigstore_version_2_support", json!("True"), "\"True\" -> true"),
        ("capabilities", json!("types, replica_of"), "\"types, replica_of\" -> [\"types\",\"replica_of\"]"),
    ] {
        let expected = format!("module.json#/{key}: {expected}");
        assert_eq!(set(key, value), [expected], "{key}");
    }
    for wrong in [json!("aa"), json!(null), json!("0".repeat(64)), json!(format!("{digest}  testmodule.so"))] {
        let expected = format!("module.json#/sha256: {wrong} -> \"{digest}\"");
        assert_eq!(set("sha256", wrong), [expected]);
    }
    assert_eq!(
        told(BundleBuilder::good().without("sha256")),
        [format!("module.json#/sha256: nothing -> \"{digest}\"")]
    );
    for name in ["RHEL9", "rhel 9", "RHEL-9", "rocky9", "redhat9.4", "Linux-rhel9"] {
        let expected = format!("module.json#/operating_systems/0: \"{name}\" -> \"rhel9\"");
        assert_eq!(set("operating_systems", json!([name])), [expected]);
    }
}

#[test]
fn what_would_be_a_guess_is_left() {
    for (key, value) in [
        // The unpacker reads 1.
        ("version", json!("1.2")),
        ("version", json!(true)),
        ("version", json!(0)),
        ("capabilities", json!(["typs"])),
        ("operating_systems", json!(["debian12"])),
        ("operating_systems", json!(["rhel9", "rhel9"])),
        ("min_redis_version", json!("<7.4")),
        ("min_redis_version", json!("8.0-rc1")),
        ("min_redis_version", json!("7.x")),
        ("architecture", json!("aarch64")),
        ("architecture", json!("arm64")),
        ("homepage", json!("example.com")),
        ("git_sha", json!("b'main'")),
        ("module_file", json!("another.so")),
        ("min_redis_versoin", json!("7.2")),
    ] {
        let bundle =
            BundleBuilder::good().set(key, value.clone()).without(if key == "module_file" { "sha256" } else { "" });
        let told = told(bundle);
        // What comes of `version` is told of the other version.
        let told: Vec<&String> = told.iter().filter(|told| !told.contains("#/semantic_version")).collect();
        assert!(told.is_empty(), "{key}: {value}: {told:?}");
    }
}

#[test]
fn only_what_is_wrong_changes() {
    let module_sha = BundleBuilder::good().metadata["sha256"].as_str().unwrap().to_owned();
    let text = format!(
        r#"{{"zeta": 1.50, "module_name": "m", "big": 12345678901234567890123, "module_file": "{MODULE_FILE}", "version": "10203",
            "e": 1E5, "é": "😀\u0007", "semantic_version": "1.2.3", "architecture": "x86_64", "sha256": "{module_sha}"}}"#
    );
    let bundle = BundleBuilder::good().metadata_bytes(text.clone());
    let new = content(&repaired(bundle), "module.json");
    let (old, new) = (read(text.as_bytes()).unwrap().root, read(&new).unwrap().root);
    let members = |root: &ramp_core::metadata::Value| -> Vec<(String, String)> {
        let object = root.as_object().unwrap().iter();
        let literal = |value: &ramp_core::metadata::Value| match value.as_number() {
            Some(number) => number.literal().into_owned(),
            None => value.to_string(),
        };
        object.map(|(key, value)| (key.to_owned(), literal(value))).collect()
    };
    let mut expected = members(&old);
    expected[4].1 = "10203".into();
    assert_eq!(members(&new), expected);
}

#[test]
fn the_text_stays_where_only_the_zip_is_wrong() {
    let text = b"{ \"module_name\" :\"m\",\n\n\"lone\": \"\\ud800\", \"module_file\": \"testmodule.so\",\"version\":1}";
    let bundle = BundleBuilder::good().metadata_bytes(*text);
    let mut zip = bundle.zip();
    zip.comment = b"hello".to_vec();
    assert_eq!(content(&repaired(zip.build()), "module.json"), text);
}

#[test]
fn files_are_the_same_to_the_last_byte() {
    let bundle = BundleBuilder::with_dependency().set("version", "10203");
    let mut zip = bundle.zip();
    zip.entries.insert(0, Entry::directory("deps/"));
    let new = repaired(zip.build());
    assert_eq!(content(&new, MODULE_FILE), bundle.module);
    assert_eq!(content(&new, "deps/data.tgz"), bundle.dependencies[0].1);
    let opened = Bundle::open(Cursor::new(&new), &BundleLimits::default()).unwrap();
    let names: Vec<&str> = opened.directory().entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, [MODULE_FILE, "module.json", "deps/data.tgz"]);
    assert!(opened.framing().anomalies.is_empty());
}

/// Indenting each of many levels would make a document many times as long.
#[test]
fn deep_documents_do_not_grow() {
    let deep = format!("{}{}", "[".repeat(900), "]".repeat(900));
    let deep = format!("[{}]", vec![deep; 40].join(","));
    let text = BundleBuilder::good().set("version", "10203").metadata_text();
    let text = String::from_utf8(text).unwrap().replacen('{', &format!("{{\"deep\": {deep},"), 1);
    let limits = Limits::default();
    let new = content(&repaired(BundleBuilder::good().metadata_bytes(text.clone())), "module.json");
    assert!(new.len() <= limits.metadata.max_bytes, "{} of {}", new.len(), text.len());
}

#[test]
fn limits_are_kept() {
    let limits = Limits { max_module_bytes: 10, ..Limits::default() };
    let planned = repair::plan(Cursor::new(BundleBuilder::good().build()), &limits);
    assert!(matches!(planned, Err(Error::LimitExceeded { .. })), "{planned:?}");
}

#[test]
fn what_has_changed_meanwhile_is_not_written() {
    let bundle = BundleBuilder::good().set("version", "10203");
    let repair = plan(&bundle.build());
    let mut other = bundle.zip();
    other.entries[0] = Entry::deflated(MODULE_FILE, b"another module");
    let mut out = Cursor::new(Vec::new());
    let written = repair.write(Cursor::new(other.build()), &mut out, &Limits::default(), &WriteOptions::default());
    assert!(matches!(written, Err(RepairError::Changed { .. } | RepairError::NotTheSame)), "{written:?}");
    let prevented = plan(b"no zip");
    let written = prevented.write(Cursor::new("no zip"), &mut out, &Limits::default(), &WriteOptions::default());
    assert!(matches!(written, Err(RepairError::Prevented)));
}

fn value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!("1.2.3"),
        json!("10203"),
        json!(10203.0),
        json!(null),
        json!("RHEL 9"),
        json!(["RHEL9", "rhel9", "rocky9", "ubuntu22.04", "debian12", "bionic"]),
        json!(["types", "types", "types"]),
        json!("types, flash"),
        json!("amd64"),
        json!("aa"),
        json!("b'00ff'"),
        json!("7.4.2-54"),
        json!(7.2),
        json!(-0.0),
        json!("True"),
        json!({"RHEL9/amd64": {}, "rhel9/x86_64": {}, "rocky8/x86_64": {"sha256": "x"}}),
        json!({"a": {"url": "https://x.org/a.tgz", "sha256": "aa"}}),
        json!([]),
    ])
}

fn key() -> impl Strategy<Value = String> {
    let good = BundleBuilder::good();
    let keys = good.metadata.keys().cloned().chain(["platforms", "os_list", "git_sha", "x"].map(str::to_owned));
    prop::sample::select(keys.collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever is wrong: what was repaired has nothing more to be repaired, and is written again the same.
    #[test]
    fn what_is_repaired_stays(
        values in prop::collection::vec((key(), value()), 1..5),
        flip in prop::option::of((any::<prop::sample::Index>(), 1_u8..)),
        front in prop::sample::select(vec!["", "#!/bin/sh\n"]),
        comment in prop::sample::select(vec!["", "hello"]),
    ) {
        let bundle = values.into_iter().fold(BundleBuilder::with_dependency(), |bundle, (key, value)| bundle.set(&key, value));
        let mut zip = bundle.zip();
        zip.comment = comment.into();
        let mut bytes = [front.as_bytes(), &zip.build()].concat();
        if let Some((at, bits)) = flip {
            let at = at.index(bytes.len());
            bytes[at] ^= bits;
        }
        let first = plan(&bytes);
        if !first.obstacles().is_empty() {
            prop_assert!(first.changes().is_empty());
            return Ok(());
        }
        let new = write(&bytes, &first);
        let again = plan(&new);
        prop_assert!(again.changes().is_empty(), "{:?}", again.changes());
        prop_assert!(again.obstacles().is_empty(), "{:?}", again.obstacles());
        prop_assert!(write(&new, &again) == new);
    }
}
