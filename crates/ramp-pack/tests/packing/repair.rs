//! Bundles put right: what is changed, what is not, and that there is nothing left to be done.

use std::io::{Cursor, Read as _};

use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::metadata::json::read;
use ramp_core::{Error, Limits};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use ramp_fixtures::zip::Entry;
use ramp_pack::WriteOptions;
use ramp_pack::repair::{self, Repair, RepairError};
use serde_json::{Value, json};

pub(crate) fn plan(bundle: &[u8]) -> Repair {
    repair::plan(Cursor::new(bundle), &Limits::default()).unwrap()
}

pub(crate) fn write(bundle: &[u8], repair: &Repair) -> Vec<u8> {
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
        ("min_redis_version", json!(7.0), "7.0 -> \"7.0\""),
        ("architecture", json!(["amd64"]), "[\"amd64\"] -> \"x86_64\""),
        ("operating_systems", json!("ubuntu22 jammy"), "\"ubuntu22 jammy\" -> [\"ubuntu22\"]"),
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
        ("min_redis_version", json!("<7.4")),
        ("min_redis_version", json!("8.0-rc1")),
        ("min_redis_version", json!("7.x")),
        ("architecture", json!("aarch64")),
        ("architecture", json!("arm64")),
        ("architecture", json!("s390x")),
        ("architecture", json!("armv7l")),
        ("architecture", json!("i386")),
        ("architecture", json!(["ppc64le"])),
        ("architecture", json!("sparc")),
        // Two would get one name.
        ("platforms", json!({"rhel8.6/x86_64": {}, "rhel8.8/x86_64": {}})),
        ("platforms", json!({"RHEL9/amd64": {}, "rocky9/x86_64": {}})),
        ("platforms", json!({"rhel9/x86_64": {}, "rocky9/x86_64": {}})),
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

/// All at once, however many: each more would cost another look at the whole.
#[test]
fn many_are_repaired_together() {
    let systems = vec!["ubuntu22.04"; 500];
    let commands: Vec<Value> =
        (0..500).map(|i| json!({"command_name": format!("t.c{i}"), "command_arity": "2"})).collect();
    let bundle = BundleBuilder::good().set("operating_systems", json!(systems)).set("commands", json!(commands));
    let new = repaired(bundle.build());
    let metadata: Value = serde_json::from_slice(&content(&new, "module.json")).unwrap();
    assert_eq!(metadata["operating_systems"], json!(["ubuntu22"]));
    assert!(metadata["commands"].as_array().unwrap().iter().all(|command| command["command_arity"] == 2));
    assert!(plan(&new).changes().is_empty());
}

#[test]
fn nothing_is_listed_twice_in_the_end() {
    for (field, written, expected) in [
        ("operating_systems", json!(["jammy", "ubuntu22"]), json!(["ubuntu22"])),
        (
            "operating_systems",
            json!(["ubuntu22", "rhel9", "jammy", "ubuntu22.04", "rocky9"]),
            json!(["ubuntu22", "rhel9"]),
        ),
        ("os_list", json!(["jammy", "ubuntu22"]), json!(["ubuntu22"])),
        ("operating_systems", json!(["rhel9", "rhel9"]), json!(["rhel9"])),
        ("exclude_commands", json!(["a.b", "c.d", "a.b", "a.b"]), json!(["a.b", "c.d"])),
        ("capabilities", json!(["types", "types", "types"]), json!(["types"])),
    ] {
        let new = repaired(BundleBuilder::good().set(field, written.clone()).build());
        let metadata: Value = serde_json::from_slice(&content(&new, "module.json")).unwrap();
        assert_eq!(metadata[field], expected, "{written}");
        assert!(plan(&new).changes().is_empty());
    }
}

/// Where the digits say more than the number, a reader that keeps the number sees another version.
#[test]
fn a_number_is_quoted_as_every_reader_sees_it() {
    for (written, is_repaired) in
        [("7.10", false), ("7.20", false), ("7.00", false), ("7.1", true), ("7.0", true), ("7", true)]
    {
        let text = BundleBuilder::good().set("min_redis_version", "@").metadata_text();
        let text = String::from_utf8(text).unwrap().replace("\"@\"", written);
        let told = told(BundleBuilder::good().metadata_bytes(text).build());
        assert_eq!(told.len(), usize::from(is_repaired), "{written}: {told:?}");
    }
}

/// As `module.json` cannot be written again, which is told where it would have to be.
#[test]
fn what_cannot_be_written_again_is_told() {
    let bundle = |members: &str, version: &str| {
        let text = format!(r#"{{"module_name": "m", "module_file": "{MODULE_FILE}", "version": {version}{members}}}"#);
        BundleBuilder::good().metadata_bytes(text).build()
    };
    let twice = |count: usize| (0..count).map(|i| format!(r#", "k{i}": 1, "k{i}": 1"#)).collect::<Vec<_>>().concat();
    let many = twice(300);
    // Those that are in what does not count are forgotten, and not those that found no place.
    let nested = format!(r#", "x": {{"a": 1{many}}}, "x": 1, "y": -0"#);
    for (members, version) in [(many.as_str(), "1"), (&nested, "1"), (r#", "lone": "\ud800""#, r#""1.2.3""#)] {
        let repair = plan(&bundle(members, version));
        let told: Vec<String> = repair.obstacles().iter().map(ToString::to_string).collect();
        assert!(repair.changes().is_empty() && !told.is_empty(), "{told:?}");
        let is_told = |told: &String| {
            told.starts_with("`module.json` would have to be written anew") || told.contains("appears 2 times")
        };
        assert!(told.iter().all(is_told), "{told:?}");
    }
    assert!(plan(&bundle(&twice(200), "1")).obstacles().is_empty());
}

#[test]
fn a_digest_is_only_of_the_file_that_its_own_url_names() {
    let digest = "0".repeat(64);
    let dependency = |name: &str| json!({"url": format!("https://example.com/{name}.tgz"), "sha256": digest});
    let bundle = BundleBuilder::with_dependency();
    let mut zip = bundle.zip();
    let at = zip.entries.iter().position(|entry| entry.central.name.starts_with(b"deps/")).unwrap();
    zip.entries[at].central.name = b"deps/x.tgz".to_vec();
    zip.entries[at].local.name = b"deps/x.tgz".to_vec();
    let metadata = |dependencies: Value| {
        let mut metadata = BundleBuilder::good().metadata;
        metadata["dependencies"] = dependencies;
        serde_json::to_vec(&metadata).unwrap()
    };
    let told = |dependencies: Value| {
        let mut zip = zip.clone();
        let at = zip.entries.iter().position(|entry| entry.central.name == b"module.json").unwrap();
        zip.entries[at] = Entry::deflated("module.json", &metadata(dependencies));
        told(zip.build())
    };
    let both = told(json!({"x": dependency("other"), "y": dependency("x")}));
    assert!(both.len() == 1 && both[0].starts_with("module.json#/dependencies/y/sha256: "), "{both:?}");
    let named = told(json!({"x": {"sha256": digest}}));
    assert!(named.len() == 1 && named[0].starts_with("module.json#/dependencies/x/sha256: "), "{named:?}");
}

#[test]
fn what_is_a_file_of_another_format_is_not_dropped() {
    let good = BundleBuilder::good().build();
    let mut tar = vec![0; 1024];
    tar[..5].copy_from_slice(b"a.txt");
    let sum = |tar: &[u8]| tar[..512].iter().map(|byte| u32::from(*byte)).sum::<u32>();
    tar[148..156].copy_from_slice(b"        ");
    let checksum = format!("{:06o}\0 ", sum(&tar));
    tar[148..156].copy_from_slice(checksum.as_bytes());
    let elf = BundleBuilder::good().module;
    let known = [&b"\x1F\x8B\x08\0 and so on"[..], b"\xFD7zXZ\0 and so on", b"BZh91AY", &tar, &elf];
    // Nobody can know all formats that there are.
    let others =
        [&b"070701"[..], b"xar!", b"LZIP\x01", b"WARC/1.0", b"begin 644 a", b"#!/bin/sh\nexec unzip\n", b"a signature"];
    for other in known.into_iter().chain(others) {
        for filled in [0, 4096] {
            let filled = vec![0; filled];
            for bundle in [[&filled, other, &good].concat(), [&good[..], &filled, other].concat()] {
                let repair = plan(&bundle);
                assert!(!repair.obstacles().is_empty(), "{other:?}");
            }
        }
    }
    for harmless in [&b"\xef\xbb\xbf"[..], &[0; 600], b"\r\n"] {
        assert!(plan(&[harmless, &good].concat()).obstacles().is_empty(), "{harmless:?}");
        assert!(plan(&[&good[..], harmless].concat()).obstacles().is_empty(), "{harmless:?}");
    }
}

#[test]
fn permissions_that_are_lost_are_told() {
    let bundle = BundleBuilder::with_dependency().set("version", "1.2.3");
    let zip = bundle.zip();
    let at = zip.entries.iter().position(|entry| entry.central.name.starts_with(b"deps/")).unwrap();
    let name = String::from_utf8(zip.entries[at].central.name.clone()).unwrap();
    let with = |mode: u32| {
        let mut zip = zip.clone();
        zip.entries[at].external_attributes = mode << 16;
        told(zip.build())
    };
    assert!(with(0o100_755).contains(&format!("`{name}` has the mode 0755, and is written with 0644")));
    for kept in [0o100_644, 0o100_600] {
        assert!(with(kept).iter().all(|told| !told.contains("has the mode")));
    }
}

#[test]
fn what_is_deep_does_not_grow() {
    let deep = format!("{}1{}", "[".repeat(900), "]".repeat(900));
    let text = format!(r#"{{"module_name": "m", "module_file": "{MODULE_FILE}", "version": "10203", "deep": {deep}}}"#);
    let new = content(&repaired(BundleBuilder::good().metadata_bytes(text.clone()).build()), "module.json");
    assert!(new.len() < 2 * text.len() + 2000, "{}", new.len());
    assert_eq!(read(&new).unwrap().root.get("deep"), read(text.as_bytes()).unwrap().root.get("deep"));
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
    let sha256 = BundleBuilder::good().metadata["sha256"].to_string();
    let text = format!(
        "{{ \"module_name\" :\"m\",\n\n\"lone\": \"\\ud800\", \"module_file\": \"testmodule.so\",\"version\":1,\"sha256\":{sha256}}}"
    );
    let bundle = BundleBuilder::good().metadata_bytes(text.clone());
    let mut zip = bundle.zip();
    zip.comment = b"hello".to_vec();
    assert_eq!(content(&repaired(zip.build()), "module.json"), text.as_bytes());
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
