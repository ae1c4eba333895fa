//! The table of releases: it holds together, and says what the sources say.

use std::collections::BTreeSet;

use semver::Version;

use super::tables;
use crate::endpoint::Endpoint;
use crate::knowledge::Release;
use crate::version::{has_reached, parse};

fn release(name: &str) -> &'static Release {
    tables().release(name).unwrap()
}

/// Whether a cluster of that version has the platform.
fn runs_on(cluster: &str, os: &str, arch: &str) -> bool {
    let version = parse(cluster).unwrap();
    let row = release(cluster)
        .platforms_in(Some(&version))
        .find(|p| p.os == os && p.architectures.contains(&arch.to_owned()));
    row.is_some()
}

/// The Redis versions of a cluster of that version, oldest first, to the last number where it is known.
fn databases(cluster: &str) -> Vec<&'static str> {
    let version = parse(cluster).unwrap();
    let exact = |row: &'static crate::knowledge::DatabaseVersion| row.patch_in(Some(&version)).unwrap_or(&row.version);
    release(cluster).databases_in(Some(&version)).map(exact).collect()
}

#[test]
fn releases_run_on_platforms_that_exist() {
    for r in tables().releases() {
        let mut pairs = BTreeSet::new();
        for row in &r.platforms {
            let p = tables().platforms().iter().find(|p| p.id == row.os);
            let p = p.unwrap_or_else(|| panic!("{}: no platform {}", r.name, row.os));
            assert!(!row.architectures.is_empty(), "{} {}", r.name, row.os);
            for arch in &row.architectures {
                assert!(p.has_arch(arch), "{} {} {arch}", r.name, row.os);
                assert!(pairs.insert((&row.os, arch)), "{} {} {arch} twice", r.name, row.os);
                assert!(arch == "x86_64" || r.name.starts_with("8."), "{} {} {arch}", r.name, row.os);
            }
        }
    }
}

#[test]
fn releases_are_in_order_and_found_by_cluster_version() {
    let lines: Vec<_> = tables().releases().iter().map(|r| parse(&r.line).unwrap()).collect();
    assert!(lines.is_sorted());
    for r in tables().releases() {
        assert_eq!(tables().release(&r.line).unwrap().name, r.name);
        let versions: Vec<_> = r.database_versions.iter().map(|v| parse(&v.version).unwrap()).collect();
        assert!(versions.is_sorted(), "{}", r.name);
    }
    for (asked, name) in [("7.4.2-54", "7.4"), ("7.2.4", "7.2"), ("8.0.20-44", "8.0"), ("latest", "8.2")] {
        assert_eq!(tables().release(asked).unwrap().name, name);
    }
    for asked in ["", "8", "7", "7.24", "100.0.21-16135", "v7.4", "7.4.x"] {
        assert!(tables().release(asked).is_none(), "{asked:?}");
    }
}

#[test]
fn uploads_changed_with_8_0_and_8_2() {
    for r in tables().releases() {
        let since_8_0 = r.name.starts_with("8.");
        assert!(r.offers(r.default_endpoint, None), "{}", r.name);
        assert_eq!(r.offers(Endpoint::V2, None), !since_8_0, "{}", r.name);
        assert_eq!(r.offers(Endpoint::UserDefined, None), since_8_0, "{}", r.name);
        assert_eq!(r.checks_min_redis_pack_version.value, !since_8_0, "{}", r.name);
        let since_7_8 = since_8_0 || r.name == "7.8" || r.name == "7.22";
        assert_eq!(r.reads_compatible_redis_version.value, since_7_8, "{}", r.name);
        assert_eq!(r.upload_limit.value.bytes, if since_8_0 { 500 << 20 } else { 40 << 20 }, "{}", r.name);
        assert_eq!(r.uploads_enabled_by_default.value, r.name != "8.2");
        assert_eq!(r.upload_gated.value, r.name == "8.2");
    }
    let deprecated = |name: &str| tables().release(name).unwrap().endpoints.iter().any(|e| e.deprecated);
    assert!(!deprecated("6.4") && deprecated("7.2"));
}

/// From when to when each row of a release holds, with a name for the row.
fn spans(r: &'static Release) -> Vec<(String, Option<&'static String>, Option<&'static String>)> {
    let mut spans: Vec<_> =
        r.platforms.iter().map(|p| (p.os.clone(), p.since.as_ref(), p.gone_from.as_ref())).collect();
    for row in &r.database_versions {
        spans.push((row.version.clone(), row.since.as_ref(), row.gone_from.as_ref()));
        spans.push((format!("{}, default", row.version), row.default_from.as_ref(), row.gone_from.as_ref()));
        spans.extend(row.patches.iter().map(|p| (p.patch.clone(), p.since.as_ref(), row.gone_from.as_ref())));
    }
    spans
}

#[test]
fn what_is_there_is_there_before_it_goes() {
    for r in tables().releases() {
        let of_the_line = |text: &str| -> Version {
            assert_eq!(release(text).name, r.name, "{text}");
            let version = parse(text).unwrap();
            assert!(has_reached(&version, &parse(&r.line).unwrap()).unwrap(), "{text} is older than {}", r.line);
            version
        };
        let newest = of_the_line(&r.newest_build.value);
        assert!(!newest.build.is_empty(), "{}: {newest} is not a build", r.name);
        for (row, since, gone_from) in spans(r) {
            let since = since.map_or_else(|| of_the_line(&r.line), |text| of_the_line(text));
            assert_eq!(has_reached(&newest, &since), Some(true), "{} {row}: {since} is newer than {newest}", r.name);
            if let Some(gone) = gone_from.map(|text| of_the_line(text)) {
                assert!(since <= gone, "{} {row}: {since} {gone}", r.name);
            }
        }
    }
}

#[test]
fn each_release_has_one_default_and_its_patches_in_order() {
    for r in tables().releases() {
        let first = parse(&r.line).unwrap();
        assert!(r.default_database(Some(&first)).is_some(), "{}", r.name);
        let newest = parse(&r.newest_build.value).unwrap();
        assert_eq!(r.default_database(Some(&newest)), r.default_database(None), "{}", r.name);
        let defaults: Vec<_> = r.database_versions.iter().filter_map(|row| row.default_from.as_deref()).collect();
        assert!(defaults.is_sorted_by_key(|from| parse(from).unwrap()), "{}: {defaults:?}", r.name);
        for row in &r.database_versions {
            let patches: Vec<_> = row.patches.iter().map(|p| parse(&p.patch).unwrap()).collect();
            assert!(patches.is_sorted(), "{} {}", r.name, row.version);
            for patch in &patches {
                assert_eq!(format!("{}.{}", patch.major, patch.minor), row.version, "{}", r.name);
            }
            // Of 6.2, no note says which 6.0 it has.
            assert_eq!(patches.is_empty(), (r.name.as_str(), row.version.as_str()) == ("6.2", "6.0"));
            assert!(row.patches.iter().skip(1).all(|patch| patch.since.is_some()), "{} {}", r.name, row.version);
        }
    }
}

#[test]
fn lives_end_in_order() {
    let ends: Vec<_> = tables().releases().iter().map(|r| r.end_of_life.as_ref().map(|end| end.value)).collect();
    let (last, ended) = ends.split_last().unwrap();
    assert_eq!(*last, None, "the newest release has no end yet");
    assert!(ended.iter().all(Option::is_some) && ended.is_sorted(), "{ended:?}");
    assert_eq!(release("7.4").end_of_life.as_ref().unwrap().value.to_string(), "2026-11-30");
}

/// Each line of the release notes that says from when on.
#[test]
fn platforms_come_and_go_with_builds() {
    for (first, last_without, os, arch) in [
        ("6.2.8", "6.2.4", "rhel8", "x86_64"),
        ("6.4.2-43", "6.4.2-30", "ubuntu20", "x86_64"),
        ("6.4.2-61", "6.4.2-43", "amzn2", "x86_64"),
        ("7.8.4-66", "7.8.4-18", "ubuntu22", "x86_64"),
        ("8.0.10-64", "8.0.6-54", "rhel9", "aarch64"),
        ("8.0.20-19", "8.0.18-36", "amzn2023", "aarch64"),
    ] {
        assert!(runs_on(first, os, arch), "{os} {arch} on {first}");
        assert!(!runs_on(last_without, os, arch), "{os} {arch} on {last_without}");
    }
    for (last, first_without, os) in [
        ("6.4.2-127", "6.4.2-131", "rhel7"),
        ("6.4.2-127", "6.4.2-131", "ubuntu16"),
        ("7.2.4-122", "7.2.4-130", "ubuntu18"),
        ("7.2.4-132", "7.2.4-138", "rhel7"),
        ("7.2.4-138", "7.2.4-153", "amzn2"),
        ("7.4.6-232", "7.4.6-268", "ubuntu18"),
        ("8.0.20-154", "8.0.22", "amzn2"),
    ] {
        assert!(runs_on(last, os, "x86_64"), "{os} on {last}");
        assert!(!runs_on(first_without, os, "x86_64"), "{os} on {first_without}");
    }
    // Packages are there from the first build on, though it was announced later.
    assert!(runs_on("8.0.2-17", "ubuntu22", "aarch64"));
    // Without its build, a version may be the build that has it.
    assert!(runs_on("7.8.4", "ubuntu22", "x86_64") && runs_on("7.2.4", "ubuntu18", "x86_64"));
    // No build of 7.2 has it, so neither has the line; what came or went within a line, the line has.
    let line = |name, os: &str| release(name).platforms_in(None).any(|p| p.os == os);
    assert!(!line("7.2", "ubuntu16") && !runs_on("7.2.4-52", "ubuntu16", "x86_64"));
    assert!(line("7.2", "amzn1") && line("7.2", "ubuntu18") && line("7.8", "ubuntu22"));
}

#[test]
fn databases_are_those_of_the_release_notes() {
    for (cluster, expected, default) in [
        ("6.2.18-70", &["6.0", "6.2.6"][..], "6.0"),
        ("6.4.2-30", &["6.0.16", "6.2.7"], "6.2"),
        ("6.4.2-131", &["6.0.17", "6.2.10"], "6.2"),
        ("7.2.4-154", &["6.0.20", "6.2.13", "7.2.0"], "7.2"),
        ("7.4.2-54", &["6.0.20", "6.2.13", "7.2.3"], "7.2"),
        ("7.4.6-280", &["6.0.20", "6.2.13", "7.2.4"], "7.2"),
        ("7.8.6-303", &["6.2.13", "7.2.4", "7.4.0"], "7.4"),
        ("7.22.2-179", &["6.2.13", "7.2.7", "7.4.3"], "7.4"),
        ("8.0.6-54", &["6.2.13", "7.2.7", "7.4.3", "8.0.2", "8.2.1"], "8.2"),
        ("8.0.16-33", &["6.2.13", "7.2.7", "7.4.3", "8.0.2", "8.2.1", "8.4.0"], "8.4"),
        ("8.0.20-154", &["6.2.13", "7.2.7", "7.4.3", "8.0.2", "8.2.1", "8.4.0", "8.6.2"], "8.6"),
        ("8.2.0-25", &["6.2.13", "7.2.7", "7.4.3", "8.0.2", "8.2.1", "8.4.0", "8.6.2"], "8.6"),
        ("8.2.6-58", &["6.2.13", "7.2.7", "7.4.3", "8.0.2", "8.2.1", "8.4.0", "8.6.2", "8.8.0"], "8.8"),
    ] {
        assert_eq!(databases(cluster), expected, "{cluster}");
        let version = parse(cluster).unwrap();
        assert_eq!(release(cluster).default_database(Some(&version)).unwrap().version, default, "{cluster}");
    }
}
