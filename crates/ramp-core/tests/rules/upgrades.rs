//! Upgrades: for each rule builds that trip it, and a twin, one step away, that does not.

use std::io::Cursor;

use ramp_core::facts::{self, BundleFacts};
use ramp_core::module::{DataType, ModuleConfig, RegisteredCommand, Registration};
use ramp_core::upgrade::{Build, Upgrade};
use ramp_core::{Limits, Policy, Target, UpgradeReport, judge_upgrade};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::files::{FileCase, Given};

fn facts(bundle: &BundleBuilder) -> BundleFacts {
    facts::gather(Cursor::new(bundle.build()), &Limits::default()).unwrap()
}

fn build(name: &str, bundle: &BundleBuilder) -> Build {
    Build::new(name, &facts(bundle)).unwrap()
}

/// The bundle of the tests, and the next version of it with another module.
fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4")
}

fn upgrade(change: impl Fn(BundleBuilder) -> BundleBuilder) -> Upgrade {
    Upgrade { old: build("old.zip", &BundleBuilder::good()), new: build("new.zip", &change(next())) }
}

/// From a build in which `key` is that, to one in which it is this.
fn raised(key: &'static str, old: &Value, new: &Value) -> Upgrade {
    // What databases have modules by from 7.8 on stands in the way of what older ones go by.
    let is_minimum = key == "min_redis_version";
    let with = |bundle: BundleBuilder, value: &Value| {
        let bundle = if is_minimum { bundle.without("compatible_redis_version") } else { bundle };
        bundle.set(key, value.clone())
    };
    Upgrade { old: build("old.zip", &with(BundleBuilder::good(), old)), new: build("new.zip", &with(next(), new)) }
}

fn command(arity: i64, keys: [i64; 3], flags: &[&str]) -> Value {
    let [first_key, last_key, step] = keys;
    json!([{"command_name": "test.get", "command_arity": arity, "flags": flags,
        "first_key": first_key, "last_key": last_key, "step": step}])
}

/// A module that registers data types and configs.
fn registering(types: &[(&str, i64)], configs: &[&str]) -> Registration {
    let data_type = |(name, encoding_version): &(&str, i64)| DataType {
        name: (*name).to_owned(),
        encoding_version: *encoding_version,
    };
    let config = |name: &&str| ModuleConfig { name: (*name).to_owned(), kind: "numeric".into(), default: "1".into() };
    Registration {
        data_types: types.iter().map(data_type).collect(),
        configs: configs.iter().map(config).collect(),
        ..Registration::default()
    }
}

fn asked(old: Registration, new: Registration) -> Upgrade {
    let Upgrade { old: before, new: after } = upgrade(|b| b);
    Upgrade { old: before.registering(old), new: after.registering(new) }
}

/// What the new build of each case is compared with, beside the one that trips the rule.
fn case(rule: &'static str, name: &'static str, bad: Upgrade, good: Upgrade, target: &Target) -> FileCase {
    let given = |upgrade| Given::Upgrade(Box::new(upgrade), Box::new(target.clone()));
    FileCase { rule, name, bad: given(bad), good: given(good) }
}

pub(crate) fn upgrade_cases() -> Vec<FileCase> {
    let none = Target::default();
    let named = |name: &str| Target::named(name).unwrap();
    let plain = |rule, name, bad| case(rule, name, bad, upgrade(|b| b), &none);
    let with = |key: &'static str, value: Value| upgrade(move |bundle| bundle.set(key, value.clone()));
    let redis = |old: &str, new: &str| raised("min_redis_version", &json!(old), &json!(new));
    let cluster = |old: &str, new: &str| raised("min_redis_pack_version", &json!(old), &json!(new));
    let commands = |old: Value, new: Value| raised("commands", &old, &new);
    let get = || command(2, [1, 1, 1], &["readonly"]);
    let types = |old: &[(&str, i64)], new: &[(&str, i64)]| asked(registering(old, &[]), registering(new, &[]));
    let same_types = || types(&[("hello-dt1", 2)], &[("hello-dt1", 2), ("hello-dt2", 1)]);
    vec![
        plain("upgrade-other-module", "another name", with("module_name", json!("other"))),
        plain(
            "upgrade-downgrade",
            "a lower version",
            upgrade(|bundle| bundle.set("version", 10100).set("semantic_version", "1.1.0")),
        ),
        plain(
            "upgrade-downgrade",
            "a lower number, and no other version",
            Upgrade {
                old: build("old.zip", &BundleBuilder::good().without("semantic_version")),
                new: build("new.zip", &BundleBuilder::good().without("semantic_version").set("version", 10202)),
            },
        ),
        plain(
            "upgrade-same-version",
            "the same, with another author",
            upgrade(|bundle| bundle.set("version", 10203).set("semantic_version", "1.2.3").set("author", "x")),
        ),
        case("upgrade-redis-incompatible", "none is left", redis("7.2", "7.4"), redis("7.2", "7.2"), &{
            named("7.22").with_database_version("7.2").unwrap()
        }),
        case(
            "upgrade-redis-incompatible",
            "none is of its version",
            raised("compatible_redis_version", &json!("8.0"), &json!("8.0")),
            raised("compatible_redis_version", &json!("7.4"), &json!("7.4")),
            &named("7.22"),
        ),
        case("upgrade-redis-raised", "some are left", redis("7.2", "7.4"), redis("7.4", "7.4"), &named("7.22")),
        case("upgrade-redis-raised", "nobody knows which", redis("7.2", "7.4"), redis("7.4", "7.2"), &none),
        case(
            "upgrade-other-redis",
            "for another",
            raised("compatible_redis_version", &json!("7.4"), &json!("8.0")),
            raised("compatible_redis_version", &json!("8.0"), &json!("8.0")),
            &none,
        ),
        case(
            "upgrade-cluster-incompatible",
            "a newer one",
            cluster("7.2", "7.8"),
            cluster("7.2", "7.4"),
            &named("7.4"),
        ),
        case("upgrade-cluster-raised", "nobody knows which", cluster("7.2", "7.8"), cluster("7.8", "7.2"), &none),
        case(
            "upgrade-capability-lost",
            "one less",
            raised("capabilities", &json!(["types", "replica_of"]), &json!(["types"])),
            raised("capabilities", &json!(["types"]), &json!(["replica_of", "types"])),
            &none,
        ),
        case(
            "upgrade-platform-lost",
            "a system less",
            raised("operating_systems", &json!(["rhel8", "rhel9"]), &json!(["rhel9"])),
            raised("operating_systems", &json!(["rhel9"]), &json!(["rhel8", "rhel9"])),
            &none,
        ),
        case("upgrade-command-removed", "one less", commands(get(), json!([])), commands(json!([]), get()), &none),
        case(
            "upgrade-command-arity",
            "an argument more",
            commands(get(), command(3, [1, 1, 1], &["readonly"])),
            commands(get(), command(-2, [1, 1, 1], &["readonly"])),
            &none,
        ),
        case(
            "upgrade-command-keys",
            "one further on",
            commands(get(), command(2, [2, 2, 1], &["readonly"])),
            commands(command(2, [0, 0, 0], &[]), command(2, [0, -1, 1], &[])),
            &none,
        ),
        case(
            "upgrade-command-flags",
            "it writes",
            commands(get(), command(2, [1, 1, 1], &["write"])),
            commands(get(), command(2, [1, 1, 1], &["module", "readonly"])),
            &none,
        ),
        case("upgrade-type-removed", "one less", types(&[("hello-dt1", 2)], &[]), same_types(), &none),
        case(
            "upgrade-encoding-lowered",
            "an older one",
            types(&[("hello-dt1", 2)], &[("hello-dt1", 1)]),
            same_types(),
            &none,
        ),
        case(
            "upgrade-encoding-raised",
            "a newer one",
            types(&[("hello-dt1", 2)], &[("hello-dt1", 3)]),
            same_types(),
            &none,
        ),
        case(
            "upgrade-config-removed",
            "one less",
            asked(registering(&[], &["limit"]), registering(&[], &[])),
            asked(registering(&[], &["limit"]), registering(&[], &["limit", "more"])),
            &none,
        ),
    ]
}

fn report(upgrade: &Upgrade, target: &Target) -> UpgradeReport {
    judge_upgrade(upgrade, target, &Policy::strict())
}

fn told(report: &UpgradeReport) -> Vec<String> {
    report.changes.iter().map(|change| format!("{}: {change}", change.area.title())).collect()
}

#[test]
fn a_build_is_no_upgrade_of_itself() {
    let same = Upgrade { old: build("a.zip", &next()), new: build("b.zip", &next()) };
    let report = report(&same, &Target::default());
    assert_eq!((told(&report), report.gate.findings.as_slice()), (Vec::new(), [].as_slice()));
    assert!(report.gate.passed && report.answer.unwrap().accepted);
}

fn changes(old: &BundleBuilder, new: &BundleBuilder) -> Vec<String> {
    let report = report(&Upgrade { old: build("a.zip", old), new: build("b.zip", new) }, &Target::default());
    told(&report).into_iter().filter(|change| !change.starts_with("size")).collect()
}

/// How something is written is no difference.
#[test]
fn what_says_the_same_is_the_same() {
    let old = BundleBuilder::good().set("version", json!(10203.0)).set("min_redis_version", "7.2.0");
    let old = old.set("operating_systems", json!(["RHEL 9"])).set("architecture", "amd64");
    let old = old.set("commands", command(2, [1, 1, 1], &["readonly", "fast"]));
    let old = old.set("dependencies", json!({"x": {"url": "https://x.example/x.tgz", "sha256": "AB".repeat(32)}}));
    let old = old.set("x-own", json!({"a": [-0.0, 1.0], "b": 2}));
    let new = BundleBuilder::good().set("operating_systems", json!(["rhel9"])).set("architecture", "x86_64");
    let new = new.set("min_redis_version", "7.2").set("x-own", json!({"b": 2.0, "a": [0, 1]}));
    let new = new.set("dependencies", json!({"x": {"sha256": "ab".repeat(32), "url": "https://x.example/x.tgz"}}));
    let command = json!([{"command_name": "test.get", "command_arity": 2.0, "flags": ["fast", "readonly"],
        "first_key": 1.0, "last_key": 1, "step": 1}]);
    assert_eq!(changes(&old, &new.set("commands", command)), [""; 0]);
}

/// What cannot be read as what it should be is told as it is, and what is there twice counts twice.
#[test]
fn what_is_odd_is_told() {
    let good = BundleBuilder::good;
    let set = |key: &str, value: Value| good().set(key, value);
    let get = |arity: Value| json!([{"command_name": "t.get", "command_arity": arity}]);
    let twice = json!([{"command_name": "T.Get", "command_arity": 9}, {"command_name": "t.get", "command_arity": 2}]);
    let mut other = good().module;
    *other.last_mut().unwrap() ^= 1;
    let with = |file: &'static [u8]| {
        let mut zip = good().zip();
        zip.entries.push(ramp_fixtures::zip::Entry::stored("deps/x.bin", file));
        Build::new("x.zip", &facts::gather(Cursor::new(zip.build()), &Limits::default()).unwrap()).unwrap()
    };
    let rows = [
        ("a list", changes(&set("capabilities", json!(5)), &set("capabilities", Value::Null))),
        ("a text", changes(&set("operating_systems", json!("rhel9")), &set("operating_systems", json!(["rhel9"])))),
        ("commands", changes(&set("commands", json!("x")), &set("commands", get(json!(1))))),
        ("twice", changes(&set("commands", twice), &set("commands", get(json!(2))))),
        ("arity", changes(&set("commands", get(json!(2))), &set("commands", get(json!("-5"))))),
        (
            "processor",
            changes(
                &set("operating_systems", json!([])),
                &set("operating_systems", json!([])).set("architecture", "aarch64"),
            ),
        ),
        ("both lists", changes(&set("os_list", json!(["rhel9"])), &set("os_list", json!([])))),
        ("another module", changes(&good(), &good().module(other))),
        ("another file", {
            let upgrade = Upgrade { old: with(b"a"), new: with(b"b") };
            told(&report(&upgrade, &Target::default()))
        }),
    ];
    let shown: Vec<String> = rows.into_iter().map(|(name, told)| format!("{name}\n  {}", told.join("\n  "))).collect();
    insta::assert_snapshot!("upgrade_odd", shown.join("\n"));
    let breaks = |new: Value| {
        let upgrade = raised("commands", &get(json!(2)), &get(new));
        let found = report(&upgrade, &Target::default()).gate.findings;
        found.iter().any(|finding| finding.rule == "upgrade-command-arity")
    };
    for new in [json!(5.0), json!("5"), json!("many"), json!(1e308)] {
        assert!(breaks(new.clone()), "{new}");
    }
    assert!(!breaks(json!(2.0)) && !breaks(json!("2")));
    let raised = raised("min_redis_version", &json!("7.2"), &json!(8.0));
    assert_eq!(report(&raised, &Target::default()).gate.findings[0].rule, "upgrade-redis-raised");
}

#[test]
fn every_area_is_told() {
    let command = |arity: i64, categories: &[&str], subcommands: Vec<RegisteredCommand>| {
        let spec =
            serde_json::from_value(json!({"command_name": "TEST.get", "command_arity": arity, "flags": ["readonly"],
            "first_key": 1, "last_key": 1, "step": 1}));
        let acl_categories = categories.iter().map(ToString::to_string).collect();
        RegisteredCommand { spec: spec.unwrap(), acl_categories, subcommands, ..plain_command() }
    };
    let below = RegisteredCommand {
        spec: serde_json::from_value(json!({"command_name": "test.get|all", "command_arity": 2, "flags": [],
            "first_key": 0, "last_key": 0, "step": 0}))
        .unwrap(),
        ..plain_command()
    };
    let old = BundleBuilder::good()
        .set("operating_systems", json!(["rhel8"]))
        .set("capabilities", json!(["types", "replica_of"]))
        .set(
            "dependencies",
            json!({"openssl": {"url": "https://files.example/openssl-1.tgz", "sha256": "0".repeat(64)}}),
        );
    let new = next()
        .set("operating_systems", json!(["rhel8", "rhel9"]))
        .set("capabilities", json!(["types", "hash_policy"]))
        .set(
            "dependencies",
            json!({"openssl": {"url": "https://files.example/openssl-3.tgz", "sha256": "1".repeat(64)}}),
        );
    let before = Registration {
        commands: vec![command(2, &["read"], vec![below])],
        acl_categories: vec!["greeting".into()],
        ..registering(&[("hello-dt1", 1)], &["limit"])
    };
    let after = Registration {
        commands: vec![command(-2, &["read", "greeting"], vec![])],
        shared_apis: vec!["Hello_Greet".into()],
        ..registering(&[("hello-dt1", 2)], &["limit", "more"])
    };
    let upgrade =
        Upgrade { old: build("old.zip", &old).registering(before), new: build("new.zip", &new).registering(after) };
    let report = report(&upgrade, &Target::default());
    insta::assert_snapshot!("upgrade_changes", told(&report).join("\n"));
    insta::assert_json_snapshot!("upgrade_report", report);
}

fn plain_command() -> RegisteredCommand {
    let nothing = json!({"module_name": "", "version": 0, "commands": [{"command_name": "", "command_arity": 0,
        "flags": [], "first_key": 0, "last_key": 0, "step": 0}], "data_types": [], "configs": [], "acl_categories": [],
        "shared_apis": [], "missing_functions": [], "unplayed": []});
    let mut registration: Registration = serde_json::from_value(nothing).unwrap();
    registration.commands.remove(0)
}

/// Which databases a cluster refuses, by what is known of it.
#[test]
fn answers() {
    let of = |upgrade: &Upgrade, target: &Target| -> Vec<String> {
        let answer = report(upgrade, target).answer.unwrap();
        let mut told = vec![format!("accepted: {}", answer.accepted)];
        told.extend(answer.refusals.into_iter().map(|refusal| {
            let status = refusal.http_status.map_or_else(|| "?".to_owned(), |status| status.to_string());
            let databases = refusal.databases.unwrap_or_else(|| "all".to_owned());
            format!("{status} {} ({databases}): {}", refusal.error_code, refusal.description)
        }));
        told
    };
    let named = |name: &str| Target::named(name).unwrap();
    let redis = raised("min_redis_version", &json!("6.2"), &json!("7.2"));
    let lost = raised("capabilities", &json!(["types", "replica_of", "asm"]), &json!(["types"]));
    let required = Target::from_json(br#"{"required_capabilities": ["replica_of"]}"#).unwrap();
    let cluster = raised("min_redis_pack_version", &json!("7.4"), &json!("7.8"));
    let down =
        upgrade(|bundle| bundle.set("version", 9).set("semantic_version", "0.0.9").set("capabilities", json!([])));
    let told: Vec<String> = [
        ("no requirement", of(&upgrade(|b| b), &named("7.22"))),
        ("a newer Redis, no cluster", of(&redis, &Target::default())),
        ("a newer Redis", of(&redis, &named("7.22"))),
        ("a newer Redis, all have it", of(&redis, &named("8.2").with_database_version("8.2").unwrap())),
        ("for another Redis", of(&raised("compatible_redis_version", &json!("7.4"), &json!("8.0")), &named("7.22"))),
        (
            "for another Redis, which is there",
            of(&raised("compatible_redis_version", &json!("7.4"), &json!("8.0")), &named("8.2")),
        ),
        ("a newer cluster, none named", of(&cluster, &Target::default())),
        ("a newer cluster", of(&cluster, &named("7.4"))),
        ("a newer cluster, which is there", of(&cluster, &named("7.22"))),
        (
            "a newer cluster, where it is not read",
            of(&raised("min_redis_pack_version", &json!("8.0"), &json!("9.0")), &named("8.0")),
        ),
        ("lost capabilities", of(&lost, &Target::default())),
        ("lost capabilities, one required", of(&lost, &required)),
        ("down, and capabilities lost", of(&down, &Target::default())),
    ]
    .into_iter()
    .map(|(name, lines)| format!("{name}\n  {}", lines.join("\n  ")))
    .collect();
    insta::assert_snapshot!("upgrade_answers", told.join("\n"));
    let other = report(&upgrade(|bundle| bundle.set("module_name", "other")), &Target::default());
    assert_eq!(other.answer, None);
}

/// What was not read is not told to be gone or another.
#[test]
fn files_that_were_left_where_they_are() {
    let bundle = |file: &'static [u8]| {
        let mut zip = BundleBuilder::good().zip();
        zip.entries.push(ramp_fixtures::zip::Entry::stored("deps/x.bin", file));
        zip.build()
    };
    let read = facts::gather(Cursor::new(bundle(b"a")), &Limits::default()).unwrap();
    let left = facts::gather_without_dependencies(Cursor::new(bundle(b"b")), &Limits::default()).unwrap();
    let none = facts(&BundleBuilder::good());
    let told = |old: &BundleFacts, new: &BundleFacts| {
        let upgrade = Upgrade { old: Build::new("a", old).unwrap(), new: Build::new("b", new).unwrap() };
        told(&report(&upgrade, &Target::default()))
    };
    assert_eq!(told(&read, &left), [""; 0]);
    assert!(told(&left, &none).contains(&"files: - deps/x.bin".to_owned()), "{:?}", told(&left, &none));
}

/// What the unpacker cannot read is for its own report to say.
#[test]
fn a_bundle_without_metadata_is_no_build() {
    let broken = facts(&BundleBuilder::good().metadata_bytes(*b"{"));
    assert_eq!(Build::new("a.zip", &broken), None);
    let list = facts(&BundleBuilder::good().metadata_bytes(*b"[]"));
    assert_eq!(Build::new("a.zip", &list), None);
}
