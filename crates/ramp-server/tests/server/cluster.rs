//! What is read before an upload.

use std::sync::Arc;

use serde_json::json;

use crate::support::{ADMIN, TestServer};

#[test]
fn settings_are_shown_and_set() {
    let server = TestServer::of("7.22");
    let cluster = server.get("/v1/cluster").ok().json();
    assert_eq!(cluster["module_upload_max_size_mb"], 40);
    assert!(cluster.get("allow_modules_upload").is_none(), "7.22 has no such setting");
    server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).is_refused(400, "invalid_schema");
    let changed = server.json("PUT", "/v1/cluster", &json!({"module_upload_max_size_mb": 50})).ok().json();
    assert_eq!(changed["module_upload_max_size_mb"], 50);
    let dry = server.json("PUT", "/v1/cluster?dry_run=true", &json!({"module_upload_max_size_mb": 60})).ok().json();
    assert_eq!(dry["module_upload_max_size_mb"], 60);
    assert_eq!(server.get("/v1/cluster").ok().json(), changed);

    let server = TestServer::of("8.2");
    assert_eq!(server.get("/v1/cluster").ok().json()["allow_modules_upload"], false);
    let changed = server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok().json();
    assert_eq!(changed["allow_modules_upload"], true);
    let directory = server.end();
    let server = TestServer::start(directory, "8.2", |_| {});
    assert_eq!(server.get("/v1/cluster").ok().json()["allow_modules_upload"], true, "it outlives the server");
}

#[test]
fn bad_settings_change_nothing() {
    let server = TestServer::of("8.2");
    let before = server.get("/v1/cluster").ok().json();
    for bad in [
        json!({"allow_modules_upload": "yes"}),
        json!({"module_upload_max_size_mb": 0}),
        json!({"module_upload_max_size_mb": 1_000_000}),
        json!({"allow_modules_upload": true, "nobody_knows": 1}),
        json!([]),
    ] {
        server.json("PUT", "/v1/cluster", &bad).is_refused(400, "invalid_schema");
    }
    server
        .request(Some(ADMIN), "PUT", "/v1/cluster", Some(("application/json", b"{".to_vec())))
        .is_refused(400, "invalid_schema");
    assert_eq!(server.get("/v1/cluster").ok().json(), before);
}

#[test]
fn nodes_are_those_of_the_target() {
    let server = TestServer::of("7.22");
    let nodes = server.get("/v1/nodes").ok().json();
    assert_eq!(nodes.as_array().unwrap().len(), 1);
    let node = &nodes[0];
    assert_eq!((&node["os_family"], &node["architecture"]), (&json!("rhel"), &json!("x86_64")));
    assert_eq!(node["software_version"], "7.22.2-179");
    let databases = json!([
        {"db_type": "redis", "major": true, "redis_version": "6.2", "version": "6.2.13"},
        {"db_type": "redis", "major": true, "redis_version": "7.2", "version": "7.2.7"},
        {"db_type": "redis", "major": true, "redis_version": "7.4", "version": "7.4.3"},
    ]);
    assert_eq!(node["supported_database_versions"], databases);
    assert_eq!(server.get("/v1/nodes/1").ok().json(), *node);
    server.get("/v1/nodes/2").is_refused(404, "node_not_exist");

    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory, "7.4.2-54", |config| {
        let target = std::mem::take(&mut config.target);
        config.target = target.with_operating_system("ubuntu22").unwrap().with_architecture("aarch64").unwrap();
    });
    let node = server.get("/v1/nodes/1").ok().json();
    assert_eq!((&node["os_family"], &node["os_semantic_version"]), (&json!("ubuntu"), &json!("22")));
    assert_eq!((&node["architecture"], &node["software_version"]), (&json!("aarch64"), &json!("7.4.2-54")));
}

#[test]
fn the_license_is_a_trial_that_does_not_end() {
    let server = TestServer::of("8.2");
    server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 0})).ok();
    let mut license = server.get("/v1/license").ok().json();
    let created = server.get("/v1/bootstrap").ok().json()["bootstrap_status"]["end_time"].clone();
    let expires = license["expiration_date"].take();
    assert!(expires.as_str().unwrap() > created.as_str().unwrap(), "{expires}");
    let expected = json!({
        "activation_date": created, "cluster_name": null, "expiration_date": null, "expired": false,
        "features": ["trial", "bigstore"], "flash_shards_in_use": 0, "flash_shards_limit": null, "key": "", "license": "",
        "owner": null, "ram_shards_in_use": 1, "ram_shards_limit": null, "shards_limit": 4,
    });
    assert_eq!(license, expected);
    let old = TestServer::of("6.4").get("/v1/license").ok().json();
    assert!(old.get("ram_shards_limit").is_none() && old["shards_limit"] == 4, "{old}");
}

#[test]
fn capabilities_are_listed_in_the_documented_words() {
    let server = TestServer::of("7.22");
    let answer = server.get("/v1/cluster/module-capabilities").ok().json();
    let first = json!({
        "name": "types",
        "desc": "module has its own types and not only operate on existing redis types",
    });
    assert_eq!(answer["all_capabilities"][0], first);
    assert_eq!(answer["all_capabilities"].as_array().unwrap().len(), 16);
}

#[test]
fn health_and_metrics_are_there() {
    let server = TestServer::of("7.22");
    assert_eq!(server.request(None, "GET", "/healthz", None).ok().json(), json!({"status": "ok"}));
    server.get("/v1/modules/a-secret-path").is_refused(404, "module_not_exist");
    let metrics = server.get("/metrics").ok();
    assert!(metrics.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    let line = "ramp_request_duration_seconds_count{method=\"GET\",route=\"/v1/modules/{uid}\",status=\"404\"} 1";
    assert!(metrics.text.lines().any(|l| l == line), "{}", metrics.text);
    assert!(!metrics.text.contains("a-secret-path"));
    server.request(None, "GET", "/metrics", None).is_refused(401, "unauthorized");
}
