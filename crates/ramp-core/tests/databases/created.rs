//! Databases that are made and changed.

use ramp_core::databases::{
    DatabaseRequest, OptionError, Options, WantedChange, WantedDatabase, WantedModule, change, configure, create,
};
use ramp_core::knowledge::Knowledge;
use serde_json::json;

use crate::support::{for_redis, has, made, module, options, target, told, wanted};

#[test]
fn a_database_gets_the_highest_version_for_its_redis() {
    let modules = [
        for_redis("a", "1.2.0", "7.4"),
        for_redis("b", "1.10.0", "7.4"),
        for_redis("c", "2.0.0", "8.0"),
        module("d", "0.9.0", json!({"min_redis_version": "7.2"})),
    ];
    let redis = |redis: Option<&str>, release: &str| has(&made(redis, json!({}), &modules, release).unwrap());
    // What the release makes where nothing is said.
    assert_eq!(redis(None, "7.22"), "7.4.3 with b");
    assert_eq!(redis(Some("7.4"), "7.22.0-95"), "7.4.2 with b");
    assert_eq!(redis(Some("7.4.3"), "7.22"), "7.4.3 with b");
    assert_eq!(redis(Some("7.2"), "7.22"), "7.2.7 with d");
    assert_eq!(redis(Some("8.0"), "8.2"), "8.0.2 with c");
    // Before 7.8 `min_redis_version` alone counts, and most of these have none.
    assert_eq!(redis(Some("6.2"), "7.4"), "6.2.13 with c");
}

/// Without `compatible_redis_version` a build is for the major version of its `min_redis_version`, from 7.8 on.
#[test]
fn a_module_without_it_is_for_one_major_version() {
    let modules = [module("a", "1.0.0", json!({"min_redis_version": "6.0"}))];
    let wanted = |redis, release| made(Some(redis), json!({}), &modules, release);
    assert_eq!(has(&wanted("6.2", "7.22").unwrap()), "6.2.13 with a");
    assert_eq!(has(&wanted("7.2", "7.4").unwrap()), "7.2.4 with a");
    assert_eq!(told(wanted("7.4", "7.22")), "406 missing_module: `m` 1.0.0 is for Redis 6.x from 6.0 on, not for 7.4");
    let modules = [module("a", "1.0.0", json!({"min_redis_version": "7.4.9"}))];
    assert_eq!(
        told(made(None, json!({}), &modules, "7.22")),
        "406 missing_module: `m` 1.0.0 is for Redis 7.4.9 and newer, not for 7.4"
    );
}

#[test]
fn what_is_not_there_is_told() {
    let modules = [for_redis("a", "1.2.0", "7.4")];
    let with = |module: WantedModule| {
        let wanted = WantedDatabase { modules: vec![module], ..wanted(None, json!({})) };
        create(DatabaseRequest::CreateV2, &wanted, &modules, &target("7.22"))
    };
    assert_eq!(told(with(WantedModule::named("x"))), "406 missing_module: the cluster has no module `x`");
    assert_eq!(
        told(with(WantedModule::of_uid("b"))),
        "406 missing_module: the cluster has no module with `module_id` b"
    );
    let other = WantedModule { semantic_version: Some("1.3.0".into()), ..WantedModule::named("m") };
    assert_eq!(
        told(with(other)),
        "406 missing_module: the cluster has no module `m` with `semantic_version` 1.3.0; it has 1.2.0 (`module_id` a)"
    );
    assert_eq!(has(&with(WantedModule::of_uid("a")).unwrap()), "7.4.3 with a");
    let redis = |version: &str| told(made(Some(version), json!({}), &modules, "7.22"));
    let expected = "406 invalid_version: the cluster has no Redis 8.0; it has 6.2, 7.2, 7.4";
    assert_eq!(redis("8.0"), expected);
    assert_eq!(redis("seven"), expected.replace("8.0", "seven"));
    assert_eq!(redis("7.4.9"), expected.replace("8.0", "7.4.9"));
    let memcached = WantedDatabase { is_memcached: true, ..wanted(None, json!({})) };
    let refused = create(DatabaseRequest::CreateV1, &memcached, &modules, &target("7.22")).unwrap_err();
    assert_eq!((refused.http_status(), refused.error_code()), (406, "memcached_cannot_use_modules"));
    assert_eq!(refused.message(), "Cannot create a memcached database with modules");
}

/// Each capability that a field asks for, with a value that asks and one that does not.
#[test]
fn each_capability_is_asked_for_by_its_field() {
    let rows = [
        ("failover_migrate", json!({"replication": true}), json!({"replication": false})),
        ("persistence_aof", json!({"data_persistence": "aof"}), json!({"data_persistence": "disabled"})),
        ("persistence_rdb", json!({"data_persistence": "snapshot"}), json!({"data_persistence": null})),
        ("eviction_expiry", json!({"eviction_policy": "allkeys-lru"}), json!({"eviction_policy": "noeviction"})),
        ("clustering", json!({"sharding": true}), json!({"shards_count": 1})),
        ("clustering", json!({"shards_count": 2}), json!({"sharding": false})),
        ("crdb", json!({"crdt": true}), json!({"crdt": false})),
        ("flash", json!({"bigstore": true}), json!({"bigstore_version": 2})),
        ("bigstore_version_2", json!({"bigstore": true, "bigstore_version": 2}), json!({"bigstore": true})),
        ("replica_of", json!({"replica_sync": "enabled"}), json!({"replica_sync": "disabled"})),
        ("replica_of", json!({"replica_sources": [{"uri": "redis://x"}]}), json!({"replica_sources": []})),
        ("intershard_tls", json!({"data_internode_encryption": true}), json!({"data_internode_encryption": false})),
        (
            "hash_policy",
            json!({"shard_key_regex": [{"regex": "(?<tag>.*):.*"}]}),
            json!({"shard_key_regex": [{"regex": r".*\{(?<tag>.*)\}.*"}, {"regex": "(?<tag>.*)"}]}),
        ),
    ];
    let mut asked_for: Vec<&str> = rows.iter().map(|(capability, ..)| *capability).collect();
    for (capability, asking, not) in rows {
        let all = Knowledge::builtin().capabilities().iter().map(|row| row.name.as_str());
        let others: Vec<&str> = all.filter(|name| *name != capability).collect();
        let modules = [module("a", "1.0.0", json!({"compatible_redis_version": "7.4", "capabilities": others}))];
        let refused = made(None, asking.clone(), &modules, "7.22").unwrap_err();
        assert_eq!((refused.http_status(), refused.error_code()), (406, "unsupported_module_capabilities"), "{asking}");
        let description = refused.description();
        let end = format!(", and the module `m` 1.0.0 does not have the capability `{capability}`");
        assert!(description.ends_with(&end), "{description}");
        made(None, not, &modules, "7.22").unwrap();
        made(None, asking, &[for_redis("b", "1.0.0", "7.4")], "7.22").unwrap();
    }
    asked_for.dedup();
    asked_for.sort_unstable();
    let known = Knowledge::builtin().capabilities().iter().filter(|row| !row.asked_by.is_empty());
    let mut known: Vec<&str> = known.map(|row| row.name.as_str()).collect();
    known.sort_unstable();
    assert_eq!(asked_for, known);
}

/// From Redis 8.0 on flash storage is of the second generation, which a field of the module opens, too.
#[test]
fn flash_follows_the_redis_version() {
    let flash = |more| {
        module(
            "a",
            "1.0.0",
            json!({"compatible_redis_version": "8.0", "capabilities": ["flash"], "bigstore_version_2_support": more}),
        )
    };
    let wanted = |module| made(Some("8.0"), json!({"bigstore": true}), &[module], "8.2");
    assert_eq!(
        told(wanted(flash(false))),
        "406 unsupported_module_capabilities: `bigstore_version` is 2, and the module `m` 1.0.0 does not have the capability \
         `bigstore_version_2`"
    );
    wanted(flash(true)).unwrap();
}

#[test]
fn options_are_checked() {
    let err = Options::default().set("shards_count", 0).unwrap_err();
    assert_eq!(err.to_string(), "`shards_count` is 0, which is not an integer from 1 to 512");
    let err = Options::default().set("shard_key_regex", json!(["x"])).unwrap_err();
    assert_eq!(err.to_string(), "`shard_key_regex` is [\"x\"], which is not a list of objects");
    let err = Options::default().set("replicaton", true).unwrap_err();
    assert_eq!((err.meant(), matches!(err, OptionError::Unknown { .. })), (Some("replication"), true));
    // What does not matter to modules is passed over where a whole object is read.
    let read = options(json!({"port": 12000, "replication": true, "crdt": null}));
    assert_eq!(serde_json::to_value(&read).unwrap(), json!({"replication": true}));
}

#[test]
fn a_change_must_suit_the_modules() {
    let modules =
        [module("a", "1.2.0", json!({"compatible_redis_version": "7.4", "capabilities": ["failover_migrate"]}))];
    let database = made(None, json!({"replication": true}), &modules, "7.22").unwrap();
    let changed =
        |wanted: &WantedChange| change(DatabaseRequest::ChangeV1, &database, wanted, &modules, &target("7.22"));
    let fields = |fields| WantedChange { options: options(fields), ..WantedChange::default() };
    let off = changed(&fields(json!({"replication": false, "eviction_policy": "noeviction"}))).unwrap();
    assert_eq!(off.options.get("replication"), Some(&json!(false)));
    assert_eq!(
        told(changed(&fields(json!({"data_persistence": "aof"})))),
        "406 unsupported_module_capabilities: `data_persistence` is \"aof\", and the module `m` 1.2.0 does not have the capability \
         `persistence_aof`"
    );
    let redis =
        |version: &str| changed(&WantedChange { redis_version: Some(version.into()), ..WantedChange::default() });
    assert_eq!(redis("7.4").unwrap(), database);
    assert_eq!(
        told(redis("7.2")),
        "406 invalid_schema: `redis_version` is 7.2, and the database has 7.4, which only an upgrade changes"
    );
    let list =
        |modules: Vec<WantedModule>| changed(&WantedChange { modules: Some(modules), ..WantedChange::default() });
    let args = WantedModule { args: "A 1".into(), ..WantedModule::named("m") };
    assert_eq!(list(vec![args]).unwrap().modules[0].args, "A 1");
    let other = "406 invalid_schema: `module_list` does not have the same modules as the database: it differs in";
    assert_eq!(told(list(vec![])), format!("{other} `m`"));
    assert_eq!(told(list(vec![WantedModule::named("m"), WantedModule::named("x")])), format!("{other} `x`"));
}

#[test]
fn arguments_are_those_of_a_module_that_takes_them() {
    let modules = [
        module("a", "1.2.0", json!({"compatible_redis_version": "7.4", "config_command": "M.CONFIG SET"})),
        module("b", "1.0.0", json!({"module_name": "n", "config_command": ""})),
    ];
    let mut wanted = wanted(Some("7.4"), json!({}));
    wanted.modules.push(WantedModule::named("n"));
    let database = create(DatabaseRequest::CreateV1, &wanted, &modules, &target("7.22")).unwrap();
    let with = |name: &str| configure(DatabaseRequest::Configure, &database, &[(name.into(), "X 2".into())], &modules);
    assert_eq!(with("m").unwrap().modules[0].args, "X 2");
    assert_eq!(told(with("x")), "400 module_not_exist: the database does not use the module `x`; it uses `m`, `n`");
    assert_eq!(told(with("n")), "406 module_config_unsupported: `n` 1.0.0 has no `config_command`");
}
