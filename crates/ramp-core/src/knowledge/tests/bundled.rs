//! The modules that come with clusters, held against the table of releases.

use std::collections::BTreeSet;

use super::tables;
use crate::version::parse;

#[test]
fn they_are_those_that_the_table_of_releases_names() {
    for release in tables().releases() {
        let come = |module: &&crate::knowledge::BundledModule| !module.builds_in(release, None).is_empty();
        let names: BTreeSet<&str> =
            tables().bundled_modules().iter().filter(come).map(|module| module.module_name.as_str()).collect();
        let expected: BTreeSet<&str> = release.bundled_modules.value.iter().map(String::as_str).collect();
        assert_eq!(names, expected, "{}", release.name);
    }
}

#[test]
fn every_redis_version_of_a_release_has_one_build_of_each_that_is_not_given_up() {
    for release in tables().releases() {
        for row in &release.database_versions {
            for module in &tables().bundled_modules()[..4] {
                let fits = |build: &&crate::knowledge::BundledBuild| {
                    build.releases.contains(&release.name) && build.redis.contains(&row.version)
                };
                let there = module.builds.iter().filter(fits).count();
                assert_eq!(there, 1, "{} {} {}", release.name, row.version, module.module_name);
            }
        }
    }
}

#[test]
fn rows_have_releases_versions_and_capabilities_that_exist() {
    for module in tables().bundled_modules() {
        let mut pairs = BTreeSet::new();
        for build in &module.builds {
            parse(&build.semantic_version).unwrap();
            parse(&build.min_redis_version).unwrap();
            assert!(build.version() > 0, "{build:?}");
            for release in &build.releases {
                assert_eq!(tables().release(release).map(|row| &row.name), Some(release));
                assert!(pairs.insert((release, &build.semantic_version)), "{build:?}");
            }
            for capability in module.capabilities.iter().chain(&build.capabilities) {
                assert!(tables().capability(capability).is_some(), "{capability}");
            }
        }
    }
}
