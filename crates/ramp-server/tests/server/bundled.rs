//! The modules that come with the cluster.

use serde_json::{Value, json};

use crate::support::{BundleBuilder, TestServer};

fn list(server: &TestServer) -> Vec<Value> {
    server.get("/v1/modules").ok().json().as_array().unwrap().clone()
}

/// Name and version of the modules that are bundled, in the order of the list.
fn names(server: &TestServer) -> Vec<String> {
    let named = |module: &Value| {
        format!("{} {}", module["module_name"].as_str().unwrap(), module["semantic_version"].as_str().unwrap())
    };
    list(server).iter().filter(|module| module["is_bundled"] == true).map(named).collect()
}

fn uid_of(server: &TestServer, name: &str, semantic_version: &str) -> String {
    let modules = list(server);
    let is_it = |module: &&Value| module["module_name"] == name && module["semantic_version"] == semantic_version;
    modules.iter().find(is_it).unwrap()["uid"].as_str().unwrap().to_owned()
}

fn with_version(name: &str, semantic_version: &str, version: i64) -> BundleBuilder {
    BundleBuilder::good().set("module_name", name).set("semantic_version", semantic_version).set("version", version)
}

#[test]
fn they_are_listed_shown_and_the_same_after_a_start() {
    let server = TestServer::with_bundled("7.22");
    let expected = [
        "ReJSON 2.4.13",
        "ReJSON 2.6.17",
        "ReJSON 2.8.10",
        "bf 2.4.15",
        "bf 2.6.18",
        "bf 2.8.7",
        "search 2.6.29",
        "search 2.8.26",
        "search 2.10.17",
        "timeseries 1.8.18",
        "timeseries 1.10.18",
        "timeseries 1.12.7",
    ];
    assert_eq!(names(&server), expected);
    let before = list(&server);
    assert_eq!(before.len(), expected.len());
    let search = &before[8];
    let uid = search["uid"].as_str().unwrap();
    assert_eq!(server.get(&format!("/v1/modules/{uid}")).ok().json(), *search);
    assert_eq!(server.get(&format!("/v1/modules/{uid}?fields=uid")).ok().json(), json!({"uid": uid}));
    assert_eq!(search["platforms"], json!({"rhel9/x86_64": {"dependencies": {}, "sha256": ""}}));
    assert_eq!(
        (&search["compatible_redis_version"], &search["config_command"]),
        (&json!("7.4"), &json!("_FT.CONFIG SET"))
    );
    assert!(search["capabilities"].as_array().unwrap().contains(&json!("crdb")));
    let directory = server.end();
    let server = TestServer::start(directory, "7.22", |config| config.without_bundled = false);
    assert_eq!(list(&server), before);
}

#[test]
fn each_release_has_its_own_and_a_server_can_be_without() {
    let some = |release, module| names(&TestServer::with_bundled(release)).contains(&String::from(module));
    assert!(some("7.4", "graph 2.10.15") && some("7.4", "redisgears_2 2.0.20"));
    assert!(some("8.2.0-46", "search 8.6.0") && !some("8.2.0-46", "search 8.8.0") && some("8.2.6-58", "search 8.8.0"));
    assert_eq!(list(&TestServer::of("7.22")), Vec::<Value>::new());
}

#[test]
fn a_database_uses_the_one_for_its_redis_version_and_keeps_it() {
    let mut server = TestServer::with_bundled("7.22");
    let wanted = |redis: Option<&str>| json!({"name": "db", "memory_size": 0, "redis_version": redis, "module_list": [{"module_name": "search", "semantic_version": null}]});
    for (redis, expected) in [(None, "2.10.17"), (Some("7.2"), "2.8.26"), (Some("6.2"), "2.6.29")] {
        let made = server.json("POST", "/v1/bdbs", &wanted(redis)).ok().json();
        assert_eq!(made["module_list"][0]["semantic_version"], expected, "{redis:?}");
    }
    // On to a newer Redis, with the module for that.
    let newer = uid_of(&server, "search", "2.10.17");
    let after = json!({"redis_version": "7.4", "modules": [{"module_name": "search", "new_module": newer}]});
    server.json("POST", "/v1/bdbs/2/upgrade", &after).ok();
    let version =
        |server: &TestServer| server.get("/v1/bdbs/2").ok().json()["module_list"][0]["semantic_version"].clone();
    assert_eq!(version(&server), "2.10.17");
    server.json("PUT", "/v1/bdbs/3", &json!({"name": "other"})).ok();
    // A later release has other modules; and a server can be without. What is used stays, and nothing else does.
    let used = ["search 2.10.17", "search 2.6.29"];
    for (release, without) in [("8.2", true), ("8.2", false), ("8.2", true)] {
        server = TestServer::start(server.end(), release, |config| config.without_bundled = without);
        assert_eq!(version(&server), "2.10.17");
        let there = names(&server);
        assert!(
            used.iter().all(|name| there.contains(&(*name).to_owned())) && (there.len() == 2) == without,
            "{there:?}"
        );
        server.json("PUT", "/v1/bdbs/2", &json!({"name": "other"})).ok();
    }
    assert_eq!(
        server.get("/v1/bdbs/2").ok().json()["module_list"][0]["module_id"],
        uid_of(&server, "search", "2.10.17")
    );
    for database in [1, 2, 3] {
        server.delete(&format!("/v1/bdbs/{database}")).ok();
    }
    let server = TestServer::start(server.end(), "8.2", |config| config.without_bundled = true);
    assert_eq!(list(&server), Vec::<Value>::new());
}

/// Of releases that gave a module up.
#[test]
fn a_module_that_a_release_gave_up_stays_while_a_database_uses_it() {
    let server = TestServer::with_bundled("7.4");
    let wanted =
        json!({"name": "g", "memory_size": 0, "redis_version": "6.2", "module_list": [{"module_name": "graph"}]});
    server.json("POST", "/v1/bdbs", &wanted).ok();
    let server = TestServer::start(server.end(), "8.2", |config| config.without_bundled = false);
    let uid = uid_of(&server, "graph", "2.10.15");
    assert_eq!(server.get("/v1/bdbs/1").ok().json()["module_list"][0]["module_id"], uid);
    server.delete("/v1/bdbs/1").ok();
    let server = TestServer::start(server.end(), "8.2", |config| config.without_bundled = false);
    assert!(!names(&server).contains(&"graph 2.10.15".to_owned()));
}

#[test]
fn they_are_not_deleted() {
    let server = TestServer::with_bundled("7.22");
    let uid = uid_of(&server, "bf", "2.8.7");
    for path in [format!("/v1/modules/{uid}"), format!("/v2/modules/{uid}")] {
        server.delete(&path).is_refused(406, "module_delete_failed");
    }
    let server = TestServer::with_bundled("8.2");
    let uid = uid_of(&server, "bf", "8.4.0");
    server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok();
    server.delete(&format!("/v2/modules/user-defined/{uid}")).is_refused(406, "module_delete_failed");
    assert_eq!(uid_of(&server, "bf", "8.4.0"), uid);
}

#[test]
fn what_is_uploaded_stands_beside_them_but_not_in_their_place() {
    let server = TestServer::with_bundled("7.22");
    for systems in [json!(["rhel9"]), json!(["rhel9", "ubuntu22"]), json!(["ubuntu22"])] {
        let same = with_version("search", "2.10.17", 21017).set("operating_systems", systems);
        server.upload("/v2/modules", same.clone()).is_refused(400, "module_exists");
        // It is told before, too.
        let told = server.upload("/ramp/v1/validate", same).ok().json();
        assert_eq!(told["answer"]["error_code"], "module_exists", "{told}");
    }
    server.upload("/v2/modules", with_version("search", "2.10.18", 21018)).ok();
    let modules = list(&server);
    let uploaded = modules.iter().find(|module| module["semantic_version"] == "2.10.18").unwrap();
    assert_eq!((modules.len(), &uploaded["is_bundled"]), (13, &json!(false)));
    server.delete(&format!("/v2/modules/{}", uploaded["uid"].as_str().unwrap())).ok();
    assert_eq!(list(&server).len(), 12);

    let server = TestServer::with_bundled("8.0");
    let object = json!({
        "module_name": "bf", "version": 80200, "semantic_version": "8.2.0", "display_name": "b", "commands": [],
        "command_line_args": "", "capabilities": [], "min_redis_version": "8.2",
    });
    server.json("POST", "/v2/modules/user-defined", &object).is_refused(406, "module_exists");
    let artifacts = "/v2/local/modules/user-defined/artifacts";
    server.upload(artifacts, with_version("bf", "8.2.0", 80200)).is_refused(406, "module_exists");
}

/// A cluster of an older release, to which that version was uploaded before a release brought it.
#[test]
fn what_was_uploaded_before_stays_what_it_was() {
    let server = TestServer::with_bundled("7.4");
    server.upload("/v2/modules", with_version("search", "2.10.17", 21017)).ok();
    let server = TestServer::start(server.end(), "7.22", |config| config.without_bundled = false);
    let modules = list(&server);
    let search: Vec<&Value> = modules.iter().filter(|module| module["version"] == 21017).collect();
    assert_eq!((search.len(), &search[0]["is_bundled"]), (1, &json!(false)));
    server.delete(&format!("/v2/modules/{}", search[0]["uid"].as_str().unwrap())).ok();
}
