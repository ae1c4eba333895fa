//! `/v2/actions`, and the actions of a database.

use serde_json::{Value, json};

use crate::support::{ADMIN, BundleBuilder, TestServer};

#[test]
fn the_newer_endpoint_tells_more() {
    let server = TestServer::of("7.22");
    let uploaded = server.upload("/v2/modules", BundleBuilder::good()).ok().json();
    let uid = uploaded["action_uid"].as_str().unwrap();
    let action = server.get(&format!("/v2/actions/{uid}")).ok().json();
    let began = action["creation_time"].as_u64().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert!((now - 600..=now).contains(&began), "{action}");
    let expected = json!({
        "action_type": "task", "action_uid": uid, "creation_time": began, "name": "module_installation",
        "additional_info": {"object_type": "module", "object_uid": uploaded["uid"]},
        "progress": 100.0, "status": "completed",
    });
    assert_eq!(action, expected);
    assert_eq!(server.get("/v2/actions").ok().json(), json!([action]));
    server.get("/v2/actions/none").is_refused(404, "action_not_exist");
    // It came with 7.22.
    let server = TestServer::of("7.8");
    server.get("/v2/actions").is_refused(404, "not_found");
    server.get("/v2/actions/x").is_refused(404, "not_found");
}

/// What is done with a database is the state machine that the documentation has of it, and is among those of that database.
#[test]
fn what_is_done_with_a_database_can_be_followed() {
    for release in ["6.2", "7.22", "8.2"] {
        let server = TestServer::of(release);
        let send = |method: &str, path: &str, body: &Value| server.json(method, path, body).ok().json();
        let made = json!({"name": "db", "memory_size": 0});
        let other = send("POST", "/v1/bdbs", &made);
        let mut all = vec![machine(&server, &other, "SMCreateBDB")];
        let mut own = Vec::new();
        for (method, path, body, name) in [
            ("POST", "/v2/bdbs", json!({"bdb": made}), "SMCreateBDB"),
            ("PUT", "/v1/bdbs/2", json!({"name": "other"}), "SMUpdateBDB"),
            ("PUT", "/v2/bdbs/2", json!({"bdb": {}}), "SMUpdateBDB"),
            ("POST", "/v1/bdbs/2/upgrade", json!({}), "SMUpgradeBDB"),
        ] {
            // A dry run has none, and changes nothing of what is listed.
            let tried = send(method, &format!("{path}?dry_run"), &body);
            assert_eq!((tried.get("action_uid"), tried["status"].as_str()), (None, Some("active")));
            own.insert(0, machine(&server, &send(method, path, &body), name));
            all.insert(0, own[0].clone());
            assert_eq!(server.get("/v1/actions").ok().json(), json!({"actions": [], "state-machines": all}));
        }
        assert_eq!(server.get("/v1/actions/bdb/2").ok().json(), json!(own));
        assert_eq!(server.get("/v1/actions/bdb/1").ok().json(), json!([all[4]]));
        assert_eq!(server.get("/v1/bdbs/2").ok().json().get("action_uid"), None, "it is over");
    }
}

/// The action that an answer of a database names, by that name.
fn machine(server: &TestServer, answer: &Value, name: &str) -> Value {
    let action = server.get(&format!("/v1/actions/{}", answer["action_uid"].as_str().unwrap())).ok().json();
    let expected = json!({
        "action_uid": answer["action_uid"], "heartbeat": action["heartbeat"], "name": name,
        "object_name": format!("bdb:{}", answer["uid"]), "progress": 100.0, "status": "completed",
    });
    assert_eq!(action, expected);
    assert!(action["heartbeat"].is_u64());
    action
}

#[test]
fn the_newer_endpoint_tells_of_databases_too() {
    let server = TestServer::of("7.22");
    let made = server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 0})).ok().json();
    let action_uid = made["action_uid"].as_str().unwrap();
    let action = server.get(&format!("/v2/actions/{action_uid}")).ok().json();
    let expected = json!({
        "action_type": "state-machine", "action_uid": action_uid, "creation_time": action["creation_time"], "name": "SMCreateBDB",
        "additional_info": {"object_type": "bdb", "object_uid": "1"}, "progress": 100.0, "status": "completed",
    });
    assert_eq!(action, expected);
    let uploaded = server.upload("/v2/modules", BundleBuilder::good()).ok().json();
    let of_module = server.get(&format!("/v2/actions/{}", uploaded["action_uid"].as_str().unwrap())).ok().json();
    assert_eq!(server.get("/v2/actions").ok().json(), json!([of_module, action]));
}

/// What is refused has no action, nor has what is not there.
#[test]
fn what_is_not_done_has_none() {
    let server = TestServer::of("8.2");
    server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 0})).ok();
    let before = server.get("/v1/actions/bdb/1").ok().json();
    server.json("POST", "/v1/bdbs", &json!({"uid": 1, "name": "db", "memory_size": 0})).is_refused(409, "uid_exists");
    server.json("PUT", "/v1/bdbs/1", &json!({"name": ""})).is_refused(406, "invalid_schema");
    server.json("POST", "/v1/bdbs/1/upgrade", &json!({"redis_version": "9.9"})).is_refused(400, "upgrade_bdb_failed");
    assert_eq!(server.get("/v1/actions/bdb/1").ok().json(), before);
    for uid in ["2", "x", "-1"] {
        server.get(&format!("/v1/actions/bdb/{uid}")).is_refused(404, "db_not_exist");
    }
}

/// A number in a path has digits alone: what is written otherwise names nothing.
#[test]
fn a_number_in_a_path_is_digits() {
    let server = TestServer::of("8.0");
    server.json("POST", "/v1/bdbs", &json!({"name": "x", "memory_size": 1})).ok();
    let missing = |method: &str, path: &str, status: u16, code: &str| {
        server.request(Some(ADMIN), method, path, None).is_refused(status, code);
    };
    for one in ["+1", "%2B1", "1.0", "-1", "%201"] {
        missing("GET", &format!("/v1/bdbs/{one}"), 404, "db_not_exist");
        missing("DELETE", &format!("/v1/bdbs/{one}"), 404, "db_not_exist");
        missing("GET", &format!("/v1/nodes/{one}"), 404, "node_not_exist");
        missing("GET", &format!("/v1/users/{one}"), 404, "user_not_exist");
        missing("DELETE", &format!("/v1/users/{one}"), 406, "user_not_exist");
        missing("GET", &format!("/v1/actions/bdb/{one}"), 404, "db_not_exist");
    }
    server.upload("/v2/local/modules/user-defined/artifacts", BundleBuilder::good()).ok();
    missing("DELETE", "/v2/local/modules/user-defined/artifacts/testmodule/+10203", 404, "module_delete_failed");
    for path in ["/v1/bdbs/1", "/v1/nodes/1", "/v1/users/1", "/v1/actions/bdb/1"] {
        server.get(path).ok();
    }
}
