//! `/v1/bdbs`, and modules that are in use.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{ADMIN, Answer, BundleBuilder, TestServer, without_action};

const OBJECTS: &str = "/v2/modules/user-defined";
const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

fn make(server: &TestServer, database: &Value) -> Answer {
    server.json("POST", "/v1/bdbs", database)
}

/// A database that uses these modules.
fn using(modules: &Value) -> Value {
    json!({"name": "test-database", "type": "redis", "memory_size": 1_073_741_824, "module_list": modules})
}

/// The object of the bundle that the fixtures build.
fn object() -> Value {
    json!({
        "module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3", "display_name": "x", "commands": [],
        "command_line_args": "", "capabilities": [], "min_redis_version": "7.2",
    })
}

fn description(answer: &Answer) -> String {
    answer.json()["description"].as_str().unwrap().to_owned()
}

#[test]
fn a_database_is_made_shown_and_deleted() {
    for release in ["7.22", "8.0"] {
        let server = TestServer::of(release);
        assert_eq!(server.get("/v1/bdbs").ok().json(), json!([]));
        // The example of the documentation, and what scripts send beside.
        let mut asked = json!({"name": "test-database", "type": "redis", "memory_size": 1_073_741_824});
        let made = without_action(make(&server, &asked).ok().json());
        let (redis_version, version) = if release == "7.22" { ("7.4", "7.4.3") } else { ("8.6", "8.6.2") };
        let expected = json!({
            "uid": 1, "name": "test-database", "type": "redis", "memory_size": 1_073_741_824, "module_list": [],
            "status": "active", "redis_version": redis_version, "version": version, "replication": false,
            "data_persistence": "disabled", "sharding": false, "shards_count": 1, "shard_key_regex": [], "crdt": false,
            "bigstore": false, "replica_sync": "disabled", "replica_sources": [], "data_internode_encryption": false,
        });
        assert_eq!(made, expected);
        for (field, value) in [
            ("port", json!(12000)),
            ("replication", json!(false)),
            ("sharding", json!(true)),
            ("shards_count", json!(2)),
            ("shard_key_regex", json!([{"regex": ".*\\{(?<tag>.*)\\}.*"}, {"regex": "(?<tag>.*)"}])),
            ("authentication_redis_pass", json!("a-secret")),
            ("module_list", json!(null)),
            ("uid", json!(null)),
        ] {
            asked[field] = value;
        }
        let second = make(&server, &asked).ok();
        assert!(!second.text.contains("secret"), "{second:?}");
        let second = without_action(second.json());
        assert_eq!(server.get("/v1/bdbs/2").ok().json(), second);
        assert_eq!(server.get("/v1/bdbs").ok().json(), json!([made, second]));
        let few = server.get("/v1/bdbs?fields=uid,name,port").ok().json();
        assert_eq!(few[0], json!({"uid": 1, "name": "test-database"}));
        assert_eq!(server.get("/v1/bdbs/2?fields=status").ok().json(), json!({"status": "active"}));
        assert_eq!(server.delete("/v1/bdbs/1").ok().text, "");
        for uid in ["1", "0", "-1", "x", "4294967296"] {
            server.get(&format!("/v1/bdbs/{uid}")).is_refused(404, "db_not_exist");
            server.delete(&format!("/v1/bdbs/{uid}")).is_refused(404, "db_not_exist");
        }
        let server = TestServer::start(server.end(), release, |_| {});
        assert_eq!(server.get("/v1/bdbs").ok().json(), json!([second]), "it outlives the server");
        assert_eq!(make(&server, &asked).ok().json()["uid"], 3);
    }
}

#[test]
fn databases_that_cannot_be_are_refused() {
    let server = TestServer::of("7.22");
    let good = using(&json!([]));
    let with = |field: &str, value: Value| {
        let mut database = good.clone();
        database[field] = value;
        database
    };
    make(&server, &with("name", json!(null))).is_refused(406, "missing_db_name");
    make(&server, &json!({"memory_size": 1})).is_refused(406, "missing_db_name");
    make(&server, &json!({"name": "x"})).is_refused(406, "missing_memory_size");
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("name", json!("x".repeat(300))),
        ("name", json!(7)),
        ("memory_size", json!(-1)),
        ("memory_size", json!("1gb")),
        ("memory_size", json!(1.5)),
        ("uid", json!(0)),
        ("uid", json!("1")),
        ("uid", json!(2_147_483_648_u64)),
        ("type", json!("mysql")),
        ("type", json!(1)),
        ("module_list", json!({})),
        ("module_list", json!(["search"])),
        ("module_list", json!([{"name": "search"}])),
        ("module_list", json!([{"module_name": "m", "module_args": ["x"]}])),
        ("module_list", json!([{"module_name": "m", "module_args": "a & b"}])),
        ("module_list", json!([{"module_name": "m", "module_args": "x".repeat(5000)}])),
        ("module_list", json!([{"module_name": "m", "module_id": 7}])),
        ("module_list", json!([{"module_name": "m"}, {"module_name": "m"}])),
        ("module_list", json!([{"module_id": "m"}])),
        ("redis_version", json!(7.4)),
        ("replication", json!("yes")),
        ("shards_count", json!(0)),
        ("data_persistence", json!("rdb")),
        ("shard_key_regex", json!(["x"])),
    ] {
        let answer = make(&server, &with(field, value.clone()));
        answer.is_refused(406, "invalid_schema");
        assert!(description(&answer).contains(field), "{answer:?}");
    }
    for body in ["", "[]", "{", "null", "\"x\""] {
        let body = Some(("application/json", body.as_bytes().to_vec()));
        server.request(Some(ADMIN), "POST", "/v1/bdbs", body).is_refused(406, "invalid_schema");
    }
    assert!(server.json("POST", "/v1/bdbs?dry_run", &good).ok().json().get("uid").is_none());
    let module = json!([{"module_name": "search", "module_args": ""}]);
    let mut memcached = using(&module);
    memcached["type"] = json!("memcached");
    make(&server, &memcached).is_refused(406, "memcached_cannot_use_modules");
    assert_eq!(server.get("/v1/bdbs").ok().json(), json!([]));
    assert_eq!(make(&server, &with("type", json!("memcached"))).ok().json()["type"], "memcached");
    assert_eq!(make(&server, &with("uid", json!(7))).ok().json()["uid"], 7);
    make(&server, &with("uid", json!(7))).is_refused(409, "uid_exists");
    assert_eq!(make(&server, &good).ok().json()["uid"], 8);
}

/// What a request says of what matters to modules is what is read back, of whatever kind the database is.
#[test]
fn what_was_asked_for_is_read_back() {
    let server = TestServer::of("7.22");
    let asked = json!({
        "replication": true, "data_persistence": "aof", "eviction_policy": "allkeys-lru", "sharding": true,
        "shards_count": 2, "shard_key_regex": [{"regex": "x"}], "crdt": true, "bigstore": true, "bigstore_version": 2,
        "replica_sync": "enabled", "replica_sources": [{}], "data_internode_encryption": true,
    });
    let known = ramp_core::knowledge::Knowledge::builtin().database_fields();
    assert!(known.iter().all(|field| asked.get(&field.name).is_some()), "each of them is asked for");
    for kind in ["redis", "memcached"] {
        let mut database = json!({"name": "x", "type": kind, "memory_size": 1});
        database.as_object_mut().unwrap().extend(asked.as_object().unwrap().clone());
        let uid = make(&server, &database).ok().json()["uid"].clone();
        let shown = server.get(&format!("/v1/bdbs/{uid}")).ok().json();
        for (field, value) in asked.as_object().unwrap() {
            assert_eq!(&shown[field], value, "{kind}: {field}");
        }
        assert_eq!(server.get("/v1/bdbs").ok().json().as_array().unwrap().last(), Some(&shown));
    }
    // What is kept of one that has no flash has been asked for all the same.
    let made = make(&server, &json!({"name": "x", "memory_size": 1, "bigstore_version": 2})).ok().json();
    assert_eq!(made["bigstore_version"], 2);
}

#[test]
fn there_are_only_so_many_databases() {
    let server =
        TestServer::start(Arc::new(tempfile::tempdir().unwrap()), "7.22", |config| config.limits.max_databases = 2);
    let database = json!({"name": "x", "memory_size": 1});
    for _ in 0..2 {
        make(&server, &database).ok();
    }
    for (path, body) in
        [("/v1/bdbs", &database), ("/v2/bdbs", &json!({"bdb": database})), ("/v1/bdbs?dry_run", &database)]
    {
        let refused = server.json("POST", path, body);
        refused.is_refused(406, "too_many_databases");
        assert_eq!(
            description(&refused),
            "this server keeps 2 databases, and has as many: delete one that is not needed"
        );
    }
    assert_eq!(server.get("/v1/bdbs").ok().json().as_array().unwrap().len(), 2);
    server.request(Some(ADMIN), "DELETE", "/v1/bdbs/1", None).ok();
    make(&server, &database).ok();
}

#[test]
fn a_module_is_meant_by_its_name_version_or_uid() {
    let server = TestServer::of("7.22");
    let upload = |version: i64, semantic: &str| {
        let bundle = BundleBuilder::good().set("version", version).set("semantic_version", semantic);
        server.upload("/v2/modules", bundle).ok().json()["uid"].as_str().unwrap().to_owned()
    };
    let (old, new) = (upload(10203, "1.2.3"), upload(11000, "1.10.0"));
    server.upload("/v2/modules", BundleBuilder::good().set("module_name", "other")).ok();
    let used = |module: &Value| make(&server, &using(&json!([module]))).ok().json()["module_list"].clone();
    let name = "testmodule";
    let expected = |uid: &str, version: &str, args: &str| json!([{"module_id": uid, "module_name": name, "semantic_version": version, "module_args": args}]);
    assert_eq!(used(&json!({"module_name": name})), expected(&new, "1.10.0", ""), "the highest, by number");
    let module = json!({"module_name": name, "semantic_version": "1.2.3", "module_args": "A 1"});
    assert_eq!(used(&module), expected(&old, "1.2.3", "A 1"));
    let module = json!({"module_name": name, "module_id": old, "module_args": null});
    assert_eq!(used(&module), expected(&old, "1.2.3", ""));
    // All that is said must be so.
    for missing in [
        json!({"module_name": "search"}),
        json!({"module_name": "TestModule"}),
        json!({"module_name": name, "semantic_version": "1.2.4"}),
        json!({"module_name": name, "module_id": "0123"}),
        json!({"module_name": name, "module_id": old, "semantic_version": "1.10.0"}),
    ] {
        // One that is there helps none that is not.
        let both = json!([{"module_name": "other"}, missing]);
        make(&server, &using(&both)).is_refused(406, "missing_module");
        let answer = make(&server, &using(&json!([missing])));
        answer.is_refused(406, "missing_module");
        let told = description(&answer).contains(&format!("it has 1.2.3 (`module_id` {old}), 1.10.0"));
        assert_eq!(told, missing["module_name"] == name, "{answer:?}");
    }
    assert_eq!(server.get("/v1/bdbs").ok().json().as_array().unwrap().len(), 3);

    // Documented since 7.4.2: before, a name alone is not enough.
    let server = TestServer::of("7.2");
    server.upload("/v2/modules", BundleBuilder::good().set("operating_systems", json!(["rhel8"]))).ok();
    make(&server, &using(&json!([{"module_name": name}]))).is_refused(406, "invalid_schema");
    make(&server, &using(&json!([{"module_name": name, "semantic_version": "1.2.3"}]))).ok();
}

#[test]
fn a_module_in_use_is_not_deleted() {
    for path in ["/v1/modules", "/v2/modules"] {
        let server = TestServer::of("7.22");
        let uid = server.upload("/v2/modules", BundleBuilder::good()).ok().json()["uid"].as_str().unwrap().to_owned();
        let module = format!("{path}/{uid}");
        let database = using(&json!([{"module_name": "testmodule"}]));
        make(&server, &database).ok();
        let actions = || server.get("/v1/actions").ok().json()["actions"].clone();
        let before = actions();
        let answer = server.delete(&module);
        answer.is_refused(406, "module_in_use");
        assert!(description(&answer).contains("in use by database 1;"), "{answer:?}");
        for _ in 0..11 {
            make(&server, &database).ok();
        }
        let answer = server.delete(&module);
        answer.is_refused(406, "module_in_use");
        assert!(description(&answer).contains("databases 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more;"), "{answer:?}");
        assert_eq!(server.get(&format!("/v1/modules/{uid}")).ok().json()["uid"], *uid);
        assert_eq!((server.files("blobs").len(), actions()), (1, before));
        for uid in 1..=12 {
            server.delete(&module).is_refused(406, "module_in_use");
            server.delete(&format!("/v1/bdbs/{uid}")).ok();
        }
        server.delete(&module).ok();
        assert_eq!(server.files("blobs"), Vec::<String>::new());
        make(&server, &database).is_refused(406, "missing_module");
    }
}

#[test]
fn an_object_and_its_artifact_in_use_are_not_deleted() {
    for release in ["8.0", "8.2"] {
        let server = TestServer::of(release);
        if release == "8.2" {
            server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok();
        }
        let mut database = using(&json!([{"module_name": "testmodule"}]));
        // What the object is for, by its `min_redis_version`.
        database["redis_version"] = json!("7.4");
        make(&server, &database).is_refused(406, "missing_module");
        server.upload(ARTIFACTS, BundleBuilder::good()).ok();
        make(&server, &database).is_refused(406, "missing_module");
        let artifact = format!("{ARTIFACTS}/testmodule/10203");
        server.delete(&artifact).ok();
        let uid = server.json("POST", OBJECTS, &object()).ok().json()["uid"].as_str().unwrap().to_owned();
        let object = format!("{OBJECTS}/{uid}");
        // An object alone is a module of which the node has no file.
        let answer = make(&server, &database);
        answer.is_refused(406, "missing_module");
        assert!(description(&answer).contains("artifact of `testmodule` is not on this node"), "{answer:?}");
        server.upload(ARTIFACTS, BundleBuilder::good()).ok();
        server.upload(ARTIFACTS, BundleBuilder::good().set("version", 5)).ok();
        let made = make(&server, &database).ok().json();
        assert_eq!(made["module_list"][0]["module_id"], *uid);
        if release == "8.2" {
            // What is uploaded already can be used and deleted as before.
            server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": false})).ok();
        }

        server.delete(&object).is_refused(406, "module_in_use");
        server.delete(&artifact).is_refused(406, "module_in_use");
        server.delete(&format!("{ARTIFACTS}/testmodule/5")).ok();
        server.delete(&format!("{ARTIFACTS}/testmodule/6")).is_refused(404, "module_delete_failed");
        assert_eq!(server.get(OBJECTS).ok().json().as_array().unwrap().len(), 1);
        assert_eq!(server.get(ARTIFACTS).ok().json().as_array().unwrap().len(), 1);
        assert_eq!(server.files("blobs").len(), 1);
        server.delete(&format!("/v1/bdbs/{}", made["uid"])).ok();
        server.delete(&artifact).ok();
        make(&server, &database).is_refused(406, "missing_module");
        server.delete(&object).ok();
        assert_eq!(server.files("blobs"), Vec::<String>::new());
    }
}

/// Whoever makes databases while others delete the module is told one thing or the other, and it is so.
/// However it is named, a database has one build of a module.
#[test]
fn a_module_is_named_once() {
    let server = TestServer::of("7.4");
    let upload = |semantic: &str, version: u32| {
        let bundle = BundleBuilder::good().set("semantic_version", semantic).set("version", version);
        server.upload("/v2/modules", bundle).ok().json()["uid"].as_str().unwrap().to_owned()
    };
    let (one, other) = (upload("1.2.3", 10203), upload("1.3.0", 10300));
    for list in [
        json!([{"module_id": one}, {"module_id": one}]),
        json!([{"module_id": one}, {"module_name": "testmodule", "module_id": one}]),
        json!([{"module_id": one}, {"module_name": "testmodule", "module_id": other}]),
    ] {
        for path in ["/v1/bdbs", "/v1/bdbs?dry_run"] {
            let refused = server.json("POST", path, &using(&list));
            refused.is_refused(406, "invalid_schema");
            assert_eq!(description(&refused), "`module_list` has `testmodule` twice");
        }
    }
    assert_eq!(server.get("/v1/bdbs").ok().json(), json!([]));
}

/// What a database keeps, and how long it takes to judge it, is bounded.
#[test]
fn what_is_too_much_is_refused() {
    let server = TestServer::of("7.22");
    let uid = server.upload("/v2/modules", BundleBuilder::good()).ok().json()["uid"].as_str().unwrap().to_owned();
    let many: Vec<Value> = (0..101).map(|number| json!({"module_name": number.to_string()})).collect();
    let told = |answer: &Answer, code: &str| {
        answer.is_refused(if answer.status == 400 { 400 } else { 406 }, code);
        description(answer)
    };
    let refused = make(&server, &using(&json!(many)));
    assert_eq!(told(&refused, "invalid_schema"), "`module_list` has 101 modules, and 100 are taken");
    let mut database = using(&json!([{"module_name": "testmodule"}]));
    database["shard_key_regex"] = json!([{"regex": "x".repeat(16 << 10)}]);
    assert_eq!(told(&make(&server, &database), "invalid_schema"), "`shard_key_regex` is longer than 16384 bytes");
    database["shard_key_regex"] = json!([]);
    make(&server, &database).ok();
    let steps =
        |args: &str| json!({"modules": [{"module_name": "testmodule", "new_module": uid, "new_module_args": args}]});
    let upgrade = |body: &Value| server.json("POST", "/v1/bdbs/1/modules/upgrade", body);
    let refused = upgrade(&steps(&"y".repeat(4097)));
    assert_eq!(told(&refused, "invalid_schema"), "`modules[0].new_module_args` is longer than 4096 bytes");
    upgrade(&steps(&"y".repeat(4096))).ok();
    let all = vec![json!({"module_name": "testmodule", "new_module": uid, "module_args": ""}); 101];
    let refused = upgrade(&json!({"modules": all}));
    assert_eq!(told(&refused, "invalid_schema"), "`modules` has 101 modules, and 100 are taken");
    let configure = |body: &Value| server.json("POST", "/v1/bdbs/1/modules/config", body);
    assert_eq!(
        told(&configure(&json!({"modules": all})), "param_error"),
        "`modules` has 101 modules, and 100 are taken"
    );
    let long = json!({"modules": [{"module_name": "testmodule", "module_args": "y".repeat(4097)}]});
    assert_eq!(told(&configure(&long), "param_error"), "`modules[0].module_args` is longer than 4096 bytes");
}

#[test]
fn a_module_is_used_or_deleted_and_never_both() {
    let server = TestServer::of("7.22");
    let database = using(&json!([{"module_name": "testmodule"}]));
    for _ in 0..5 {
        let uid = server.upload("/v2/modules", BundleBuilder::good()).ok().json()["uid"].as_str().unwrap().to_owned();
        let module = format!("/v2/modules/{uid}");
        let statuses: Vec<(bool, u16)> = std::thread::scope(|scope| {
            let ask = |makes: bool| if makes { make(&server, &database) } else { server.delete(&module) };
            let asking: Vec<_> =
                (0..8).map(|number| scope.spawn(move || (number % 2 == 0, ask(number % 2 == 0).status))).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).collect()
        });
        let databases = server.get("/v1/bdbs").ok().json().as_array().unwrap().clone();
        let made = statuses.iter().filter(|status| **status == (true, 200)).count();
        let deleted = statuses.iter().filter(|status| **status == (false, 200)).count();
        assert_eq!((databases.len(), deleted), (made, usize::from(made == 0)), "{statuses:?}");
        let there = server.get("/v1/modules").ok().json().as_array().unwrap().len();
        assert_eq!(there, usize::from(made > 0), "{statuses:?}");
        for database in databases {
            server.delete(&format!("/v1/bdbs/{}", database["uid"])).ok();
        }
        if made > 0 {
            server.delete(&module).ok();
        }
    }
}
