//! Databases by their Redis version and by what they ask for; changed, upgraded, with their modules.

use serde_json::{Value, json};

use crate::support::{Answer, BundleBuilder, TestServer, without_action};

/// A database with `testmodule`, and more fields.
fn database(more: &Value) -> Value {
    let mut database = json!({"name": "db", "memory_size": 0, "module_list": [{"module_name": "testmodule"}]});
    for (name, value) in more.as_object().unwrap() {
        database[name] = value.clone();
    }
    database
}

fn make(server: &TestServer, more: &Value) -> Answer {
    server.json("POST", "/v1/bdbs", &database(more))
}

/// Uploads the fixture in this version, for that Redis.
fn upload(server: &TestServer, semantic: &str, redis: &str) -> String {
    upload_with(server, semantic, |bundle| bundle.set("compatible_redis_version", redis))
}

fn upload_with(server: &TestServer, semantic: &str, set: impl Fn(BundleBuilder) -> BundleBuilder) -> String {
    let parts: Vec<i64> = semantic.split('.').map(|part| part.parse().unwrap()).collect();
    let bundle = BundleBuilder::good().set("semantic_version", semantic);
    let bundle = bundle.set("version", parts[0] * 10000 + parts[1] * 100 + parts[2]);
    server.upload("/v2/modules", set(bundle)).ok().json()["uid"].as_str().unwrap().to_owned()
}

fn told(answer: &Answer) -> String {
    answer.json()["description"].as_str().unwrap().to_owned()
}

/// What a database has: its Redis, and the versions of its modules.
fn has(database: &Value) -> (String, String) {
    let redis = database["redis_version"].as_str().unwrap().to_owned();
    (redis, database["module_list"][0]["semantic_version"].as_str().unwrap().to_owned())
}

#[test]
fn a_database_has_a_redis_version_and_gets_the_module_for_it() {
    let server = TestServer::of("7.22");
    upload(&server, "1.2.3", "7.2");
    upload(&server, "1.10.0", "7.4");
    upload(&server, "1.9.0", "7.4");
    let made = |more: &Value| has(&make(&server, more).ok().json());
    assert_eq!(
        made(&json!({})),
        ("7.4".into(), "1.10.0".into()),
        "the release's default, and the highest version for it"
    );
    assert_eq!(made(&json!({"redis_version": "7.2"})), ("7.2".into(), "1.2.3".into()));
    assert_eq!(server.get("/v1/bdbs/2?fields=version").ok().json(), json!({"version": "7.2.7"}));
    let answer = make(&server, &json!({"redis_version": "8.0"}));
    answer.is_refused(406, "invalid_version");
    assert_eq!(told(&answer), "the cluster has no Redis 8.0; it has 6.2, 7.2, 7.4");
    let answer = make(&server, &json!({"redis_version": "6.2"}));
    answer.is_refused(406, "missing_module");
    assert!(
        told(&answer).starts_with("no version of `testmodule` is for Redis 6.2: 1.2.3 is for Redis 7.2 only"),
        "{answer:?}"
    );
}

#[test]
fn capabilities_must_suit_what_a_database_asks_for() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let asked = json!({"replication": true, "data_persistence": "aof", "replica_sync": "enabled"});
    let made = make(&server, &asked).ok().json();
    for (field, value) in asked.as_object().unwrap() {
        assert_eq!(made[field], *value);
    }
    for (path, bdb) in [("/v1/bdbs", false), ("/v2/bdbs", true)] {
        for asked in [json!({"crdt": true}), json!({"bigstore": true}), json!({"shards_count": 2})] {
            let body = if bdb { json!({"bdb": database(&asked)}) } else { database(&asked) };
            let answer = server.json("POST", path, &body);
            answer.is_refused(406, "unsupported_module_capabilities");
            assert!(told(&answer).contains("the module `testmodule` 1.2.3 does not have the capability"), "{answer:?}");
        }
    }
    assert_eq!(server.get("/v1/bdbs").ok().json().as_array().unwrap().len(), 1);
}

#[test]
fn a_dry_run_makes_nothing() {
    let server = TestServer::of("7.22");
    upload(&server, "1.2.3", "7.4");
    for path in ["/v1/bdbs?dry_run", "/v1/bdbs?dry_run=true"] {
        let tried = server.json("POST", path, &database(&json!({"uid": 7}))).ok().json();
        assert_eq!((&tried["uid"], &tried["module_list"][0]["semantic_version"]), (&json!(7), &json!("1.2.3")));
    }
    assert_eq!(server.get("/v1/bdbs").ok().json(), json!([]));
    make(&server, &json!({"uid": 7})).ok();
    server.json("POST", "/v1/bdbs?dry_run", &database(&json!({"uid": 7}))).is_refused(409, "uid_exists");
    let changed = server.json("PUT", "/v1/bdbs/7?dry_run", &json!({"name": "other"})).ok().json();
    assert_eq!(changed["name"], "other");
    assert_eq!(server.get("/v1/bdbs/7").ok().json()["name"], "db");
    assert_eq!(server.json("POST", "/v1/bdbs?dry_run=false", &database(&json!({}))).ok().json()["uid"], 8);
}

/// Nothing is done that was asked for as a dry run, where there is none.
#[test]
fn what_has_no_dry_run_refuses_one() {
    let server = TestServer::of("7.22");
    upload(&server, "1.2.3", "7.4");
    let newer = upload(&server, "1.3.0", "7.4");
    let older = json!([{"module_name": "testmodule", "semantic_version": "1.2.3"}]);
    make(&server, &json!({"module_list": older})).ok();
    let before = server.get("/v1/bdbs").ok().json();
    let step = json!({"modules": [{"module_name": "testmodule", "new_module": newer}]});
    for path in ["/v1/bdbs/1/modules/upgrade?dry_run=true", "/v1/modules/upgrade/bdb/1?dry_run"] {
        server.json("POST", path, &step).is_refused(400, "dry_run_unsupported");
    }
    server.delete("/v1/bdbs/1?dry_run=1").is_refused(400, "dry_run_unsupported");
    server.delete(&format!("/v2/modules/{newer}?dry_run")).is_refused(400, "dry_run_unsupported");
    assert_eq!(server.get("/v1/bdbs").ok().json(), before);
    assert_eq!(server.get("/v1/modules").ok().json().as_array().unwrap().len(), 2);
    server.delete("/v1/bdbs/1?dry_run=false").ok();
    assert_eq!(server.get("/v1/bdbs").ok().json(), json!([]));
}

#[test]
fn a_second_version_of_the_endpoint_has_the_database_under_bdb() {
    let server = TestServer::of("7.22");
    upload(&server, "1.2.3", "7.4");
    let body = json!({"bdb": database(&json!({})), "recovery_plan": {"original_bdb_shards": []}});
    let made = server.json("POST", "/v2/bdbs", &body).ok().json();
    assert_eq!(server.get("/v1/bdbs/1").ok().json(), without_action(made));
    for body in [database(&json!({})), json!({"bdb": []}), json!([])] {
        let answer = server.json("POST", "/v2/bdbs", &body);
        answer.is_refused(406, "invalid_schema");
        assert!(told(&answer).starts_with("the body has no object `bdb`: "), "{answer:?}");
    }
    let named = |field: &str| {
        let mut database = database(&json!({}));
        database.as_object_mut().unwrap().remove(field);
        server.json("POST", "/v2/bdbs", &json!({"bdb": database}))
    };
    named("name").is_refused(406, "missing_db_name");
    named("memory_size").is_refused(406, "missing_memory_size");
    let with = |more: &Value| server.json("POST", "/v2/bdbs", &json!({"bdb": database(more)}));
    with(&json!({"module_list": [{"module_name": "x"}]})).is_refused(406, "missing_module");
    with(&json!({"redis_version": "9.0"})).is_refused(406, "invalid_version");
    with(&json!({"type": "memcached"})).is_refused(406, "memcached_cannot_use_modules");
    with(&json!({"uid": 1})).is_refused(409, "uid_exists");
}

#[test]
fn a_database_is_changed() {
    for (path, is_v2) in [("/v1/bdbs", false), ("/v2/bdbs", true)] {
        let server = TestServer::of("7.22");
        let uid = upload_with(&server, "1.2.3", |bundle| bundle.set("capabilities", json!(["failover_migrate"])));
        make(&server, &json!({"replication": true})).ok();
        let put = |body: Value| {
            let body = if is_v2 { json!({"bdb": body}) } else { body };
            server.json("PUT", &format!("{path}/1"), &body)
        };
        let changed = put(json!({"name": "x", "memory_size": 5, "replication": false, "port": 12000})).ok().json();
        assert_eq!((&changed["name"], &changed["memory_size"]), (&json!("x"), &json!(5)));
        assert_eq!((&changed["replication"], &changed["module_list"][0]["module_id"]), (&json!(false), &json!(uid)));
        assert_eq!(server.get("/v1/bdbs/1").ok().json(), without_action(changed));
        let answer = put(json!({"data_persistence": "aof"}));
        answer.is_refused(406, "unsupported_module_capabilities");
        assert!(
            told(&answer).starts_with("`data_persistence` is \"aof\", and the module `testmodule` 1.2.3"),
            "{answer:?}"
        );
        // Arguments are changed here from 7.4 on; modules and Redis are not.
        let args = json!([{"module_name": "testmodule", "module_args": "A 1"}]);
        assert_eq!(put(json!({"module_list": args})).ok().json()["module_list"][0]["module_args"], "A 1");
        for body in [json!({"module_list": []}), json!({"redis_version": "7.2"}), json!({"name": ""})] {
            put(body).is_refused(406, "invalid_schema");
        }
        put(json!({"redis_version": "7.4"})).ok();
        let body = if is_v2 { json!({"bdb": {}}) } else { json!({}) };
        for uid in ["2", "x", "-1"] {
            server.json("PUT", &format!("{path}/{uid}"), &body).is_refused(404, "db_not_exist");
        }
    }
}

#[test]
fn a_database_is_upgraded_with_its_modules() {
    let server = TestServer::of("7.22");
    let old = upload(&server, "1.2.3", "7.2");
    make(&server, &json!({"redis_version": "7.2"})).ok();
    let upgrade = |question: &str, body: &Value| server.json("POST", &format!("/v1/bdbs/1/upgrade{question}"), body);
    let answer = upgrade("", &json!({"redis_version": "7.4"}));
    answer.is_refused(400, "upgrade_bdb_failed");
    assert_eq!(told(&answer), "`testmodule` 1.2.3 is for Redis 7.2 only, not for 7.4");
    upgrade("", &json!({"redis_version": "9.9"})).is_refused(400, "upgrade_bdb_failed");
    upgrade("", &json!({"redis_version": "6.2"})).is_refused(400, "upgrade_bdb_failed");
    let new = upload(&server, "1.3.0", "7.4");
    let tried = upgrade("?dry_run=true", &json!({"redis_version": "7.4"})).ok().json();
    assert_eq!(has(&tried), ("7.4".into(), "1.3.0".into()));
    assert_eq!(has(&server.get("/v1/bdbs/1").ok().json()), ("7.2".into(), "1.2.3".into()), "it was only tried");
    let upgraded = upgrade("", &json!({"redis_version": "7.4", "preserve_roles": true})).ok().json();
    assert_eq!((has(&upgraded), upgraded["version"].as_str()), (("7.4".into(), "1.3.0".into()), Some("7.4.3")));
    assert_eq!(server.get("/v1/bdbs/1").ok().json(), without_action(upgraded));
    // The old build is free, the new one is not.
    server.delete(&format!("/v2/modules/{new}")).is_refused(406, "module_in_use");
    server.delete(&format!("/v2/modules/{old}")).ok();

    // Without a body, to the newest; with the module named.
    upload(&server, "1.1.0", "7.2");
    make(&server, &json!({"redis_version": "7.2"})).ok();
    assert_eq!(
        server.request(Some(crate::support::ADMIN), "POST", "/v1/bdbs/2/upgrade", None).ok().json()["redis_version"],
        "7.4"
    );
    let lower = upload(&server, "1.0.0", "7.4");
    let named = json!({"redis_version": "7.4", "modules": [{"current_module": new, "new_module": lower}]});
    upgrade("", &named).is_refused(406, "module_downgrade_unsupported");
    upgrade("", &json!({"modules": [{"current_module": new, "new_module": "0123"}]})).is_refused(400, "missing_module");
    let less = upload_with(&server, "1.4.0", |bundle| bundle.set("capabilities", json!([])));
    server.json("PUT", "/v1/bdbs/1", &json!({"replication": true})).ok();
    let named = json!({"modules": [{"current_module": new, "new_module": less, "new_module_args": ["A", "1"]}]});
    upgrade("", &named).is_refused(406, "unsupported_module_capabilities");
    for body in [json!([]), json!({"redis_version": 7.4}), json!({"modules": {}}), json!({"keep_redis_version": 1})] {
        upgrade("", &body).is_refused(400, "invalid_schema");
    }
    for path in ["/v1/bdbs/9/upgrade", "/v1/bdbs/x/upgrade"] {
        server.json("POST", path, &json!({})).is_refused(404, "db_not_exist");
    }
}

#[test]
fn a_module_of_a_database_is_upgraded() {
    for path in ["/v1/bdbs/1/modules/upgrade", "/v1/modules/upgrade/bdb/1"] {
        let server = TestServer::of("7.22");
        let old = upload(&server, "1.2.3", "7.4");
        make(&server, &json!({"replication": true})).ok();
        let new = upload(&server, "1.3.0", "7.4");
        let step = |current: Value, new: &str| {
            server.json("POST", path, &json!({"modules": [{"current_module": current, "new_module": new}]}))
        };
        let named = json!({"modules": [{"module_name": "testmodule", "current_semantic_version": "1.2.3", "new_module": new,
            "new_module_args": "A 1"}], "preserve_roles": true});
        let upgraded = server.json("POST", path, &named).ok().json();
        let expected =
            json!({"module_id": new, "module_name": "testmodule", "semantic_version": "1.3.0", "module_args": "A 1"});
        assert_eq!(upgraded["module_list"], json!([expected]));
        step(json!(new), &old).is_refused(406, "module_downgrade_unsupported");
        step(json!(new), "0123").is_refused(400, "missing_module");
        step(json!("0123"), &old).is_refused(400, "missing_module");
        let other = upload(&server, "1.4.0", "7.2");
        let answer = step(json!(new), &other);
        answer.is_refused(406, "redis_incompatible_version");
        assert_eq!(told(&answer), "`testmodule` 1.4.0 is for Redis 7.2 only, and the database has Redis 7.4.3");
        let less = upload_with(&server, "1.5.0", |bundle| bundle.set("capabilities", json!([])));
        step(json!(new), &less).is_refused(406, "unsupported_module_capabilities");
        for body in
            [json!({}), json!({"modules": []}), json!({"modules": [{}]}), json!({"modules": [{"current_module": new}]})]
        {
            server.json("POST", path, &body).is_refused(400, "invalid_schema");
        }
        let elsewhere = path.replace("bdbs/1", "bdbs/2").replace("bdb/1", "bdb/2");
        server.json("POST", &elsewhere, &named).is_refused(404, "db_not_exist");
    }
    // From 8.0 on, the second path is gone.
    let path = "/v1/modules/upgrade/bdb/1";
    TestServer::of("8.0").json("POST", path, &json!({})).is_refused(404, "not_found");
}

/// What is uploaded to a newer cluster may be in the catalogue of an older one.
#[test]
fn a_module_for_a_newer_cluster_is_refused() {
    let server = TestServer::of("7.22");
    let old = upload(&server, "1.2.3", "7.4");
    make(&server, &json!({})).ok();
    let new = upload_with(&server, "1.3.0", |bundle| bundle.set("min_redis_pack_version", "7.22.2"));
    let server = TestServer::start(server.end(), "7.22.0-95", |_| {});
    for path in ["/v1/bdbs/1/modules/upgrade", "/v1/modules/upgrade/bdb/1"] {
        let answer = server.json("POST", path, &json!({"modules": [{"current_module": old, "new_module": new}]}));
        answer.is_refused(406, "redis_pack_incompatible_version");
        assert_eq!(told(&answer), "`testmodule` 1.3.0 needs Redis Enterprise 7.22.2, the cluster is 7.22.0-95");
    }
}

#[test]
fn arguments_of_a_module_are_changed() {
    for path in ["/v1/bdbs/1/modules/config", "/v1/modules/config/bdb/1"] {
        let server = TestServer::of("7.22");
        upload_with(&server, "1.2.3", |bundle| bundle.set("config_command", "TEST.CONFIG SET"));
        server.upload("/v2/modules", BundleBuilder::good().set("module_name", "fixed")).ok();
        let both = json!([{"module_name": "testmodule"}, {"module_name": "fixed"}]);
        make(&server, &json!({"module_list": both})).ok();
        let configure = |modules: Value| server.json("POST", path, &json!({"modules": modules}));
        assert_eq!(configure(json!([{"module_name": "testmodule", "module_args": "A 1"}])).ok().text, "");
        assert_eq!(server.get("/v1/bdbs/1").ok().json()["module_list"][0]["module_args"], "A 1");
        configure(json!([{"module_name": "x", "module_args": ""}])).is_refused(400, "module_not_exist");
        configure(json!([{"module_name": "fixed", "module_args": ""}])).is_refused(406, "module_config_unsupported");
        configure(json!([{"module_name": "testmodule"}])).is_refused(400, "missing_field");
        configure(json!([{"module_args": ""}])).is_refused(400, "missing_field");
        server.json("POST", path, &json!({})).is_refused(400, "missing_field");
        configure(json!([{"module_name": "testmodule", "module_args": "a & b"}])).is_refused(400, "param_error");
        configure(json!([{"module_name": "testmodule", "module_args": 5}])).is_refused(400, "param_error");
        server.json("POST", path, &json!([])).is_refused(400, "invalid_schema");
        configure(json!({})).is_refused(400, "invalid_schema");
        let elsewhere = path.replace("bdbs/1", "bdbs/2").replace("bdb/1", "bdb/2");
        server.json("POST", &elsewhere, &json!({"modules": []})).is_refused(404, "db_not_exist");
        assert_eq!(server.get("/v1/bdbs/1").ok().json()["module_list"][0]["module_args"], "A 1", "all or nothing");
    }
}

/// An upgrade to a module of which the node has no file.
#[test]
fn an_upgrade_wants_the_artifact_on_the_node() {
    let server = TestServer::of("8.0");
    let object = |version: i64, semantic: &str| {
        json!({"module_name": "testmodule", "version": version, "semantic_version": semantic, "display_name": "x", "commands": [],
            "command_line_args": "", "capabilities": [], "min_redis_version": "7.2", "compatible_redis_version": "7.4"})
    };
    let (objects, artifacts) = ("/v2/modules/user-defined", "/v2/local/modules/user-defined/artifacts");
    let define =
        |version, semantic| server.json("POST", objects, &object(version, semantic)).ok().json()["uid"].clone();
    let old = define(10203, "1.2.3");
    server.upload(artifacts, BundleBuilder::good()).ok();
    make(&server, &json!({"redis_version": "7.4"})).ok();
    let new = define(10300, "1.3.0");
    for (path, body) in [
        ("/v1/bdbs/1/upgrade", json!({"redis_version": "7.4"})),
        ("/v1/bdbs/1/upgrade?dry_run", json!({"redis_version": "7.4"})),
        ("/v1/bdbs/1/modules/upgrade", json!({"modules": [{"current_module": old, "new_module": new}]})),
    ] {
        let answer = server.json("POST", path, &body);
        answer.is_refused(400, "missing_module");
        assert!(told(&answer).contains("artifact of `testmodule` is not on this node"), "{answer:?}");
    }
    let next = BundleBuilder::good().set("version", 10300).set("semantic_version", "1.3.0");
    server.upload(artifacts, next).ok();
    let upgraded = server.json("POST", "/v1/bdbs/1/upgrade", &json!({"redis_version": "7.4"})).ok().json();
    assert_eq!(upgraded["module_list"][0]["module_id"], new);
}

/// How older releases took modules.
#[test]
fn older_releases_take_uids_alone() {
    let of = |release: &str| {
        let server = TestServer::of(release);
        let systems = json!(["rhel8"]);
        let bundle = BundleBuilder::good().set("operating_systems", systems).set("min_redis_version", "6.0");
        let bundle = bundle.set("min_redis_pack_version", "6.0");
        let uid = server.upload("/v2/modules", bundle).ok().json()["uid"].clone();
        let with = |list: Value, args: Value| {
            server.json("POST", "/v1/bdbs", &database(&json!({"module_list": list, "module_list_args": args})))
        };
        let alone = with(json!([{"module_id": uid}]), Value::Null);
        let list = with(json!([uid]), json!(["PARTITIONS AUTO"]));
        (alone, list)
    };
    for release in ["6.2", "7.2"] {
        let (alone, list) = of(release);
        assert_eq!(alone.ok().json()["module_list"][0]["module_name"], "testmodule");
        assert_eq!(list.ok().json()["module_list"][0]["module_args"], "PARTITIONS AUTO");
    }
    let (alone, list) = of("7.4");
    alone.ok();
    list.is_refused(406, "invalid_schema");
    let (alone, list) = of("7.22");
    alone.is_refused(406, "invalid_schema");
    list.is_refused(406, "invalid_schema");
}

/// Whoever changes a database while another does loses nothing of theirs.
#[test]
fn changes_side_by_side_are_all_made() {
    let server = TestServer::of("7.22");
    make(&server, &json!({"module_list": []})).ok();
    let fields = [
        json!({"name": "other"}),
        json!({"memory_size": 77}),
        json!({"replication": true}),
        json!({"data_persistence": "aof"}),
        json!({"shards_count": 4}),
        json!({"eviction_policy": "noeviction"}),
    ];
    std::thread::scope(|scope| {
        for body in &fields {
            scope.spawn(|| server.json("PUT", "/v1/bdbs/1", body).ok());
        }
    });
    let database = server.get("/v1/bdbs/1").ok().json();
    for (name, value) in fields.iter().flat_map(|body| body.as_object().unwrap()) {
        assert_eq!(database[name], *value, "{database}");
    }
}

/// Passwords are in the addresses of sources.
#[test]
fn sources_of_replicas_are_not_kept() {
    let server = TestServer::of("7.22");
    let sources = json!([{"uri": "redis://:a-secret@elsewhere:6379"}]);
    let made = server.json("POST", "/v1/bdbs", &database(&json!({"module_list": [], "replica_sources": sources}))).ok();
    assert!(!made.text.contains("secret") && made.json()["replica_sources"] == json!([{}]), "{made:?}");
}
