//! The JSON Schema of manifests, held against the packer.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use ramp_core::Level;
use ramp_core::metadata::fields::manifest_keys;
use ramp_pack::check::{Remark, Surroundings, What, check};
use ramp_pack::manifest::schema;
use serde_json::{Value, json};

use crate::testdata;

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// What the packer says of keys, types and forms; not what a schema cannot know: what a capability is, whether a file is there.
fn remarks(manifest: &[u8]) -> Vec<Remark> {
    let surroundings = Surroundings { variable: &|_| Some("x".to_owned()), exists: &|_| true };
    let rules = [
        "command-unused",
        "key-type",
        "key-unknown",
        "local-path-unused",
        "manifest-unreadable",
        "member-missing",
        "metadata-not-made",
        "min-version-build",
        "module-architecture-not-supported",
        "module-os-list-invalid",
        "out-of-range",
        "ramp-format-unknown",
        "unknown-key",
        "wrong-type",
    ];
    let told = |remark: &Remark| {
        let is_form = match &remark.what {
            What::Found(finding) if finding.rule == "wrong-form" => {
                let pointer =
                    finding.location.as_ref().and_then(|location| location.pointer.clone()).unwrap_or_default();
                let key = pointer.rsplit('/').next().unwrap();
                // What no regular expression tells.
                let is_address =
                    ["homepage", "email", "url"].contains(&key) && !finding.message.ends_with("it is empty");
                !is_address && !finding.message.starts_with("the key")
            }
            _ => false,
        };
        remark.level() >= Level::Warning && (is_form || rules.contains(&remark.what.rule()))
    };
    check(manifest, &surroundings).into_iter().filter(told).collect()
}

fn agree(validator: &jsonschema::Validator, manifest: &Value) -> Result<(), String> {
    let remarks = remarks(manifest.to_string().as_bytes());
    let errors: Vec<String> = validator.iter_errors(manifest).map(|error| error.to_string()).collect();
    if remarks.is_empty() == errors.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = remarks.iter().map(|remark| format!("{}: {}", remark.what.rule(), remark.what)).collect();
    Err(format!("{manifest}\npacker: {told:#?}\nschema: {errors:#?}"))
}

fn manifests() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = ["manifests", "real-modules"]
        .into_iter()
        .flat_map(|folder| fs::read_dir(testdata(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "yml" || (e == "json" && path.ends_with("tabs.json"))))
        .collect();
    paths.sort();
    paths
}

/// As the packer reads it, which is what an editor makes of YAML but for octal numbers and the like.
fn as_json(bytes: &[u8]) -> Value {
    let manifest = ramp_pack::manifest::Manifest::read(bytes).unwrap();
    manifest.entries.iter().map(|(key, value, _)| (key.clone(), Value::from(value))).collect()
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::meta::is_valid(&schema()));
    assert_eq!(schema()["properties"].as_object().unwrap().len(), manifest_keys().count());
}

#[test]
fn the_schema_and_the_packer_agree_on_manifests_in_files() {
    let validator = validator();
    let mut taken = Vec::new();
    for path in manifests() {
        let bytes = fs::read(&path).unwrap();
        let is_valid = validator.is_valid(&as_json(&bytes));
        let told = remarks(&bytes);
        assert_eq!(is_valid, told.is_empty(), "{}: {told:#?}", path.display());
        taken.push((path.file_name().unwrap().to_string_lossy().into_owned(), is_valid));
    }
    let refused: Vec<&str> = taken.iter().filter(|(_, is_valid)| !is_valid).map(|(name, _)| name.as_str()).collect();
    assert_eq!(refused, ["gears.yml", "mistakes.yml", "tabs.json"]);
    assert!(taken.len() >= 10, "{taken:?}");
}

/// Every key alone, with its example, its default, and values of every other type.
#[test]
fn the_schema_and_the_packer_agree_on_every_key() {
    let validator = validator();
    let mut disagreements = Vec::new();
    for field in manifest_keys() {
        let example = Value::from(field.example.as_ref().unwrap());
        let taken = json!({ &*field.name: example });
        assert!(validator.is_valid(&taken) && remarks(taken.to_string().as_bytes()).is_empty(), "{taken}");
        let others = [
            json!("7.4"),
            json!(""),
            json!("a/b"),
            json!(7),
            json!(7.4),
            json!(-5),
            json!(true),
            json!([]),
            json!(["types"]),
            json!([5]),
            json!([{}]),
            json!([{ "a": "b" }]),
            json!({}),
            json!({ "a": "b" }),
            json!({ "a": {} }),
            json!({ "a": [] }),
        ];
        let defaults = field.default.as_ref().map(Value::from);
        for value in others.into_iter().chain(defaults) {
            disagreements.extend(agree(&validator, &json!({ &*field.name: value })).err());
        }
    }
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n\n"));
}

#[test]
fn the_schema_and_the_packer_agree_on_what_is_in_objects() {
    let validator = validator();
    let digest = "a1".repeat(32);
    let url = "https://example.com/a.tgz";
    let command = json!({ "command_name": "a.b", "command_arity": -1, "flags": ["write"], "first_key": 1, "last_key": 1, "step": 1 });
    let with = |key: &str, value: Value| {
        let mut command = command.clone();
        command[key] = value;
        json!({ "overide_command": [command] })
    };
    let manifests = [
        json!({ "dependencies": { "a": { "url": url, "sha256": digest } } }),
        json!({ "dependencies": { "a": { "url": url, "sha256": "12" } } }),
        json!({ "dependencies": { "a": { "url": url, "sha256": "" } } }),
        json!({ "dependencies": { "a": { "url": url } } }),
        json!({ "dependencies": { "a": { "local_path": "x" } } }),
        json!({ "dependencies": { "a": { "local_path": 5 } } }),
        json!({ "dependencies": { "a/b": { "local_path": "x" } } }),
        json!({ "dependencies": { "..": { "local_path": "x" } } }),
        json!({ "dependencies": { "a": { "local_path": "x", "colour": "red" } } }),
        json!({ "dependencies": [{ "name": "a", "url": url, "sha256": digest }] }),
        json!({ "dependencies": [{ "name": "a", "url": url }] }),
        json!({ "dependencies": [{ "url": url, "sha256": digest }] }),
        json!({ "dependencies": [{ "name": 5, "url": url, "sha256": digest }] }),
        json!({ "optional-dependencies": { "a": { "url": "", "sha256": "" } } }),
        json!({ "optional-dependencies": { "a": { "url": url } } }),
        json!({ "overide_command": [command] }),
        json!({ "add_command": [command] }),
        json!({ "overide_command": [{ "command_arity": 1 }] }),
        json!({ "add_command": [{ "command_arity": 1 }] }),
        with("command_arity", json!("1")),
        with("command_arity", json!(1.0)),
        with("command_arity", json!(1.5)),
        with("command_arity", json!(2_147_483_648_u64)),
        with("flags", json!("write")),
        with("flags", json!([1])),
        with("colour", json!("red")),
        with("command_name", json!("")),
        with("command_name", json!(5)),
        json!({ "crdb": { "name": "a", "supported_featureset_versions": [1] } }),
        json!({ "crdb": { "name": 5 } }),
        json!({ "crdb": { "supported_featureset_versions": ["1"] } }),
        json!({ "crdb": { "supported": true } }),
        json!({ "redis_args": { "maxmemory": "1gb", "databases": 4, "appendonly": false } }),
        json!({ "redis_args": { "save": [] } }),
        json!({ "redis_args": { "save": null } }),
        json!({ "run_command_line_args": null }),
        json!({ "architecture": "amd64" }),
        json!({ "architecture": "sparc" }),
        json!({ "operating_systems": ["rhel9", "Red Hat 8.9"] }),
        json!({ "operating_systems": ["bionic"] }),
        json!({ "module_file": ".." }),
        json!({ "min_redis_version": "6.0.12" }),
        json!({ "min_redis_version": "07.4" }),
        json!({ "min_redis_version": "7.256" }),
        json!({ "min_redis_version": "7.4.2.1" }),
        json!({ "min_redis_pack_version": "7.22.0" }),
        json!({ "min_redis_pack_version": "7.4.2-54" }),
        json!({ "ramp_format_version": 2 }),
        json!({ "min-redis-version": "7.2" }),
        json!({ "colour": "red" }),
        json!({}),
    ];
    let disagreements: Vec<String> =
        manifests.iter().filter_map(|manifest| agree(&validator, manifest).err()).collect();
    assert!(disagreements.is_empty(), "{}", disagreements.join("\n\n"));
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(true)),
        (-3..300_i64).prop_map(|n| json!(n)),
        Just(json!(7.5)),
        "[a-z]{1,6}".prop_map(|text| json!(text)),
        "[0-9]{1,3}(\\.[0-9]{1,3}){0,3}".prop_map(|text| json!(text)),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = scalar();
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::btree_map("[a-z]{1,4}|url|name|local_path|command_name|flags", inner, 0..3)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}

proptest! {
    /// Whatever is in them, and whichever keys there are.
    #[test]
    fn the_schema_and_the_packer_agree(
        members in proptest::collection::vec((0..33_usize, proptest::option::weighted(0.6, value())), 0..5)
    ) {
        let manifest: Value = members.into_iter().map(|(at, value)| {
            let field = manifest_keys().nth(at).unwrap();
            (field.name.clone(), value.unwrap_or_else(|| field.example.as_ref().unwrap().into()))
        }).collect();
        let validator = validator();
        prop_assert!(agree(&validator, &manifest).is_ok(), "{}", agree(&validator, &manifest).unwrap_err());
    }
}
