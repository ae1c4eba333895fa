//! The whole life of a module, played.

use std::io::Cursor;

use ramp_core::databases::Options;
use ramp_core::facts::{self, BundleFacts};
use ramp_core::rehearsal::{Action, Hoped, Plan, Rehearsal, RehearsalError, rehearse};
use ramp_core::{Endpoint, InstalledArtifact, InstalledModule, Limits, Target};
use ramp_fixtures::bundle::BundleBuilder;

fn facts(bundle: &BundleBuilder) -> BundleFacts {
    facts::gather(Cursor::new(bundle.build()), &Limits::default()).unwrap()
}

fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10300).set("semantic_version", "1.3.0")
}

fn plan(release: &str) -> Plan {
    Plan::new(Target::named(release).unwrap())
}

/// A line a step.
fn told(played: &Rehearsal) -> String {
    let lines = played.steps.iter().map(|step| {
        let mark = if step.is_as_hoped() { "ok" } else { "NOT" };
        let hoped = if step.hoped == Hoped::Refused { " (to be refused)" } else { "" };
        let answer = step.answer.as_ref().map_or_else(
            || "not asked".to_owned(),
            |answer| {
                let status = answer.http_status.map_or_else(|| "-".to_owned(), |status| status.to_string());
                let refusal =
                    answer.error_code.iter().map(|code| format!(" {code}: {}", answer.description.as_deref().unwrap()));
                let conditions = answer.conditions.iter().map(|condition| format!(", {condition}"));
                format!("{status}{}", refusal.chain(conditions).collect::<String>())
            },
        );
        let body = step.request.body.as_ref().map(|body| match body.get("commands") {
            Some(_) => format!(" an object of {} members", body.as_object().unwrap().len()),
            None => format!(" {body}"),
        });
        let body = body.unwrap_or_default();
        format!("{mark} {}{hoped}\n  {} {}{body}\n  {answer}", step.title, step.request.method, step.request.path)
    });
    format!("passed: {}\n{}", played.passed, lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn one_build() {
    let played = |plan: &Plan| rehearse(&facts(&BundleBuilder::good()), None, plan).unwrap();
    insta::assert_snapshot!("one_build_7_22", told(&played(&plan("7.22"))));
    insta::assert_snapshot!("one_build_8_2", told(&played(&Plan { redis_version: Some("7.4".into()), ..plan("8.2") })));
    let mut options = Options::default();
    options.set("eviction_policy", "allkeys-lru").unwrap();
    insta::assert_snapshot!("one_build_refused", told(&played(&Plan { options, ..plan("7.22") })));
    let off = Target::named("8.2").unwrap().with_allow_modules_upload(Some(false));
    let refused = played(&Plan::new(off));
    let answer = refused.steps[0].answer.as_ref().unwrap();
    assert_eq!((answer.http_status, answer.error_code.as_deref()), (Some(403), Some("modules_upload_disabled")));
    assert!(refused.steps[1..].iter().all(|step| step.answer.is_none()) && !refused.passed);
}

#[test]
fn an_upgrade() {
    let played =
        |new: &BundleBuilder, plan: &Plan| rehearse(&facts(new), Some(&facts(&BundleBuilder::good())), plan).unwrap();
    insta::assert_snapshot!("upgrade_of_the_module", told(&played(&next(), &plan("7.22"))));
    let for_8 = next().set("compatible_redis_version", "8.0");
    let to = Plan { redis_version: Some("7.4".into()), upgrade_to: Some("8.0".into()), ..plan("8.0") };
    insta::assert_snapshot!("upgrade_of_the_database", told(&played(&for_8, &to)));
    insta::assert_snapshot!("upgrade_without_a_build", told(&played(&next(), &to)));
    let same = played(&BundleBuilder::good(), &plan("7.22"));
    assert_eq!(same.steps[2].answer.as_ref().unwrap().error_code.as_deref(), Some("module_exists"));
    let down = BundleBuilder::good().set("version", 10100).set("semantic_version", "1.1.0");
    let down = played(&down, &plan("7.22"));
    assert_eq!(down.steps[3].answer.as_ref().unwrap().error_code.as_deref(), Some("module_downgrade_unsupported"));
}

/// What is in use is there already, on a cluster that says what it has: it is found, and not uploaded again.
#[test]
fn an_upgrade_where_the_old_build_is_there() {
    let there = |platforms: &[&str]| InstalledModule {
        module_name: "testmodule".to_owned(),
        version: 10203,
        platforms: platforms.iter().map(|&platform| platform.to_owned()).collect(),
    };
    let artifact = InstalledArtifact { module_name: "testmodule".to_owned(), version: 10203 };
    let target = |release: &str, module: InstalledModule| {
        Target::named(release).unwrap().with_installed_modules(vec![module]).with_allow_modules_upload(Some(true))
    };
    let old = facts(&BundleBuilder::good());
    let played = |target: Target| {
        let plan = Plan { redis_version: Some("7.4".into()), ..Plan::new(target) };
        rehearse(&facts(&next()), Some(&old), &plan).unwrap()
    };
    let found = played(target("7.22", there(&["rhel9/x86_64"])));
    insta::assert_snapshot!("upgrade_from_what_is_there", told(&found));
    let first = |played: &Rehearsal| {
        assert!(played.passed, "{}", told(played));
        played.steps[..2].iter().map(|step| step.action).collect::<Vec<_>>()
    };
    // For another platform it is uploaded, which adds that.
    assert_eq!(first(&played(target("7.22", there(&["rhel8/x86_64"])))), [Action::Upload, Action::CreateDatabase]);
    // From 8.0 on, its object can be there without its artifact, and the other way round.
    let (object, both) = (target("8.2", there(&[])), target("8.2", there(&[])).with_artifacts(vec![artifact.clone()]));
    assert_eq!(first(&played(object)), [Action::FindModule, Action::Upload]);
    assert_eq!(first(&played(both)), [Action::FindModule, Action::FindModule]);
    let left = target("8.2", there(&[])).with_installed_modules(Vec::new()).with_artifacts(vec![artifact]);
    assert_eq!(first(&played(left)), [Action::Upload, Action::FindModule]);
    // What is to be uploaded is: that it is there is what the cluster answers.
    let alone = rehearse(&old, None, &Plan::new(target("7.22", there(&[])))).unwrap();
    assert_eq!(alone.steps[0].answer.as_ref().unwrap().error_code.as_deref(), Some("module_exists"));
}

/// A cluster is made once, with all that it is to have, and nobody switches anything on before.
#[test]
fn a_life_that_begins_with_the_cluster() {
    let plan = |redis: &str| {
        let target = Target::named("8.2").unwrap().with_endpoint(Endpoint::Bootstrap).unwrap();
        Plan { redis_version: Some(redis.to_owned()), ..Plan::new(target) }
    };
    let old = facts(&BundleBuilder::good());
    insta::assert_snapshot!("bootstrapped", told(&rehearse(&old, None, &plan("7.4")).unwrap()));
    let upgraded = rehearse(&facts(&next()), Some(&old), &plan("7.4")).unwrap();
    insta::assert_snapshot!("bootstrapped_with_two", told(&upgraded));
    let broken = facts::gather(Cursor::new(b"<html>".to_vec()), &Limits::default()).unwrap();
    let played = rehearse(&broken, None, &plan("7.4")).unwrap();
    let answer = played.steps[0].answer.as_ref().unwrap();
    assert_eq!((answer.http_status, answer.error_code.as_deref()), (None, Some("module_download_failed")));
}

/// What helps depends on what the module says and on which databases the cluster has.
#[test]
fn what_to_do_is_what_the_cluster_can_do() {
    let help = |release: &str, redis: &str, new: BundleBuilder, to: Option<&str>| {
        let old = BundleBuilder::good().set("compatible_redis_version", redis);
        let (redis_version, upgrade_to) = (Some(redis.to_owned()), to.map(ToOwned::to_owned));
        let plan = Plan { redis_version, upgrade_to, ..plan(release) };
        let played = rehearse(&facts(&new), Some(&facts(&old)), &plan).unwrap();
        let refused = played.steps.iter().find(|step| !step.is_as_hoped()).unwrap().answer.clone().unwrap();
        format!("{}: {}", refused.error_code.unwrap(), refused.help.unwrap())
    };
    let only = |version: &str| next().set("compatible_redis_version", version);
    let least = |version: &str| next().without("compatible_redis_version").set("min_redis_version", version);
    let told = [
        help("8.2", "7.4", only("8.0"), None),
        help("7.22", "7.4", only("8.0"), None),
        help("7.22", "7.4", least("7.4.9"), None),
        help("7.4", "6.2", least("7.2"), None),
        help("7.22", "6.2", least("7.2"), None),
        help("8.0", "7.4", only("7.4"), Some("8.0")),
    ];
    insta::assert_snapshot!("what_to_do", told.join("\n"));
    let alone = |new: &BundleBuilder, redis: &str| {
        let plan = Plan { redis_version: Some(redis.to_owned()), ..plan("7.22") };
        rehearse(&facts(new), None, &plan).unwrap().steps[1].answer.clone().unwrap().help.unwrap()
    };
    insta::assert_snapshot!(
        "what_to_do_about_a_new_database",
        [alone(&only("7.2"), "7.4"), alone(&only("8.0"), "7.4"), alone(&least("7.2"), "6.2")].join("\n")
    );
}

/// A step says what the database has then: asked for, or what the release makes.
#[test]
fn which_redis_a_database_has() {
    let redis = |plan: &Plan| {
        let played = rehearse(&facts(&next()), Some(&facts(&BundleBuilder::good())), plan).unwrap();
        let answers = played.steps.into_iter().filter_map(|step| Some((step.action, step.answer?.redis_version?)));
        answers.collect::<Vec<_>>()
    };
    let (made, upgraded) = (Action::CreateDatabase, Action::UpgradeModule);
    let has = |version: &str| [(made, version.to_owned()), (upgraded, version.to_owned())];
    assert_eq!(redis(&plan("7.22")), has("7.4.3"));
    assert_eq!(redis(&Plan { redis_version: Some("7.4".into()), ..plan("8.2") }), has("7.4.3"));
}

/// To upgrade a database to what it is, tries nothing.
#[test]
fn an_upgrade_that_is_none() {
    let build = facts(&BundleBuilder::good());
    for (redis_version, is_one) in [(None, false), (Some("7.4"), false), (Some("7.2"), true)] {
        let redis_version = redis_version.map(str::to_owned);
        let plan = Plan { redis_version, upgrade_to: Some("7.4".into()), ..plan("7.22") };
        let played = rehearse(&build, None, &plan).unwrap();
        let upgrades = played.steps.iter().filter(|step| step.title.contains("upgrade"));
        let titles: Vec<&str> = upgrades.map(|step| step.title.as_str()).collect();
        assert_eq!(titles.len(), 2, "{titles:?}");
        assert!(titles.iter().all(|title| title.ends_with(", which it has already") != is_one), "{titles:?}");
    }
}

/// What the cluster refuses to take has no life on it.
#[test]
fn a_bundle_that_is_refused() {
    let broken = facts::gather(Cursor::new(b"<html>".to_vec()), &Limits::default()).unwrap();
    let played = rehearse(&broken, None, &plan("7.22")).unwrap();
    insta::assert_snapshot!("not_a_zip", told(&played));
    let answer = played.steps[0].answer.as_ref().unwrap();
    assert!(answer.help.as_ref().is_some_and(|help| !help.is_empty()), "{answer:?}");
}

#[test]
fn what_cannot_be_rehearsed() {
    let good = facts(&BundleBuilder::good());
    assert_eq!(rehearse(&good, None, &Plan::new(Target::default())).unwrap_err(), RehearsalError::NoRelease);
    let other = facts(&next().set("module_name", "other"));
    let err = rehearse(&other, Some(&good), &plan("7.22")).unwrap_err();
    assert_eq!(err.to_string(), "the builds are of different modules, `testmodule` and `other`");
    // Only a build can have been in use; what is to be uploaded may be anything, and is refused then.
    let broken = facts::gather(Cursor::new(b"<html>".to_vec()), &Limits::default()).unwrap();
    let err = rehearse(&good, Some(&broken), &plan("7.22")).unwrap_err();
    assert_eq!(
        err.to_string(),
        "the build that is in use is not one that a cluster takes: this is a web page, not a bundle"
    );
    let played = rehearse(&broken, Some(&good), &plan("7.22")).unwrap();
    assert_eq!(played.steps[2].answer.as_ref().unwrap().error_code.as_deref(), Some("invalid_module"));
}

/// In every release: the good bundle lives there, as a database that it is for.
#[test]
fn a_good_bundle_lives_on_every_release() {
    for release in ramp_core::knowledge::Knowledge::builtin().releases() {
        let target = Target::named(&release.name).unwrap();
        let redis =
            if release.database("7.4").is_some() { "7.4" } else { &release.database_versions.last().unwrap().version };
        let systems: Vec<&str> = release.platforms.iter().map(|platform| platform.os.as_str()).collect();
        let bundle = |bundle: BundleBuilder| {
            bundle
                .set("operating_systems", systems.clone())
                .set("min_redis_version", "6.0")
                .set("min_redis_pack_version", "6.0")
        };
        let plan = Plan { redis_version: Some(redis.to_owned()), ..Plan::new(target) };
        let old = facts(&bundle(BundleBuilder::good()));
        let played = rehearse(&facts(&bundle(next())), Some(&old), &plan).unwrap();
        assert!(played.passed, "{}: {}", release.name, told(&played));
    }
}
