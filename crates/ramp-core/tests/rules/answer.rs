//! The answer and the gate: two statements, and neither changes the other.

use std::io::Cursor;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use ramp_core::facts::{BundleFacts, gather};
use ramp_core::{Endpoint, FailOn, Group, Level, Limits, Override, Policy, Report, Request, Target, judge, rules};
use ramp_fixtures::bundle::BundleBuilder;
use serde_json::json;

use crate::cases::{CASES, cluster, good, report};

const RELEASES: [&str; 8] = ["6.2", "6.4", "7.2", "7.4", "7.8", "7.22", "8.0", "8.2"];

/// Facts of the bad bundles and their twins, and the targets that the cases have for them.
fn bundles() -> impl Iterator<Item = (String, BundleFacts, Vec<Target>)> {
    let releases: Vec<Target> = RELEASES.iter().map(|release| cluster(release)).collect();
    CASES.iter().flat_map(move |case| {
        let pairs = [("bad", &case.bad, &case.target), ("good", &case.good, &case.good_target)];
        let releases = releases.clone();
        pairs.map(|(which, bundle, target)| {
            let facts = gather(Cursor::new(bundle), &Limits::default()).unwrap();
            let targets = [vec![Target::default(), target.clone()], releases.clone()].concat();
            (format!("{}: {}, {which}", case.rule, case.name), facts, targets)
        })
    })
}

/// A policy with overrides for a few of the rules, which it can have: those of the unpacker cannot be lowered.
fn any_policy() -> impl Strategy<Value = Policy> {
    let ids: Vec<&str> = rules::all().map(|rule| rule.id).collect();
    let wanted = prop_oneof![Just(Override::Allow), Just(Override::Warn), Just(Override::Deny)];
    let fail_on = prop_oneof![Just(FailOn::Error), Just(FailOn::Warning), Just(FailOn::Note), Just(FailOn::Never)];
    let overrides = prop::collection::vec((prop::sample::select(ids), wanted), 0..40);
    (any::<bool>(), overrides, fail_on).prop_map(|(strict, overrides, fail_on)| {
        let policy = if strict { Policy::strict() } else { Policy::reference() }.failing_on(fail_on);
        overrides.into_iter().fold(policy, |policy, (id, wanted)| policy.clone().with(id, wanted).unwrap_or(policy))
    })
}

/// What must hold of one report.
fn check(about: &str, report: &Report) {
    let deciding: Vec<_> = report.findings().iter().filter(|finding| finding.decides_answer).collect();
    for finding in &deciding {
        assert!(finding.group.decides_answer() && finding.error_code.is_some(), "{about}: {finding:#?}");
    }
    if report.answer().accepted() {
        assert!(deciding.is_empty(), "{about}: accepted, and {deciding:#?}");
    }
    let stands = report.findings().iter().any(|finding| report.fail_on().fails(finding.level));
    assert_eq!(report.passed(), !stands, "{about}");
    let clean = report.answer().accepted() && report.passed();
    assert_eq!(report.refusal().is_none(), clean, "{about}");
}

#[test]
fn no_policy_changes_the_answer() {
    let policies = any_policy();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for (name, facts, targets) in bundles() {
        for target in targets {
            let about = format!("{name}, {target:?}");
            let strict = judge(&facts, &target, &Policy::strict());
            check(&about, &strict);
            let any = policies.new_tree(&mut runner).unwrap().current();
            for policy in [Policy::reference(), any] {
                let other = judge(&facts, &target, &policy);
                assert_eq!(other.answer(), strict.answer(), "{about}, {policy:?}");
                check(&about, &other);
            }
        }
    }
}

/// Where a cluster refuses, there is always something to read about it, and it does not pass either.
#[test]
fn what_a_cluster_refuses_does_not_pass() {
    for (name, facts, targets) in bundles() {
        for target in targets {
            for policy in [Policy::strict(), Policy::reference()] {
                let report = judge(&facts, &target, &policy);
                let Some(refusal) = report.answer().refusal() else { continue };
                assert!(!report.passed(), "{name}, {target:?}");
                assert_eq!(report.refusal().as_ref(), Some(refusal), "{name}");
                let first = &report.findings()[0];
                assert!(first.decides_answer && first.level == Level::Error, "{name}: {first:#?}");
                assert_eq!((&first.rule, &first.message), (&refusal.rule, &refusal.description), "{name}");
                assert_eq!(first.error_code, Some(refusal.error_code), "{name}");
                let by_unpacker = refusal.request != Some(Request::Definition);
                assert_eq!(refusal.reason, first.reason.clone().filter(|_| by_unpacker), "{name}");
            }
        }
    }
}

/// Only the groups unpack and target decide; the others are the gate's, with the code that fits for servers that enforce it.
#[test]
fn each_group_is_of_one_of_the_two() {
    for rule in rules::all() {
        assert!(rule.error_code.is_none() || rule.group.decides_answer(), "{}", rule.id);
        assert!(rule.group != Group::Unpack || rule.error_code.is_some(), "{}", rule.id);
        assert!(rule.reason.is_none() || rule.error_code.is_some(), "{}", rule.id);
    }
    let mut seen = std::collections::BTreeSet::new();
    for case in CASES.iter().filter(|case| !case.noted) {
        let report = case.report(&Policy::strict());
        let (Some(refusal), true) = (report.refusal(), report.answer().accepted()) else { continue };
        let group = rules::find(&refusal.rule).unwrap().group;
        assert!(!group.decides_answer() || refusal.error_code == group.enforced_code(), "{refusal:?}");
        seen.insert((group, refusal.error_code.as_str()));
    }
    let seen: Vec<_> = seen.into_iter().map(|(group, code)| (group.as_str(), code)).collect();
    assert_eq!(
        seen,
        [
            ("archive", "invalid_module"),
            ("integrity", "invalid_module"),
            ("load", "os_not_supported"),
            ("schema", "invalid_module")
        ],
        "what a server that enforces `strict` answers, where a cluster would accept"
    );
}

/// Source: the REST pages of 8.0; a live 8.0.10 cluster for `{}` and for an upload without a file.
#[test]
fn from_8_0_on_the_request_that_refuses_is_named() {
    let refusal = |bundle: Vec<u8>, target: &Target| {
        let report = report(&bundle, target, &Policy::strict());
        report.answer().refusal().map(|r| (r.request, r.http_status, r.error_code.as_str()))
    };
    let (object, zip) = (Request::Definition, Request::Artifact);
    let eight = cluster("8.0");
    for (bundle, request, status, code) in [
        (b"no zip".to_vec(), zip, 406, "invalid_module"),
        (good().set("architecture", "sparc").build(), zip, 406, "invalid_module"),
        (good().set("operating_systems", json!(["debian12"])).build(), zip, 406, "os_not_supported"),
        (good().without("display_name").build(), object, 406, "invalid_module"),
        (good().set("capabilities", "types").build(), object, 406, "invalid_module"),
        (good().set("module_name", "").build(), object, 406, "invalid_module"),
        // The object is sent first.
        (good().without("display_name").set("architecture", "sparc").build(), object, 406, "invalid_module"),
    ] {
        assert_eq!(refusal(bundle, &eight), Some((Some(request), Some(status), code)));
    }
    let disabled = cluster("8.2").with_allow_modules_upload(Some(false));
    assert_eq!(refusal(b"no zip".to_vec(), &disabled), Some((Some(object), Some(403), "modules_upload_disabled")));
    // Before 8.0 there is one request for all.
    let seven = good().without("display_name").set("architecture", "sparc").build();
    assert_eq!(refusal(seven, &cluster("7.22")), Some((Some(Request::V2Upload), Some(400), "invalid_module")));
    assert_eq!(refusal(b"no zip".to_vec(), &Target::default()), Some((None, None, "invalid_module")));
}

/// That a zip says that it is one part of several hides nothing of what the unpacker finds in it, and changes no reason.
#[test]
fn a_number_in_the_end_record_hides_nothing() {
    for bundle in [
        good().set("architecture", json!([])),
        good().set("architecture", "arm64").set("module_name", "").set("version", "x"),
        good(),
    ] {
        let whole = report(&bundle.build(), &Target::default(), &Policy::strict());
        let mut bytes = bundle.build();
        let end = bytes.len() - 22;
        bytes[end + 4] = 1;
        let part = report(&bytes, &Target::default(), &Policy::strict());
        assert_eq!(part.answer(), whole.answer());
        for finding in whole.findings() {
            assert!(part.findings().contains(finding), "{finding:#?}");
        }
        assert!(part.findings().iter().any(|finding| finding.rule == "archive-disk"));
    }
}

/// Nobody knows what a cluster is set to of which only the release is known.
#[test]
fn a_release_that_takes_no_uploads_by_default_refuses_nothing() {
    let report = |bundle: Vec<u8>| report(&bundle, &cluster("8.2"), &Policy::strict());
    let accepted = report(good().build());
    assert!(accepted.answer().accepted() && accepted.passed());
    let [note] = accepted.findings() else { panic!("{:#?}", accepted.findings()) };
    assert_eq!((&*note.rule, note.level, note.decides_answer), ("uploads-disabled", Level::Note, false));
    assert!(note.help.contains("curl") && note.help.contains("/v1/cluster"), "{}", note.help);
    let refused = report(good().set("architecture", "sparc").build());
    let refusal = refused.answer().refusal().unwrap();
    assert_eq!(refusal.reason.as_deref(), Some("module_architecture_not_supported"));
    // Who wants it to be an error says so, and the answer stays what it is.
    let denied = Policy::strict().with("uploads-disabled", Override::Deny).unwrap();
    let denied = judge(&gather(Cursor::new(good().build()), &Limits::default()).unwrap(), &cluster("8.2"), &denied);
    assert!(denied.answer().accepted() && !denied.passed());
}

/// Source: the bootstrap objects of the REST API reference: a download that fails is a warning, and bootstrap goes on. That
/// `allow_modules_upload` does not matter there is inferred: the release notes tie the 403 to the two requests of an upload.
#[test]
fn nodes_that_download_warn() {
    let bootstrap = |version: &str| Target::named(version).unwrap().with_endpoint(Endpoint::Bootstrap);
    for (version, offered) in [("7.22", false), ("8.0.2-17", false), ("8.0.6-54", true), ("8.0", true), ("8.2", true)] {
        assert_eq!(bootstrap(version).is_ok(), offered, "{version}");
    }
    let target =
        bootstrap("8.2").unwrap().with_allow_modules_upload(Some(false)).with_operating_system("rhel9").unwrap();
    let report = |bundle: Vec<u8>| report(&bundle, &target, &Policy::strict());
    let good = report(good().build());
    assert!(good.answer().accepted() && good.findings().is_empty(), "{:#?}", good.findings());
    for (bundle, reason) in [
        (crate::cases::good().set("operating_systems", json!(["ubuntu22"])).build(), "os_not_supported"),
        (crate::cases::good().set("architecture", "sparc").build(), "module_architecture_not_supported"),
        (b"no zip".to_vec(), "invalid_module"),
    ] {
        let report = report(bundle);
        let refusal = report.answer().refusal().unwrap();
        assert_eq!((refusal.request, refusal.http_status), (Some(Request::Bootstrap), None));
        assert_eq!((refusal.error_code.as_str(), refusal.reason.as_deref()), ("module_download_failed", Some(reason)));
        assert!(!report.passed());
    }
}

/// What an answer hangs on is all that it hangs on: where a cluster is so it accepts, and where it is not it refuses.
#[test]
fn an_accepting_answer_names_what_it_hangs_on() {
    let said = |bundle: BundleBuilder, target: &Target| -> Vec<String> {
        let report = report(&bundle.build(), target, &Policy::strict());
        assert!(report.answer().accepted(), "{:?}", report.answer());
        report.answer().conditions().iter().map(ToString::to_string).collect()
    };
    let bundle = |systems: &[&str]| good().set("operating_systems", json!(systems));
    let arm = |systems: &[&str]| bundle(systems).set("architecture", "aarch64");
    let on = |release: &str, os: &str| cluster(release).with_operating_system(os).unwrap();
    for (bundle, target, conditions) in [
        (bundle(&["rhel9"]), cluster("7.22"), &[][..]),
        (bundle(&["rhel8"]).without("min_redis_pack_version"), cluster("6.4"), &["if its nodes run rhel8"]),
        (bundle(&["rhel9", "ubuntu22"]), cluster("8.0"), &["if its nodes run rhel9 or ubuntu22 on x86_64"]),
        (arm(&["ubuntu22"]), cluster("8.0"), &["if its nodes run ubuntu22 on aarch64"]),
        // No release runs on Red Hat 8 for Arm.
        (bundle(&["rhel8"]), cluster("8.0"), &["if its nodes run rhel8"]),
        (arm(&["ubuntu22"]), on("8.0", "ubuntu22"), &["if its nodes are aarch64"]),
        (arm(&["ubuntu22"]), on("8.0", "ubuntu22").with_architecture("aarch64").unwrap(), &[]),
        (
            bundle(&["rhel9"]),
            on("8.2", "rhel9").with_architecture("x86_64").unwrap(),
            &["once uploads are switched on"],
        ),
        (bundle(&["rhel8"]).set("version", "10203"), on("8.0", "rhel8"), &["if `version` is sent as the number 10203"]),
        (bundle(&["rhel8"]).set("version", 10203.0), on("8.0", "rhel8"), &[]),
        (bundle(&["rhel8"]).set("version", "10203"), on("7.22", "rhel8"), &[]),
    ] {
        let about = format!("{:?} {:?}", target.cluster_version(), target.operating_systems());
        assert_eq!(said(bundle, &target), conditions, "{about}");
    }
    let other = on("8.0", "ubuntu22").with_architecture("x86_64").unwrap();
    assert!(!report(&arm(&["ubuntu22"]).build(), &other, &Policy::strict()).answer().accepted());
}

/// A key that stands twice is why a value is refused, and does not follow from that.
#[test]
fn what_is_wrong_with_the_text_follows_from_no_value() {
    let text = String::from_utf8(good().set("version", "1.2.3").metadata_text()).unwrap();
    let twice = text.replacen('{', "{\"version\": 10203,", 1);
    let report = report(&good().metadata_bytes(twice).build(), &cluster("7.22"), &Policy::strict());
    let found = |rule: &str| report.findings().iter().find(|finding| finding.rule == rule).unwrap();
    assert_eq!(found("json-key-twice").follows, None);
    assert_eq!(report.answer().refusal().unwrap().rule, "module-version-not-integer");
}
