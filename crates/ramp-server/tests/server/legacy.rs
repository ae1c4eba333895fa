//! v1 and v2, as they are up to 7.22.

use serde_json::{Value, json};

use crate::support::{BundleBuilder, TestServer};

fn good() -> BundleBuilder {
    BundleBuilder::good()
}

#[test]
fn a_module_is_uploaded_listed_and_deleted() {
    for path in ["/v1/modules", "/v2/modules"] {
        let server = TestServer::of("7.22");
        assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
        let uploaded = server.upload(path, good()).ok().json();
        let uid = uploaded["uid"].as_str().unwrap();
        assert_eq!(uid.len(), 32);
        assert_eq!(uploaded.get("action_uid").is_some(), path == "/v2/modules", "{uploaded}");

        let mut object = server.get(&format!("/v1/modules/{uid}")).ok().json();
        assert_eq!(server.get("/v1/modules").ok().json(), json!([object]));
        assert_eq!(object["module_name"], "testmodule");
        assert_eq!(object["version"], 10203);
        assert_eq!(object["is_bundled"], false);
        object["action_uid"] = uploaded.get("action_uid").cloned().unwrap_or(Value::Null);
        assert!(uploaded.as_object().unwrap().iter().all(|(key, value)| object[key] == *value));

        assert_eq!(server.files("blobs").len(), 1);
        server.delete(&format!("{path}/{uid}")).ok();
        assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
        assert_eq!(server.files("blobs"), Vec::<String>::new());
        assert_eq!(server.files("incoming"), Vec::<String>::new());
        server.upload(path, good()).ok();
    }
}

#[test]
fn the_object_has_the_fields_of_the_release() {
    // Release, fields that it has, fields that it has not.
    let table = [
        ("6.2", vec!["architecture", "os", "os_list", "min_redis_pack_version"], vec!["platforms", "capability_name"]),
        ("7.2", vec!["architecture", "os_list", "capability_name"], vec!["platforms", "crdb"]),
        ("7.4", vec!["platforms", "crdb", "sha256"], vec!["architecture", "os_list", "compatible_redis_version"]),
        ("7.8", vec!["platforms", "compatible_redis_version"], vec!["bigstore_version_2_support"]),
        ("7.22", vec!["platforms", "bigstore_version_2_support", "min_redis_pack_version"], vec!["commands"]),
    ];
    for (release, has, has_not) in table {
        let server = TestServer::of(release);
        // 6.2 takes a bundle for a system that it runs on only.
        let bundle = good().set("min_redis_pack_version", "6.0").set("operating_systems", json!(["rhel8"]));
        let object = server.upload("/v2/modules", bundle).ok().json();
        for field in has {
            assert!(object.get(field).is_some(), "{release} {field}: {object}");
        }
        for field in has_not {
            assert!(object.get(field).is_none(), "{release} {field}: {object}");
        }
    }
}

#[test]
fn every_documented_code_is_answered() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", good()).ok();
    let dependency = BundleBuilder::with_dependency().set("version", 10204);
    let table: [(&str, Vec<u8>, &str); 7] = [
        ("invalid_module", b"no zip".to_vec(), "the bundle is not a zip"),
        ("invalid_module", good().without("version").build(), "no version"),
        ("invalid_module", Vec::new(), "an empty file"),
        ("module_exists", good().build(), "the same again"),
        ("min_redis_pack_version", good().set("version", 2).set("min_redis_pack_version", "99").build(), "newer"),
        ("os_not_supported", good().set("version", 2).set("operating_systems", json!(["debian12"])).build(), "Debian"),
        ("invalid_dependency_data", good().set("version", 2).set("dependencies", json!(["x"])).build(), "a list"),
    ];
    for path in ["/v1/modules", "/v2/modules"] {
        for (code, bundle, what) in &table {
            let answer = server.upload(path, bundle.clone());
            assert_eq!(answer.refusal(), (400, (*code).to_owned()), "{path} {what}: {answer:?}");
        }
    }
    server.upload("/v1/modules", dependency.clone()).is_refused(400, "dependencies_not_supported");
    server.upload("/v2/modules", dependency).ok();
    assert_eq!(server.files("blobs").len(), 2);
    assert_eq!(server.files("incoming"), Vec::<String>::new());
}

#[test]
fn a_required_capability_is_demanded() {
    let directory = std::sync::Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory, "7.22", |config| {
        config.target = config.target.clone().with_required_capabilities(vec!["eviction_expiry".to_owned()]);
    });
    server.upload("/v2/modules", good()).is_refused(400, "unsupported_module_capabilities");
}

#[test]
fn documented_words_and_what_is_wrong_are_both_there() {
    let server = TestServer::of("7.22");
    let answer = server.upload("/v2/modules", good().set("architecture", "i386"));
    answer.is_refused(400, "invalid_module");
    let body = answer.json();
    assert_eq!(body["message"], "Module either corrupted or packaged files are wrong");
    assert!(body["description"].as_str().unwrap().starts_with("module_architecture_not_supported"), "{body}");
}

#[test]
fn another_platform_is_added_to_the_module() {
    let server = TestServer::of("7.22");
    let build = |os: &[&str]| good().set("operating_systems", json!(os));
    let first = server.upload("/v2/modules", build(&["rhel8"])).ok().json();
    let second = server.upload("/v2/modules", build(&["rhel8", "rhel9"])).ok().json();
    assert_eq!(first["uid"], second["uid"]);
    let platforms = server.get("/v1/modules").json()[0]["platforms"].clone();
    assert_eq!(platforms.as_object().unwrap().keys().collect::<Vec<_>>(), ["rhel8/x86_64", "rhel9/x86_64"]);
    assert_eq!(platforms["rhel9/x86_64"]["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(server.files("blobs").len(), 2);

    server.upload("/v2/modules", build(&["rhel9"])).is_refused(400, "module_exists");
    // A bundle that says no system is for all of them.
    server.upload("/v2/modules", good().without("operating_systems")).is_refused(400, "module_exists");
    server.delete(&format!("/v2/modules/{}", server.only_module())).ok();
    assert_eq!(server.files("blobs"), Vec::<String>::new());
    server.upload("/v2/modules", good().without("operating_systems")).ok();
    server.upload("/v2/modules", build(&["rhel9"])).is_refused(400, "module_exists");
}

#[test]
fn actions_are_there_to_be_asked_for() {
    let server = TestServer::of("7.22");
    let uploaded = server.upload("/v2/modules", good()).ok().json();
    let action_uid = uploaded["action_uid"].as_str().unwrap();
    let action = server.get(&format!("/v1/actions/{action_uid}")).ok().json();
    let expected = json!({
        "action_uid": action_uid,
        "module_uid": uploaded["uid"],
        "name": "module_installation",
        "progress": "100",
        "status": "completed",
        "task_id": action_uid,
    });
    assert_eq!(action, expected);
    let deleted = server.delete(&format!("/v2/modules/{}", uploaded["uid"].as_str().unwrap())).ok().json();
    let deletion = server.get(&format!("/v1/actions/{}", deleted["action_uid"].as_str().unwrap())).ok().json();
    assert_eq!(deletion["status"], "completed");
    assert_eq!(server.get("/v1/actions").ok().json(), json!({"actions": [deletion, action], "state-machines": []}));
    server.get("/v1/actions/none").is_refused(404, "action_not_exist");
}

#[test]
fn a_module_is_shown_by_the_fields_that_are_asked_for() {
    let server = TestServer::of("7.22");
    let uid = server.upload("/v2/modules", good()).ok().json()["uid"].clone();
    let path = format!("/v1/modules/{}", uid.as_str().unwrap());
    let few = json!({"uid": uid, "module_name": "testmodule"});
    assert_eq!(server.get("/v1/modules?fields=uid,%20module_name,nothing").ok().json(), json!([few]));
    assert_eq!(server.get(&format!("{path}?fields=module_name,uid")).ok().json(), few);
    assert_eq!(server.get(&format!("{path}?fields=")).ok().json(), json!({}));
    assert_eq!(server.get("/v1/modules?other=1").ok().json(), json!([server.get(&path).ok().json()]));
}

#[test]
fn what_is_not_there_is_told() {
    let server = TestServer::of("7.22");
    server.get("/v1/modules/0123").is_refused(404, "module_not_exist");
    server.delete("/v1/modules/0123").is_refused(404, "module_delete_failed");
    server.delete("/v2/modules/0123").is_refused(404, "module_delete_failed");
    server.get("/v1/crdbs").is_refused(404, "not_found");
    server.get("/v2/modules").is_refused(405, "method_not_allowed");
    server.json("PUT", "/v1/modules", &json!({})).is_refused(405, "method_not_allowed");
}

#[test]
fn v1_deletes_no_module_with_dependencies() {
    let server = TestServer::of("7.22");
    let uploaded = server.upload("/v2/modules", BundleBuilder::with_dependency()).ok().json();
    assert!(uploaded["dependencies"]["data"]["url"].is_string(), "{uploaded}");
    let uid = uploaded["uid"].as_str().unwrap();
    server.delete(&format!("/v1/modules/{uid}")).is_refused(406, "dependencies_not_supported");
    server.delete(&format!("/v2/modules/{uid}")).ok();
}

#[test]
fn a_module_that_is_too_big_is_refused() {
    let server = TestServer::of("7.22");
    server.json("PUT", "/v1/cluster", &json!({"module_upload_max_size_mb": 1})).ok();
    let big = BundleBuilder::of_module(ramp_fixtures::synthetic::module(2 << 20));
    let answer = server.upload("/v2/modules", big.clone());
    answer.is_refused(400, "invalid_module");
    server.json("PUT", "/v1/cluster", &json!({"module_upload_max_size_mb": 3})).ok();
    server.upload("/v2/modules", big).ok();
}

/// The unpacker takes any name; here none is ever a path, so that they do no harm. A gate is there to refuse them.
#[test]
fn names_that_would_be_paths_are_names() {
    let server = TestServer::of("7.22");
    let names = ["../../etc", "a/b", "a\\b", "..", ".", "a\u{0}b", "a\nb", "\u{7f}", &"x".repeat(300)];
    for name in names {
        let module = server.upload("/v2/modules", good().set("module_name", name)).ok().json();
        assert_eq!(module["module_name"], name);
        let shown = server.get(&format!("/v1/modules/{}", module["uid"].as_str().unwrap())).ok().json();
        assert_eq!(shown["module_name"], name);
        server.upload("/v2/modules", good().set("module_name", name)).is_refused(400, "module_exists");
    }
    assert_eq!(server.files("blobs").len(), names.len());
    for module in server.get("/v1/modules").ok().json().as_array().unwrap() {
        server.delete(&format!("/v2/modules/{}", module["uid"].as_str().unwrap())).ok();
    }
    assert_eq!(server.files("blobs"), Vec::<String>::new());
    assert_eq!(server.files(""), TestServer::of("7.22").files(""), "nothing is anywhere else");
    let long = good().set("description", "x".repeat(10 << 20));
    server.upload("/v2/modules", long).is_refused(422, "not_evaluated");
}

/// What does not pass is refused with the code that fits; what the cluster would refuse, as it does.
#[test]
fn a_gate_is_enforced() {
    let gated = |release: &str| {
        TestServer::start(std::sync::Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, |config| {
            config.gate = Some(ramp_core::Policy::strict());
        })
    };
    let damaged = || good().set("sha256", "0".repeat(64));
    let server = gated("7.22");
    server.upload("/v2/modules", damaged()).is_refused(400, "invalid_module");
    let newer = ramp_fixtures::elf::ElfBuilder::module().need("libc.so.6", "GLIBC_2.99", &["future"]).build();
    server.upload("/v2/modules", good().module(newer)).is_refused(400, "os_not_supported");
    server.upload("/v2/modules", good().set("architecture", "sparc")).is_refused(400, "invalid_module");
    server.upload("/v2/modules", good()).ok();
    server.upload("/v2/modules", good()).is_refused(400, "module_exists");
    let server = gated("8.0");
    server.upload("/v2/local/modules/user-defined/artifacts", damaged()).is_refused(406, "invalid_module");
    // Without one a server answers as the cluster does.
    TestServer::of("7.22").upload("/v2/modules", damaged()).ok();
}

#[test]
fn of_many_uploads_of_the_same_exactly_one_wins() {
    let server = TestServer::of("7.22");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let uploads: Vec<_> = (0..12).map(|_| scope.spawn(|| server.upload("/v2/modules", good()).status)).collect();
        uploads.into_iter().map(|upload| upload.join().unwrap()).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|status| [200, 400].contains(status)), "{answers:?}");
    assert_eq!(server.files("blobs").len(), 1);
    assert_eq!(server.files("incoming"), Vec::<String>::new());
}
