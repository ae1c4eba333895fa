//! Upgrades: what is told to be different, what a cluster answers, and what is no difference.

use std::io::Cursor;

use ramp_core::facts::{self, BundleFacts};
use ramp_core::module::{RegisteredCommand, Registration};
use ramp_core::upgrade::{Build, Upgrade};
use ramp_core::{Limits, Policy, Target, UpgradeReport, judge_upgrade};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::{Value, json};

use crate::upgrade_cases::{build, command, facts, next, raised, registering, upgrade};

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

/// A platform that no node can be of is no loss.
#[test]
fn platforms_that_are_lost_for_a_target() {
    let lost = |upgrade: &Upgrade, target: &str| -> Vec<String> {
        let target = Target::from_json(target.as_bytes()).unwrap();
        let found = report(upgrade, &target).gate.findings.into_iter();
        let of_rule = found.filter(|finding| finding.rule == "upgrade-platform-lost");
        of_rule.map(|finding| finding.message.split(" and ").next().unwrap().to_owned()).collect()
    };
    let systems = json!(["rhel8", "ubuntu20", "debian12"]);
    let systems = raised("operating_systems", &systems, &json!(["rhel9"]));
    let none = || BundleBuilder::good().set("operating_systems", json!([]));
    let aarch64 = json!("aarch64");
    let processor = Upgrade {
        old: build("old.zip", &none().set("architecture", aarch64)),
        new: build("new.zip", &none().set("architecture", "x86_64").set("version", 10204)),
    };
    let targets = [
        "{}",
        r#"{"operating_systems": ["ubuntu20", "rhel9"]}"#,
        r#"{"operating_systems": ["rhel9"]}"#,
        r#"{"operating_systems": ["debian12"]}"#,
        r#"{"cluster_version": "7.22"}"#,
        r#"{"cluster_version": "8.2"}"#,
        r#"{"cluster_version": "7.22", "operating_systems": ["ubuntu22"]}"#,
        r#"{"cluster_version": "7.22", "operating_systems": ["debian12"]}"#,
        r#"{"architectures": ["aarch64"]}"#,
        r#"{"architectures": ["x86_64"], "cluster_version": "7.22"}"#,
        r#"{"nodes": [{"uid": 1, "operating_system": "rhel8", "architecture": "aarch64"}, {"uid": 2, "operating_system": "rhel9"}]}"#,
        r#"{"nodes": [{"uid": 1, "operating_system": "rhel8"}, {"uid": 2}]}"#,
    ];
    let rows = targets.iter().map(|target| {
        let told = [&systems, &processor].map(|upgrade| lost(upgrade, target)).concat();
        format!("{target}\n  {}", told.join("\n  "))
    });
    insta::assert_snapshot!("upgrade_platforms", rows.collect::<Vec<_>>().join("\n"));
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
