//! What every refusal is told with.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ramp_core::databases::{Cause, DatabaseRequest, NamedModule, Refused, Unsuited, WantedModule};
use ramp_core::knowledge::Knowledge;
use ramp_core::version::parse;

fn named() -> NamedModule {
    NamedModule { name: "m".into(), version: "1.2.3".into() }
}

/// Each cause, with the requests that are refused for it.
fn all(text: &str) -> Vec<(Cause, Vec<DatabaseRequest>)> {
    use DatabaseRequest::{
        ChangeV1, ChangeV2, Configure, ConfigureOld, CreateV1, CreateV2, DeleteModuleV1, DeleteModuleV2,
        DeleteUserDefined, Upgrade, UpgradeModules, UpgradeModulesOld,
    };
    let redis = parse("7.4.3").unwrap();
    let name = || text.to_owned();
    let upgrades = vec![Upgrade, UpgradeModules, UpgradeModulesOld];
    let only = Unsuited::Other { only: parse("8.0").unwrap() };
    vec![
        (
            Cause::MissingModule { asked: Box::new(WantedModule::named(text)), there: vec![(name(), name())] },
            vec![CreateV1, CreateV2, Upgrade, UpgradeModules, UpgradeModulesOld],
        ),
        (Cause::NoArtifact { name: name() }, vec![CreateV1, CreateV2, Upgrade, UpgradeModules, UpgradeModulesOld]),
        (
            Cause::NoBuild {
                name: name(),
                redis: redis.clone(),
                there: vec![(name(), only.clone())],
                suited: Box::default(),
            },
            vec![CreateV1, CreateV2, Upgrade],
        ),
        (Cause::UnknownRedis { asked: name(), has: vec![redis.clone()] }, vec![CreateV1, CreateV2, Upgrade]),
        (Cause::OlderRedis { asked: parse("7.2").unwrap(), has: redis.clone() }, vec![Upgrade]),
        (Cause::Memcached, vec![CreateV1, CreateV2]),
        (
            Cause::Capability { module: named(), capability: "flash", field: "bigstore", value: "true".into() },
            vec![CreateV1, CreateV2, ChangeV1, ChangeV2, Upgrade, UpgradeModules, UpgradeModulesOld],
        ),
        (Cause::Downgrade { from: named(), to: name() }, upgrades.clone()),
        (
            Cause::Unsuited {
                module: named(),
                redis: Box::new(redis.clone()),
                why: Box::new(only),
                suited: Box::default(),
            },
            vec![UpgradeModules, UpgradeModulesOld],
        ),
        (
            Cause::NewerCluster { module: named(), needs: parse("8.0").unwrap(), has: "7.22".into() },
            vec![UpgradeModules, UpgradeModulesOld],
        ),
        (
            Cause::NotUsed { asked: name(), uses: vec![name()] },
            [upgrades.clone(), vec![Configure, ConfigureOld]].concat(),
        ),
        (Cause::OtherModule { from: name(), to: name() }, upgrades),
        (
            Cause::InUse { what: "`m` 1.2.3".into(), databases: vec![1, 2] },
            vec![DeleteModuleV1, DeleteModuleV2, DeleteUserDefined],
        ),
    ]
}

/// What is documented has its row, with the request and its status.
#[test]
fn every_refusal_has_a_row() {
    let mut answered = BTreeSet::new();
    for (cause, requests) in all("m") {
        for request in requests {
            let refused = Refused::new(request, cause.clone());
            let mut rows = Knowledge::builtin().codes_named(refused.error_code());
            let row = rows.find(|row| row.area == request.area()).unwrap_or_else(|| panic!("{refused:?}"));
            let answer = row.answers.iter().find(|answer| answer.request == request.as_str());
            assert_eq!(answer.and_then(|answer| answer.status), Some(refused.http_status()), "{refused:?}");
            assert_eq!(Some(refused.message()), row.words.as_deref().map(|words| words.trim_end_matches('.')));
            assert!(refused.help().ends_with('.'), "{}", refused.help());
            answered.insert(refused.error_code());
        }
    }
    // Those of a body that cannot be read, and of what the path names, are whoever reads it to find.
    let others = [
        "db_not_exist",
        "dependencies_not_supported",
        "incompatible_modules",
        "invalid_schema",
        "missing_field",
        "module_delete_failed",
        "module_download_failed",
        "param_error",
    ];
    let known: BTreeSet<&str> = Knowledge::builtin().codes().iter().map(|row| row.code.as_str()).collect();
    assert_eq!(known, answered.into_iter().chain(others).collect());
}

/// What has no documented code has a status that is documented.
#[test]
fn what_only_has_a_status_has_a_code_of_ours() {
    let fixed = Cause::RedisIsFixed { asked: "7.2".into(), has: parse("7.4.3").unwrap() };
    let refused = Refused::new(DatabaseRequest::ChangeV2, fixed);
    let told = (refused.http_status(), refused.error_code(), refused.message());
    assert_eq!(told, (406, "invalid_schema", "The requested configuration is invalid"));
    let cause = Cause::NotConfigurable { module: named() };
    let refused = Refused::new(DatabaseRequest::Configure, cause);
    let told = (refused.http_status(), refused.error_code(), refused.message());
    let expected = "Module does not support runtime configuration of arguments";
    assert_eq!(told, (406, "module_config_unsupported", expected));
}

#[test]
fn many_databases_are_counted() {
    let in_use = |databases: Vec<u32>| {
        let cause = Cause::InUse { what: "`m` 1.2.3".into(), databases };
        Refused::new(DatabaseRequest::DeleteModuleV2, cause).description()
    };
    let end = "; DELETE /v1/bdbs/{uid} deletes a database";
    assert_eq!(in_use(vec![7]), format!("`m` 1.2.3 is in use by database 7{end}"));
    assert_eq!(
        in_use((1..=12).collect()),
        format!("`m` 1.2.3 is in use by databases 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more{end}")
    );
}

proptest! {
    /// Names from outside neither steer a terminal nor grow without bound.
    #[test]
    fn what_is_foreign_is_escaped_and_cut(text in ".{0,2000}") {
        for (cause, requests) in all(&text) {
            let description = Refused::new(requests[0], cause).description();
            prop_assert!(!description.contains(char::is_control), "{description:?}");
            prop_assert!(description.chars().count() < 8000, "{}", description.len());
        }
    }
}
