//! Databases, and modules of databases, that are upgraded.

use ramp_core::databases::{
    Database, DatabaseRequest, Module, ModuleUpgrade, Refused, WantedUpgrade, upgrade, upgrade_modules,
};
use serde_json::json;

use crate::support::{for_redis, has, made, module, target, told};

fn modules() -> Vec<Module> {
    vec![
        for_redis("a", "1.2.0", "7.2"),
        for_redis("b", "1.3.0", "7.4"),
        for_redis("c", "1.4.0", "7.4"),
        for_redis("low", "1.0.0", "6.2"),
    ]
}

fn upgraded(
    database: &Database,
    wanted: &WantedUpgrade,
    modules: &[Module],
    release: &str,
) -> Result<Database, Refused> {
    upgrade(DatabaseRequest::Upgrade, database, wanted, modules, &target(release))
}

fn to(redis: &str) -> WantedUpgrade {
    WantedUpgrade { redis_version: Some(redis.into()), ..WantedUpgrade::default() }
}

#[test]
fn the_newest_build_for_the_redis_is_taken() {
    let modules = modules();
    let database = made(Some("7.2"), json!({}), &modules, "7.22").unwrap();
    assert_eq!(has(&database), "7.2.7 with a");
    let upgraded = |wanted: &WantedUpgrade| upgraded(&database, wanted, &modules, "7.22");
    assert_eq!(has(&upgraded(&to("7.4")).unwrap()), "7.4.3 with c");
    assert_eq!(has(&upgraded(&WantedUpgrade::default()).unwrap()), "7.4.3 with c", "the newest that there is");
    let keep = WantedUpgrade { keep_redis_version: true, ..WantedUpgrade::default() };
    assert_eq!(has(&upgraded(&keep).unwrap()), "7.2.7 with a");
    let named = ModuleUpgrade { current: "a".into(), new: "b".into(), args: Some("X".into()) };
    let named = WantedUpgrade { modules: vec![named], ..to("7.4") };
    let named = upgraded(&named).unwrap();
    assert_eq!((has(&named).as_str(), named.modules[0].args.as_str()), ("7.4.3 with b", "X"));
}

#[test]
fn upgrades_that_cannot_be_are_refused() {
    let modules = modules();
    let database = made(Some("7.2"), json!({"replication": true}), &modules, "7.22").unwrap();
    let upgraded = |wanted: &WantedUpgrade| told(upgraded(&database, wanted, &modules, "7.22"));
    assert_eq!(upgraded(&to("6.2")), "400 upgrade_bdb_failed: Redis 6.2 is older than the database's, which is 7.2");
    assert_eq!(upgraded(&to("8.0")), "400 upgrade_bdb_failed: the cluster has no Redis 8.0; it has 6.2, 7.2, 7.4");
    let naming = |new: &str, redis: &str| {
        let named = ModuleUpgrade { current: "m".into(), new: new.into(), args: None };
        upgraded(&WantedUpgrade { modules: vec![named], ..to(redis) })
    };
    assert_eq!(naming("x", "7.4"), "400 missing_module: the cluster has no module with `module_id` x");
    assert_eq!(naming("a", "7.4"), "400 upgrade_bdb_failed: `m` 1.2.0 is for Redis 7.2 only, not for 7.4");
    let unknown = ModuleUpgrade { current: "y".into(), new: "a".into(), args: None };
    assert_eq!(
        upgraded(&WantedUpgrade { modules: vec![unknown], ..to("7.4") }),
        "400 missing_module: the database does not use the module `y`; it uses `m`"
    );
}

#[test]
fn a_module_without_a_build_or_with_a_lower_one_stops_the_upgrade() {
    let only = [for_redis("a", "1.2.0", "7.2")];
    let database = made(Some("7.2"), json!({}), &only, "7.22").unwrap();
    assert_eq!(
        told(upgraded(&database, &to("7.4"), &only, "7.22")),
        "400 upgrade_bdb_failed: `m` 1.2.0 is for Redis 7.2 only, not for 7.4"
    );
    let lower = [for_redis("a", "1.10.0", "7.2"), for_redis("b", "1.9.0", "7.4")];
    let database = made(Some("7.2"), json!({}), &lower, "7.22").unwrap();
    assert_eq!(
        told(upgraded(&database, &to("7.4"), &lower, "7.22")),
        "406 module_downgrade_unsupported: the database uses `m` 1.10.0, and 1.9.0 is lower"
    );
    let less = json!({"compatible_redis_version": "7.4", "capabilities": ["types"]});
    let lost = [for_redis("a", "1.0.0", "7.2"), module("b", "2.0.0", less)];
    let database = made(Some("7.2"), json!({"data_persistence": "aof"}), &lost, "7.22").unwrap();
    let refused = upgraded(&database, &to("7.4"), &lost, "7.22").unwrap_err();
    assert_eq!((refused.http_status(), refused.error_code()), (406, "unsupported_module_capabilities"));
    assert!(refused.message().starts_with("New version of module does support"), "{}", refused.message());
}

/// Before 7.8 a module that still fits stays, unless the newest is asked for.
#[test]
fn a_module_that_fits_stays_before_7_8() {
    let old = |uid, version| module(uid, version, json!({"min_redis_version": "6.0"}));
    let first = [old("a", "1.0.0")];
    let database = made(Some("6.2"), json!({}), &first, "7.4").unwrap();
    let both = [old("a", "1.0.0"), old("b", "1.1.0")];
    assert_eq!(has(&upgraded(&database, &to("7.2"), &both, "7.4").unwrap()), "7.2.4 with a");
    let newest = WantedUpgrade { latest_with_modules: Some(true), ..to("7.2") };
    assert_eq!(has(&upgraded(&database, &newest, &both, "7.4").unwrap()), "7.2.4 with b");
}

#[test]
fn a_module_of_a_database_is_upgraded() {
    let newer = |uid, version, more| module(uid, version, more);
    let modules = vec![
        for_redis("a", "1.2.0", "7.4"),
        for_redis("b", "1.3.0", "7.4"),
        for_redis("other", "1.4.0", "7.2"),
        newer("redis", "1.4.0", json!({"compatible_redis_version": "7.4", "min_redis_version": "7.4.9"})),
        newer("cluster", "1.4.0", json!({"compatible_redis_version": "7.4", "min_redis_pack_version": "9.0"})),
        newer("less", "1.4.0", json!({"compatible_redis_version": "7.4", "capabilities": []})),
        newer("name", "1.4.0", json!({"module_name": "n"})),
    ];
    let first = [for_redis("a", "1.2.0", "7.4")];
    let database = made(None, json!({"replication": true}), &first, "7.22").unwrap();
    let upgraded = |database: &Database, new: &str| {
        let wanted = [ModuleUpgrade { current: "a".into(), new: new.into(), args: None }];
        upgrade_modules(DatabaseRequest::UpgradeModules, database, &wanted, &modules, &target("7.22"))
    };
    let next = upgraded(&database, "b").unwrap();
    assert_eq!(has(&next), "7.4.3 with b");
    let back = [ModuleUpgrade { current: "m".into(), new: "a".into(), args: None }];
    let back = upgrade_modules(DatabaseRequest::UpgradeModulesOld, &next, &back, &modules, &target("7.22"));
    assert_eq!(told(back), "406 module_downgrade_unsupported: the database uses `m` 1.3.0, and 1.2.0 is lower");
    for (new, expected) in [
        ("x", "400 missing_module: the cluster has no module with `module_id` x"),
        ("name", "400 missing_module: the database uses the module `m`, and the new one is `n`"),
        ("other", "406 redis_incompatible_version: `m` 1.4.0 is for Redis 7.2 only, and the database has Redis 7.4.3"),
        (
            "redis",
            "406 redis_incompatible_version: `m` 1.4.0 is for Redis 7.4.9 and newer, and the database has Redis 7.4.3",
        ),
        ("cluster", "406 redis_pack_incompatible_version: `m` 1.4.0 needs Redis Enterprise 9.0, the cluster is 7.22"),
        (
            "less",
            "406 unsupported_module_capabilities: `replication` is true, and the module `m` 1.4.0 does not have the capability \
             `failover_migrate`",
        ),
    ] {
        assert_eq!(told(upgraded(&database, new)), expected);
    }
}
