//! The user-defined endpoints, as they are from 8.0 on.

use serde_json::{Value, json};

use crate::support::{ADMIN, BundleBuilder, TestServer};

const OBJECTS: &str = "/v2/modules/user-defined";
const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

pub(crate) fn object() -> Value {
    json!({
        "module_name": "TestModule",
        "version": 1,
        "semantic_version": "0.0.1",
        "display_name": "test module",
        "commands": [{
            "command_arity": -1, "command_name": "json.arrtrim", "first_key": 1, "flags": ["write"], "last_key": 1,
            "step": 1,
        }],
        "command_line_args": "",
        "capabilities": ["list", "of", "capabilities"],
        "min_redis_version": "2.1",
    })
}

/// A bundle that 8.x takes.
fn bundle() -> BundleBuilder {
    BundleBuilder::good()
}

/// A server of 8.2 that was told to take uploads.
fn open() -> TestServer {
    let server = TestServer::of("8.2");
    server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok();
    server
}

#[test]
fn the_old_endpoints_are_gone() {
    for release in ["8.0", "8.2"] {
        let server = TestServer::of(release);
        for path in ["/v1/modules", "/v2/modules"] {
            server.upload(path, bundle()).is_refused(405, "method_not_allowed");
            server.delete(&format!("{path}/0123")).is_refused(405, "method_not_allowed");
        }
        assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
        server.get("/v1/modules/0123").is_refused(404, "module_not_exist");
    }
    let server = TestServer::of("7.22");
    server.json("POST", OBJECTS, &object()).is_refused(405, "method_not_allowed");
    server.upload(ARTIFACTS, bundle()).is_refused(404, "not_found");
}

#[test]
fn uploads_are_off_in_a_fresh_8_2() {
    let server = TestServer::of("8.2");
    server.json("POST", OBJECTS, &object()).is_refused(403, "modules_upload_disabled");
    server.upload(ARTIFACTS, bundle()).is_refused(403, "modules_upload_disabled");
    assert_eq!(server.get(ARTIFACTS).ok().json(), json!([]));
    server.delete(&format!("{OBJECTS}/0123")).is_refused(404, "module_delete_failed");
    server.json("PUT", "/v1/cluster", &json!({"allow_modules_upload": true})).ok();
    server.json("POST", OBJECTS, &object()).ok();
    server.upload(ARTIFACTS, bundle()).ok();

    let server = TestServer::of("8.0");
    server.json("POST", OBJECTS, &object()).ok();
}

/// An object is read as `module.json` is, which is what people send: what the unpacker takes is not refused for its spelling.
#[test]
fn an_object_is_read_as_the_unpacker_reads_metadata() {
    let server = open();
    let text = object().to_string();
    for (name, from, to) in [("NaN", "\"display_name\"", "\"x\":NaN,\"display_name\""), ("a mark", "{", "\u{feff}{")] {
        let body = text.replacen(from, to, 1).replace("TestModule", &format!("m{}", name.len()));
        let answer = server.request(Some(ADMIN), "POST", OBJECTS, Some(("application/json", body.into())));
        assert_eq!(answer.status, 200, "{name}: {answer:?}");
    }
    assert_eq!(server.get("/v1/modules").ok().json().as_array().map(Vec::len), Some(2));
    for body in ["", "{", "[1]", "a=b"] {
        let answer = server.request(Some(ADMIN), "POST", OBJECTS, Some(("application/json", body.into())));
        answer.is_refused(406, "invalid_module");
    }
    let answer = server.upload(OBJECTS, bundle());
    answer.is_refused(406, "invalid_module");
    assert!(answer.text.contains("the body is a form; this takes an object in JSON, and bundles go to"), "{answer:?}");
}

#[test]
fn an_object_is_made_listed_and_deleted() {
    let server = open();
    let made = server.json("POST", OBJECTS, &object()).ok().json();
    let uid = made["uid"].as_str().unwrap();
    assert_eq!(uid.len(), 32);
    assert_eq!(made["module_name"], "TestModule");
    for gone in ["platforms", "min_redis_pack_version", "commands"] {
        assert!(made.get(gone).is_none(), "{gone}: {made}");
    }
    assert_eq!(server.get("/v1/modules").ok().json(), json!([made]));
    assert_eq!(server.get(OBJECTS).ok().json(), json!([made]));
    assert_eq!(server.get(&format!("/v1/modules/{uid}")).ok().json(), made);
    server.json("POST", OBJECTS, &object()).is_refused(406, "module_exists");
    server.delete(&format!("{OBJECTS}/{uid}")).ok();
    server.delete(&format!("{OBJECTS}/{uid}")).is_refused(404, "module_delete_failed");
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]));
}

#[test]
fn an_object_must_have_its_fields() {
    let server = open();
    server.json("POST", OBJECTS, &json!({})).is_refused(406, "invalid_module");
    for field in object().as_object().unwrap().keys() {
        for wrong in [None, Some(Value::Null), Some(json!({"a": 1}))] {
            let mut object = object();
            match wrong {
                None => drop(object.as_object_mut().unwrap().remove(field)),
                Some(wrong) => object[field] = wrong,
            }
            let answer = server.json("POST", OBJECTS, &object);
            answer.is_refused(406, "invalid_module");
            assert!(answer.json()["description"].as_str().unwrap().contains(field.as_str()), "{answer:?}");
        }
    }
    for (field, wrong) in [("version", json!(1.5)), ("version", json!("1")), ("version", json!(0))] {
        let mut object = object();
        object[field] = wrong;
        server.json("POST", OBJECTS, &object).is_refused(406, "invalid_module");
    }
    let mut large = object();
    large["description"] = json!("x".repeat(10 << 20));
    server.json("POST", OBJECTS, &large).is_refused(413, "request_too_large");
    let raw = |text: &str| server.request(Some(ADMIN), "POST", OBJECTS, Some(("application/json", text.into())));
    raw("[1]").is_refused(406, "invalid_module");
    raw("{").is_refused(406, "invalid_module");
    assert_eq!(server.get(OBJECTS).ok().json(), json!([]));
    // What the reference packer writes.
    let mut float = object();
    float["version"] = json!(80400.0);
    assert_eq!(server.json("POST", OBJECTS, &float).ok().json()["version"], 80400);
}

#[test]
fn an_artifact_is_uploaded_listed_and_deleted() {
    let server = open();
    assert_eq!(server.get(ARTIFACTS).ok().json(), json!([]));
    server.upload(ARTIFACTS, BundleBuilder::with_dependency()).ok();
    let listed = json!([{"module_name": "testmodule", "version": 10203, "dependencies": ["data.tgz"]}]);
    assert_eq!(server.get(ARTIFACTS).ok().json(), listed);
    assert_eq!(server.get("/v1/modules").ok().json(), json!([]), "an artifact is not an object");
    server.upload(ARTIFACTS, BundleBuilder::with_dependency()).is_refused(406, "module_exists");
    assert_eq!(server.files("blobs").len(), 1);
    let path = format!("{ARTIFACTS}/testmodule");
    server.delete(&format!("{path}/7")).is_refused(404, "module_delete_failed");
    server.delete(&format!("{path}/1.2.3")).is_refused(404, "module_delete_failed");
    server.delete(&format!("{path}/10203")).ok();
    server.delete(&format!("{path}/10203")).is_refused(404, "module_delete_failed");
    assert_eq!(server.files("blobs"), Vec::<String>::new());
}

#[test]
fn an_artifact_is_refused_with_its_status() {
    let server = open();
    let post = |body: Option<(&str, Vec<u8>)>| server.request(Some(ADMIN), "POST", ARTIFACTS, body);
    post(Some(("application/json", Vec::new()))).is_refused(400, "no_module");
    server.upload(ARTIFACTS, b"no zip".to_vec()).is_refused(406, "invalid_module");
    server.upload(ARTIFACTS, bundle().without("architecture")).is_refused(406, "invalid_module");
    // That the object must have; a bundle is not asked for it.
    server.upload(ARTIFACTS, bundle().without("command_line_args").set("version", 10204)).ok();
    server
        .upload(ARTIFACTS, bundle().set("operating_systems", json!(["ubuntu22"])))
        .is_refused(406, "os_not_supported");
    let unpacked = bundle().set("dependencies", json!({"d": {"url": "http://example.com/d.tgz", "sha256": "0"}}));
    server.upload(ARTIFACTS, unpacked).is_refused(406, "invalid_module");
    server.upload(ARTIFACTS, bundle().set("dependencies", json!(["d"]))).is_refused(406, "invalid_dependency_data");
    // From 8.0 on, nobody looks.
    server.upload(ARTIFACTS, bundle().set("min_redis_pack_version", "99.0")).ok();
    server.upload(ARTIFACTS, bundle()).is_refused(406, "module_exists");
}

#[test]
fn a_required_capability_is_demanded_of_an_artifact() {
    let directory = std::sync::Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory, "8.0", |config| {
        config.target = config.target.clone().with_required_capabilities(vec!["replica_of".to_owned()]);
    });
    let bundle = bundle().set("capabilities", json!(["types"]));
    server.upload(ARTIFACTS, bundle).is_refused(406, "unsupported_module_capabilities");
}
