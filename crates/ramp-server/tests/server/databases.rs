//! `/v1/bdbs`, and modules that are in use.

use serde_json::{Value, json};

use crate::support::{ADMIN, Answer, BundleBuilder, TestServer};

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
        let made = make(&server, &asked).ok().json();
        let expected = json!({
            "uid": 1, "name": "test-database", "type": "redis", "memory_size": 1_073_741_824, "module_list": [],
            "status": "active",
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
        assert_eq!(server.get("/v1/bdbs/2").ok().json(), second.json());
        assert_eq!(server.get("/v1/bdbs").ok().json(), json!([made, second.json()]));
        let few = server.get("/v1/bdbs?fields=uid,name,port").ok().json();
        assert_eq!(few[0], json!({"uid": 1, "name": "test-database"}));
        assert_eq!(server.get("/v1/bdbs/2?fields=status").ok().json(), json!({"status": "active"}));
        assert_eq!(server.delete("/v1/bdbs/1").ok().text, "");
        for uid in ["1", "0", "-1", "x", "4294967296"] {
            server.get(&format!("/v1/bdbs/{uid}")).is_refused(404, "db_not_exist");
            server.delete(&format!("/v1/bdbs/{uid}")).is_refused(404, "db_not_exist");
        }
        let server = TestServer::start(server.end(), release, |_| {});
        assert_eq!(server.get("/v1/bdbs").ok().json(), json!([second.json()]), "it outlives the server");
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
    ] {
        let answer = make(&server, &with(field, value.clone()));
        answer.is_refused(406, "invalid_schema");
        assert!(description(&answer).contains(field), "{answer:?}");
    }
    for body in ["", "[]", "{", "null", "\"x\""] {
        let body = Some(("application/json", body.as_bytes().to_vec()));
        server.request(Some(ADMIN), "POST", "/v1/bdbs", body).is_refused(406, "invalid_schema");
    }
    server.json("POST", "/v1/bdbs?dry_run", &good).is_refused(406, "invalid_schema");
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
        let actions = server.get("/v1/actions").ok().json();
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
        assert_eq!((server.files("blobs").len(), server.get("/v1/actions").ok().json()), (1, actions));
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
        let database = using(&json!([{"module_name": "testmodule"}]));
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
