//! In which order findings come, and where they point when there are several.

use ramp_core::{Finding, Override, Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::{ElfBuilder, Stack};
use ramp_fixtures::zip::Entry;
use serde_json::{Value, json};

use crate::cases::{cluster, good, module, on_systems, report, rule_of, set, zip, zip_of};

/// The strict report's findings: rule, place, message.
fn findings(bundle: impl Into<Vec<u8>>, target: &Target) -> Vec<(&'static str, String, String)> {
    let report = report(&bundle.into(), target, &Policy::strict());
    let place = |finding: &Finding| finding.location.as_ref().map(ToString::to_string).unwrap_or_default();
    report.findings().iter().map(|finding| (rule_of(finding), place(finding), finding.message.clone())).collect()
}

fn rules_of(bundle: impl Into<Vec<u8>>, target: &Target) -> Vec<&'static str> {
    findings(bundle, target).into_iter().map(|(rule, ..)| rule).collect()
}

/// What the upload is refused with, the first cause after the other mended.
#[test]
fn the_unpacker_is_followed_step_by_step() {
    let target = cluster("7.22").with_max_module_bytes(Some(100));
    let mut bundle: BundleBuilder = good()
        .set("module_name", "")
        .set("architecture", "arm64")
        .set("version", "1.2.3")
        .set("os_list", json!(["bionic"]))
        .set("operating_systems", Value::Null);
    let mut crowded = bundle.zip();
    crowded.entries.push(Entry::stored("README.md", b""));
    crowded.entries.push(Entry::stored("deps/a.tgz", b"").both(|header| header.method = 93));
    let unpack = [
        "invalid-number-of-files",
        "module-too-big",
        "module-too-big",
        "module-name-missing",
        "module-architecture-not-supported",
        "module-version-not-integer",
        "module-os-list-invalid",
        "module-os-list-not-a-list",
        "entry-unreadable",
    ];
    assert_eq!(rules_of(crowded, &target)[..unpack.len()], unpack);
    let reason = |bundle: &BundleBuilder, target: &Target| {
        let report = report(&bundle.build(), target, &Policy::strict());
        report.answer().refusal().and_then(|refusal| refusal.reason.clone())
    };
    assert_eq!(reason(&bundle, &target).as_deref(), Some("module_size_too_big"));
    let target = cluster("7.22");
    for (key, value, expected) in [
        ("module_name", json!("testmodule"), "module_architecture_not_supported"),
        ("architecture", json!("x86_64"), "module_version_not_integer"),
        ("version", json!(10203), "module_os_list_invalid"),
    ] {
        bundle = bundle.set(key, value);
        assert_eq!(reason(&bundle, &target).as_deref(), Some(expected));
    }
}

#[test]
fn refusals_come_in_the_order_of_their_codes() {
    let wrong = on_systems(&["ubuntu22"]).set("min_redis_pack_version", "99.0").set("display_name", "");
    let bundle = zip_of(&wrong.set("min_redis_version", "6.0"), |zip| zip.prefix = b"#!".to_vec());
    let target = cluster("6.4").with_allow_modules_upload(Some(false)).with_operating_system("rhel8").unwrap();
    let expected =
        ["uploads-disabled", "min-redis-pack-version", "os-not-supported", "archive-prefix", "display-name-empty"];
    assert_eq!(rules_of(bundle, &target), expected);
}

#[test]
fn the_older_field_is_pointed_at_where_it_declares_the_systems() {
    let older = |systems: &[&str]| good().without("operating_systems").set("os_list", systems.to_vec());
    for (bundle, target, rule) in [
        (older(&["debian12"]), Target::default(), "operating-system-unknown"),
        (older(&["ubuntu22.04"]), Target::default(), "operating-system-spelling"),
        (older(&["rhel9", "rhel7"]), cluster("7.22"), "os-not-in-release"),
        (older(&["rhel7"]), cluster("7.22"), "os-not-supported"),
        (older(&["rhel9"]), cluster("7.22").with_operating_system("ubuntu22").unwrap(), "load-operating-system"),
    ] {
        let found = findings(bundle, &target);
        let (_, place, _) = found.iter().find(|(found, ..)| *found == rule).unwrap_or_else(|| panic!("{found:?}"));
        assert!(place.starts_with("module.json#/os_list"), "{rule}: {place}");
    }
}

#[test]
fn every_platform_concerned_is_named() {
    let named = |bundle: BundleBuilder, rule: &str| -> Vec<String> {
        let found = findings(bundle, &Target::default()).into_iter();
        found.filter(|(found, ..)| *found == rule).map(|(.., message)| message).collect()
    };
    let elf = ElfBuilder::module;
    for (bundle, rule) in [
        (module(&elf().need("libc.so.6", "GLIBC_2.99", &["f"])), "load-glibc"),
        (module(&elf().needed("libssl.so.1.0.0")), "load-library-absent"),
        (module(&ElfBuilder::new().needed("libc.musl-x86_64.so.1").export("RedisModule_OnLoad")), "load-libc"),
        (module(&elf().stack(Stack::Executable)), "load-executable-stack"),
    ] {
        let said = named(bundle.set("operating_systems", json!(["debian13", "ubuntu26"])), rule);
        assert_eq!(said.len(), 2, "{rule}: {said:?}");
        assert!(said[0].contains("debian13") && said[1].contains("ubuntu26"), "{said:?}");
    }
    // What is the same everywhere is said once.
    let private =
        module(&elf().need("libc.so.6", "GLIBC_PRIVATE", &["f"])).set("operating_systems", json!(["rhel8", "rhel9"]));
    assert_eq!(named(private, "load-glibc-private").len(), 1);
}

#[test]
fn a_thing_is_said_once() {
    let doubled = |field: &[u8]| [field, field].concat();
    let twice = zip(|zip| {
        zip.entries[0] = zip.entries[0].clone().both(|header| header.extra = doubled(&[0x99, 0x99, 0, 0]));
    });
    assert_eq!(rules_of(twice, &Target::default()), ["archive-extra-twice"]);
    let infinite = String::from_utf8(good().metadata_text()).unwrap().replace("10203", "-Infinity");
    let found = findings(good().metadata_bytes(infinite), &Target::default());
    assert_eq!(found[0].2, "`version` is -Infinity, which is too large");
    let positions = findings(set("capabilities", json!([1, "types", "resharding"])), &Target::default());
    assert!(
        positions.iter().any(|(rule, place, _)| *rule == "capability-unknown" && place.ends_with("/capabilities/2"))
    );
}

#[test]
fn a_rule_that_finds_much_says_how_much() {
    let many: Vec<Value> = (0..60).map(|i| json!(format!("capability_of_a_kind_{i}"))).collect();
    let found = findings(set("capabilities", many), &Target::default());
    assert_eq!(found.len(), 50);
    assert!(found[49].2.ends_with("(and 10 more like it)"), "{}", found[49].2);
}

/// What the cluster refuses of a value is the cause of whatever else is said of it, and of what is in it.
#[test]
fn what_is_said_of_a_refused_value_follows() {
    let follows = |bundle: &BundleBuilder, target: &Target| -> Vec<(String, Option<String>)> {
        let found = report(&bundle.build(), target, &Policy::strict());
        let told = |f: &Finding| (f.rule.to_string(), f.follows.as_ref().map(ToString::to_string));
        found.findings().iter().map(told).collect()
    };
    let told = |rule: &str, cause: Option<&str>| (rule.to_owned(), cause.map(str::to_owned));
    let on = |name: &str| cluster(name).with_operating_system("rhel9").unwrap();
    assert_eq!(
        follows(&on_systems(&["debian12"]), &on("7.22")),
        [
            told("os-not-supported", None),
            told("load-operating-system", Some("os-not-supported")),
            told("operating-system-unknown", Some("os-not-supported"))
        ]
    );
    assert_eq!(
        follows(&set("capabilities", "types"), &on("8.0")),
        [told("field-type", None), told("wrong-type", Some("field-type"))]
    );
    // Where the cause is silenced, the rest stands for itself; what is wrong with another value always does.
    let silent = Policy::strict().with("os-not-supported", Override::Allow).unwrap();
    let found = report(&on_systems(&["debian12"]).build(), &on("7.22"), &silent);
    assert!(found.findings().iter().all(|finding| finding.follows.is_none()));
    let two = on_systems(&["debian12"]).set("git_sha", "b'1'");
    assert!(follows(&two, &on("7.22")).contains(&told("git-sha-bytes", None)));
}
