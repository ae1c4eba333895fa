//! What depends on the release, its builds and the day: taken or refused as the release notes say.

use ramp_core::{Policy, Target};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;

use crate::cases::{cluster, module, on_systems, report, rule_of, set};

fn rules_of(bundle: &BundleBuilder, target: &Target) -> Vec<&'static str> {
    report(&bundle.build(), target, &Policy::strict()).findings().iter().map(rule_of).collect()
}

/// The build of the good bundle for other processors.
fn arm() -> BundleBuilder {
    module(&ElfBuilder::module().aarch64()).set("architecture", "aarch64")
}

/// A bundle for a system and a version of the cluster that are old enough for all releases.
fn old() -> BundleBuilder {
    on_systems(&["rhel8"]).set("min_redis_pack_version", "6.0")
}

const NOTHING: [&str; 0] = [];

/// A build comes with a build of the cluster, and goes with one.
#[test]
fn platforms_are_those_of_the_build() {
    let amazon = on_systems(&["amzn2023"]);
    for (version, rule) in [
        ("8.0", None),
        ("8.0.20-44", None),
        ("8.0.5-10", Some("os-not-supported")),
        ("8.2.0-25", Some("uploads-disabled")),
    ] {
        assert_eq!(rules_of(&amazon, &cluster(version)).first().copied(), rule, "{version}");
    }
    for (version, system, taken) in [
        ("7.8.4-18", "ubuntu22", false),
        ("7.8.4-66", "ubuntu22", true),
        ("7.8.6", "ubuntu22", true),
        ("7.8", "ubuntu22", true),
        ("7.4.6-232", "ubuntu18", true),
        ("7.4.6-268", "ubuntu18", false),
        ("7.2.4-122", "ubuntu18", true),
        ("7.2.4-130", "ubuntu18", false),
        ("7.2.4-138", "amzn2", true),
        ("7.2.4-154", "amzn2", false),
        ("7.2", "ubuntu16", false),
        ("7.2", "amzn1", true),
        ("6.4.2-30", "ubuntu20", false),
        ("6.4.2-43", "ubuntu20", true),
        ("6.4.2-131", "rhel7", false),
        ("6.2.4", "rhel8", false),
        ("6.2.8", "rhel8", true),
    ] {
        let found = rules_of(&on_systems(&[system]), &cluster(version));
        assert_eq!(!found.contains(&"os-not-supported"), taken, "{system} on {version}: {found:?}");
    }
}

/// 8.0.10 brought RHEL 9 on Arm, not 8.0.18; Ubuntu 22 had its packages from the first build on.
#[test]
fn arm_is_taken_from_8_0_10_on() {
    for (version, found) in [
        ("8.0.2-17", &["architecture-not-supported"][..]),
        ("8.0.6-54", &["architecture-not-supported"]),
        ("8.0.10-64", &NOTHING),
        ("8.0.16-33", &NOTHING),
        ("8.0.18", &NOTHING),
        ("8.0", &NOTHING),
        ("7.22", &["architecture-not-supported"]),
    ] {
        assert_eq!(rules_of(&arm(), &cluster(version)), found, "{version}");
    }
    let ubuntu = arm().set("operating_systems", vec!["ubuntu22"]);
    for version in ["8.0.2-17", "8.0.10-64", "8.0"] {
        assert_eq!(rules_of(&ubuntu, &cluster(version)), NOTHING, "{version}");
    }
}

#[test]
fn databases_are_those_of_the_build() {
    let takes = |version: &str| cluster(version).with_allow_modules_upload(Some(true));
    for (redis, without, with) in
        [("8.4", "8.0.6-54", "8.0.10-64"), ("8.6", "8.0.16-33", "8.0.18-23"), ("8.8", "8.2.0-78", "8.2.6-58")]
    {
        let bundle = set("compatible_redis_version", redis);
        assert_eq!(rules_of(&bundle, &takes(without)), ["compatible-redis-version-unmatched"], "{redis} on {without}");
        assert_eq!(rules_of(&bundle, &takes(with)), NOTHING, "{redis} on {with}");
    }
    for line in ["8.0", "8.2"] {
        assert_eq!(rules_of(&set("compatible_redis_version", "8.6"), &takes(line)), NOTHING, "{line}");
    }
}

/// Before 7.8 nothing reads `compatible_redis_version`: nothing is said of it, but where it cannot be what it should anywhere.
#[test]
fn compatible_redis_version_counts_from_7_8_on() {
    let bundle = || old().set("min_redis_version", "6.0");
    let odd = [
        ("compatible-redis-version-missing", bundle().without("compatible_redis_version")),
        ("compatible-redis-version-placeholder", bundle().set("compatible_redis_version", "99.99")),
        ("compatible-redis-version-unmatched", bundle().set("compatible_redis_version", "8.10")),
    ];
    let nowhere = bundle().set("compatible_redis_version", "latest");
    assert_eq!(rules_of(&nowhere, &cluster("6.2")), ["wrong-form"]);
    for (rule, bundle) in &odd {
        for old in ["6.2", "6.4", "7.2", "7.4"] {
            assert_eq!(rules_of(bundle, &cluster(old)), NOTHING, "{rule} on {old}");
        }
        for new in ["7.8", "7.22", "8.0"] {
            assert_eq!(rules_of(bundle, &cluster(new)), [*rule], "{rule} on {new}");
        }
        let of_any_release = !rule.ends_with("unmatched");
        assert_eq!(rules_of(bundle, &Target::default()).contains(rule), of_any_release, "{rule}");
    }
}

/// What no database of an old cluster is new enough for, none can use; one that is newer than needed can.
#[test]
fn before_that_min_redis_version_is_at_most_that_of_a_database() {
    let needs = |version: &str| old().set("min_redis_version", version);
    for (version, cluster_version, found) in [
        ("5.0", "7.2", &NOTHING[..]),
        ("7.2.0", "7.2", &NOTHING),
        ("7.4", "7.2", &["compatible-redis-version-unmatched"]),
        ("7.2.4", "7.4.6-280", &NOTHING),
        ("7.2.4", "7.4.2-54", &["compatible-redis-version-unmatched"]),
        ("7.0", "6.4", &["compatible-redis-version-unmatched"]),
    ] {
        assert_eq!(rules_of(&needs(version), &cluster(cluster_version)), found, "{version} on {cluster_version}");
    }
    // 7.2.4 is what 7.8 has of 7.2.
    let bundle = needs("7.2.4").without("compatible_redis_version");
    assert_eq!(rules_of(&bundle, &cluster("7.8")), ["compatible-redis-version-missing"]);
    // Where a target says 7.2 only, that may be any 7.2.
    let some = Target::default().with_database_version("7.2").unwrap();
    assert_eq!(rules_of(&bundle, &some), ["compatible-redis-version-missing"]);
}

/// Refused up to 7.22, and from 8.0 on neither looked at nor decided by.
#[test]
fn min_redis_pack_version_decides_up_to_7_22_only() {
    let bundle = set("min_redis_pack_version", "99.0").set("operating_systems", vec!["rhel8", "rhel9"]);
    for release in ["6.2", "6.4", "7.2", "7.4", "7.8", "7.22", "8.0", "8.2"] {
        let target = cluster(release).with_allow_modules_upload(Some(true));
        for policy in [Policy::strict(), Policy::reference()] {
            let report = report(&bundle.build(), &target, &policy);
            let code = report.answer().refusal().map(|refusal| refusal.error_code.as_str());
            let compared = !release.starts_with("8.");
            assert_eq!(code, compared.then_some("min_redis_pack_version"), "{release}");
            let rule = if compared { "min-redis-pack-version" } else { "min-redis-pack-version-ignored" };
            assert!(report.findings().iter().any(|finding| finding.rule == rule), "{release}: {:?}", report.findings());
        }
    }
    // A line is as new as its newest build.
    for (wanted, name, taken) in [
        ("6.2.8", "6.2.4", false),
        ("6.2.8", "6.2.8", true),
        ("6.2.8", "6.2", true),
        ("7.22.2", "7.22", true),
        ("7.22.2", "7.22.0-250", false),
        ("7.24", "7.22", false),
    ] {
        let bundle = bundle.clone().set("min_redis_pack_version", wanted).set("min_redis_version", "6.0");
        let found = rules_of(&bundle, &cluster(name));
        assert_eq!(!found.contains(&"min-redis-pack-version"), taken, "{wanted} on {name}: {found:?}");
    }
    // Of a version that no release of the table is, nothing says that it does not look.
    let unknown = Target::default().with_cluster_version("100.0.21-16135").unwrap();
    assert_eq!(
        rules_of(&set("min_redis_pack_version", "100.1"), &unknown),
        ["min-redis-pack-version", "release-unknown"]
    );
}

/// The day is given: without one, nothing is said, so that a target is judged the same for ever.
#[test]
fn a_release_ends_after_its_last_day() {
    let on = |release: &str, day: &str| cluster(release).with_as_of(Some(day.parse().unwrap()));
    let bundle = on_systems(&["rhel8", "rhel9"]);
    let said = |target: &Target| rules_of(&bundle, target).contains(&"release-past-end-of-life");
    assert!(!said(&cluster("6.2")), "nobody said what day it is");
    assert!(!said(&on("7.4", "2026-11-30")) && said(&on("7.4", "2026-12-01")));
    assert!(said(&on("7.2.4-154", "2026-11-28")) && !said(&on("7.8", "2026-11-28")));
    assert!(!said(&on("8.2", "2099-01-01")), "the newest release has no end yet");
    let nowhere = Target::default().with_as_of("2099-01-01".parse().ok());
    assert!(!said(&nowhere));
    // It is a note under both policies, and decides nothing.
    for policy in [Policy::strict(), Policy::reference()] {
        let report = report(&bundle.build(), &on("7.4", "2026-12-01"), &policy);
        assert!(report.answer().accepted());
        assert!(
            report.findings().iter().all(|finding| finding.level == ramp_core::Level::Note),
            "{:?}",
            report.findings()
        );
    }
    // A target's JSON can say it.
    let target = Target::from_json(br#"{"cluster_version": "7.4", "as_of": "2026-12-01"}"#).unwrap();
    assert_eq!(target, on("7.4", "2026-12-01"));
    let error = Target::from_json(br#"{"as_of": "tomorrow"}"#).unwrap_err();
    assert!(format!("{error:?}").contains("is not a date"), "{error:?}");
}
