//! What a cluster has, whether that is what a bundle would bring, and away with it.

use std::io::Cursor;

use ramp_client::{ClientError, Cluster, ClusterModules, Deleted, Difference, Presence, Trust, Warning};
use ramp_core::facts::{BundleFacts, gather};
use ramp_core::{Endpoint, Limits, Target};
use ramp_fixtures::elf::ElfBuilder;
use serde_json::json;

use crate::fake::{Fake, Reply};
use crate::support::{ADMIN, BundleBuilder, TestServer, client, open, upload};

const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

fn facts(bundle: &BundleBuilder) -> BundleFacts {
    gather(Cursor::new(bundle.build()), &Limits::default()).unwrap()
}

fn presence(cluster: &Cluster, bundle: &BundleBuilder) -> Presence {
    let target = cluster.survey().unwrap().target;
    cluster.modules().unwrap().presence(&facts(bundle), &target)
}

/// The same name and version, and another module.
fn rebuilt() -> BundleBuilder {
    BundleBuilder::good().module([ElfBuilder::module().build(), b"rebuilt".to_vec()].concat())
}

/// The fields in which what is there differs; none where it is there as it is.
#[track_caller]
fn differing(cluster: &Cluster, bundle: &BundleBuilder) -> Vec<String> {
    match presence(cluster, bundle) {
        Presence::There { .. } => Vec::new(),
        Presence::Different { differences, .. } => differences.into_iter().map(|it| it.field).collect(),
        other => panic!("{other:?}"),
    }
}

fn delete(cluster: &Cluster, modules: &ClusterModules, meant: &str) -> Result<Deleted, ClientError> {
    let found = modules.find(meant, None);
    let [module] = found.as_slice() else { panic!("{found:?}") };
    cluster.delete(modules, modules.endpoint.unwrap(), module, &mut |_| ())
}

fn names(modules: &ClusterModules) -> Vec<String> {
    modules.modules.iter().map(ToString::to_string).collect()
}

#[test]
fn what_is_there_up_to_7_22() {
    let server = TestServer::of("7.22");
    let cluster = server.cluster();
    let bundle = BundleBuilder::good();
    assert_eq!(presence(&cluster, &bundle), Presence::Missing);
    let uid = upload(&cluster, &bundle).unwrap().module_uid;
    let modules = cluster.modules().unwrap();
    assert_eq!((modules.endpoint, modules.warnings.len()), (Some(Endpoint::V2), 0));
    assert_eq!(names(&modules), ["testmodule 1.2.3 (10203)"]);
    let module = &modules.modules[0];
    assert_eq!((&module.uid, &module.artifacts, module.is_bundled), (&uid, &None, false));
    let object: serde_json::Value = serde_json::from_str(&module.object().unwrap()).unwrap();
    assert_eq!(object["uid"].as_str(), uid.as_deref());
    // The same build is there, and another of the same version is another.
    let Presence::There { sha256: Some(told), .. } = presence(&cluster, &bundle) else { panic!("it is not there") };
    assert_eq!(module.builds[0].sha256.as_deref(), Some(told.as_str()));
    match presence(&cluster, &rebuilt()) {
        Presence::Different { differences, .. } => {
            let [Difference { field, platform, there, here, .. }] = differences.as_slice() else {
                panic!("{differences:?}")
            };
            assert_eq!(
                (field.as_str(), there.as_str(), platform),
                ("sha256", told.as_str(), &module.builds[0].platform)
            );
            assert_ne!(*here, told);
        }
        other => panic!("{other:?}"),
    }
    // Of another platform it is missing, and of both as well.
    for systems in [vec!["ubuntu22"], vec!["rhel9", "ubuntu22"]] {
        assert_eq!(presence(&cluster, &BundleBuilder::good().set("operating_systems", systems)), Presence::Missing);
    }
    assert_eq!(presence(&cluster, &BundleBuilder::good().set("version", 10204)), Presence::Missing);
    assert_eq!(presence(&cluster, &BundleBuilder::good().without("module_name")), Presence::Missing);
}

/// A cluster of 6.4 has a module or not, whatever it is for, and tells one digest.
#[test]
fn what_is_there_in_6_4() {
    let server = TestServer::of("6.4");
    let cluster = server.cluster();
    let older = || BundleBuilder::good().set("min_redis_pack_version", "6.2");
    upload(&cluster, &older().set("operating_systems", vec!["rhel8"])).unwrap();
    let other = older().set("operating_systems", vec!["rhel7"]);
    assert!(matches!(presence(&cluster, &other), Presence::There { .. }), "{:?}", presence(&cluster, &other));
}

#[test]
fn what_is_there_from_8_0_on() {
    let server = TestServer::of("8.0");
    let cluster = server.cluster();
    let bundle = BundleBuilder::good();
    upload(&cluster, &bundle).unwrap();
    let modules = cluster.modules().unwrap();
    let artifacts = modules.modules[0].artifacts.clone().unwrap();
    assert_eq!((artifacts.on, artifacts.missing_on, artifacts.unknown_on), (vec![1], vec![], vec![]));
    // The object has the digest that `module.json` had, where it had one.
    assert!(matches!(presence(&cluster, &bundle), Presence::There { sha256: Some(_), .. }));
    assert_eq!(differing(&cluster, &rebuilt()), ["sha256"]);
    upload(&cluster, &BundleBuilder::good().set("version", 10204).without("sha256")).unwrap();
    let rebuilt = rebuilt().set("version", 10204);
    assert!(matches!(presence(&cluster, &rebuilt), Presence::There { sha256: None, .. }));
}

/// The same module under other metadata is another: whatever a release tells of it is compared.
#[test]
fn other_metadata_is_not_the_same() {
    let bundle =
        || BundleBuilder::good().set("operating_systems", vec!["rhel8", "rhel9"]).set("min_redis_pack_version", "6.2");
    for release in ["6.4", "7.22", "8.0"] {
        let server = TestServer::of(release);
        let cluster = server.cluster();
        upload(&cluster, &bundle()).unwrap();
        assert_eq!(differing(&cluster, &bundle()), [""; 0], "{release}");
        for (field, value) in [
            ("capabilities", json!(["types"])),
            ("command_line_args", json!("other")),
            ("min_redis_version", json!("7.9")),
            ("dependencies", json!({"x": {"url": "https://x/x.tgz", "sha256": "0".repeat(64)}})),
            ("description", json!("other")),
        ] {
            // From 7.4 on they need not be told but by platform.
            let expected = if field == "dependencies" { Vec::new() } else { vec![field.to_owned()] };
            assert_eq!(differing(&cluster, &bundle().set(field, value)), expected, "{release}");
        }
        let lowest = bundle().set("min_redis_pack_version", "6.2.4");
        assert_eq!(differing(&cluster, &lowest).len(), usize::from(release != "8.0"), "{release}");
        let only = bundle().set("compatible_redis_version", "8.0");
        assert_eq!(differing(&cluster, &only).len(), usize::from(release != "6.4"), "{release}");
    }
}

#[test]
fn who_uses_a_module_is_known_and_it_is_not_deleted() {
    for (release, gone) in [("7.22", "module "), ("8.0", "the object ")] {
        let server = TestServer::of(release);
        let cluster = server.cluster();
        upload(&cluster, &BundleBuilder::good()).unwrap();
        let used = json!([{"module_name": "testmodule"}]);
        let database = json!({"name": "orders", "memory_size": 1, "redis_version": "7.4", "module_list": used});
        server.ask("POST", "/v1/bdbs", &database);
        let modules = cluster.modules().unwrap();
        let told: Vec<String> = modules.modules[0].used_by.iter().flatten().map(ToString::to_string).collect();
        assert_eq!(told, ["database 1 (orders)"]);
        let err = delete(&cluster, &modules, "testmodule").unwrap_err();
        let refused = err.refusal().unwrap();
        assert_eq!((refused.status, refused.error_code.as_deref()), (406, Some("module_in_use")), "{err}");
        assert!(err.is_verdict());
        assert_eq!((server.modules().len(), server.blobs()), (1, 1), "nothing of it is gone");
        server.ask("DELETE", "/v1/bdbs/1", &json!(null));
        let modules = cluster.modules().unwrap();
        let uid = modules.modules[0].uid.clone().unwrap();
        // By its uid, too.
        let deleted = delete(&cluster, &modules, &uid).unwrap();
        assert!(deleted.gone[0] == format!("{gone}{uid}") && deleted.left.is_empty(), "{deleted:?}");
        assert_eq!(deleted.action_uid.is_some(), release == "7.22");
        assert_eq!((server.modules().len(), server.blobs()), (0, 0));
        // Again: it is gone, which is what was asked for.
        assert_eq!(delete(&cluster, &modules, &uid).unwrap().gone.len(), deleted.gone.len());
    }
}

#[test]
fn an_artifact_without_an_object_is_found_and_deleted() {
    let server = TestServer::of("8.0");
    let cluster = server.cluster();
    let uid = upload(&cluster, &BundleBuilder::good()).unwrap().module_uid.unwrap();
    server.ask("DELETE", &format!("/v2/modules/user-defined/{uid}"), &json!(null));
    let modules = cluster.modules().unwrap();
    assert_eq!(names(&modules), ["testmodule 10203"]);
    assert_eq!((modules.modules[0].uid.as_deref(), modules.modules[0].object()), (None, None));
    // An upload has to make the object, and is refused by the artifact: that is for the rules to say.
    assert_eq!(presence(&cluster, &BundleBuilder::good()), Presence::Missing);
    let deleted = delete(&cluster, &modules, "testmodule").unwrap();
    assert_eq!(deleted.gone, ["the artifact on node 1"]);
    assert_eq!((cluster.modules().unwrap().modules, server.blobs()), (vec![], 0));
}

#[test]
fn what_is_meant_is_found_by_name_version_and_uid() {
    let server = TestServer::start(open(Target::named("7.22").unwrap()), |_| {});
    let cluster = server.cluster();
    upload(&cluster, &BundleBuilder::good()).unwrap();
    upload(&cluster, &BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4")).unwrap();
    let modules = cluster.modules().unwrap();
    let versions = |meant: &str, version: Option<&str>| -> Vec<i64> {
        modules.find(meant, version).iter().map(|module| module.version).collect()
    };
    assert_eq!(versions("testmodule", None), [10203, 10204]);
    assert_eq!(versions("testmodule", Some("1.2.4")), [10204]);
    assert_eq!(versions("testmodule", Some("10203")), [10203]);
    assert_eq!(versions("testmodule", Some("1.2")), [0; 0]);
    assert_eq!(versions("TestModule", None), [0; 0]);
    assert_eq!(versions(modules.modules[1].uid.as_deref().unwrap(), None), [10204]);
    assert_eq!(modules.closest("TestModule"), Some("testmodule"));
    assert_eq!(modules.closest("search"), None);
}

#[test]
fn what_a_user_may_not_know_is_told() {
    let server = TestServer::of("7.22");
    let viewer = client(&server.url(), ("none", "password"), Trust::System);
    let err = viewer.modules().unwrap_err();
    assert!(err.refusal().unwrap().is_forbidden(), "{err}");
    // A cluster that tells its modules and nothing else.
    let fake = Fake::start(|what| match what {
        "GET /v1/modules" => Reply::Json(200, json!([{"uid": "f00d", "module_name": "m", "version": 1}, {"uid": "x"}])),
        _ => Reply::Json(403, json!({})),
    });
    let modules = client(&fake.url(), ADMIN, Trust::System).modules().unwrap();
    assert_eq!((modules.endpoint, modules.cluster_version, modules.nodes.len()), (None, None, 0));
    assert_eq!((modules.modules.len(), &modules.modules[0].used_by), (1, &None));
    let told: Vec<String> = modules.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "the nodes and the release are not known: the cluster answers HTTP 403 to GET /v1/nodes",
            "1 of the items that the cluster answers to GET /v1/modules cannot be read",
            "the databases that use modules are not known: the cluster answers HTTP 403 to GET \
             /v1/bdbs?fields=uid,name,module_list",
        ]
    );
    assert!(matches!(modules.warnings[1], Warning::Unreadable { count: 1, .. }));
}

/// A cluster of 8.0 with one node, which answers what is decided.
fn modern(decide: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Fake {
    Fake::start(move |what| match what {
        "GET /v1/nodes" => Reply::Json(
            200,
            json!([{"uid": 1, "addr": "127.0.0.1", "architecture": "x86_64", "os_family": "rhel",
                    "os_semantic_version": "9.4", "software_version": "8.0.10-81"}]),
        ),
        "GET /v1/modules" => Reply::Json(
            200,
            json!([{"uid": "f00d", "module_name": "m x", "version": 1, "semantic_version": "0.0.1"},
                   {"uid": "b", "module_name": "search", "version": 2, "is_bundled": true}]),
        ),
        other => decide(other),
    })
}

#[test]
fn an_artifact_that_stays_is_told() {
    let fake = modern(|what| match what {
        _ if what == format!("GET {ARTIFACTS}") => Reply::Json(200, json!([{"module_name": "m x", "version": 1}])),
        _ if what.starts_with(&format!("DELETE {ARTIFACTS}")) => Reply::Json(500, json!({"error_code": "no_disk"})),
        _ => Reply::Json(200, json!([])),
    });
    let cluster = client(&fake.url(), ADMIN, Trust::System);
    let modules = cluster.modules().unwrap();
    assert!(modules.modules[1].is_bundled);
    let deleted = delete(&cluster, &modules, "m x").unwrap();
    assert_eq!(deleted.gone, ["the object f00d"]);
    let [(what, why)] = deleted.left.as_slice() else { panic!("{deleted:?}") };
    assert_eq!(what, "the artifact on node 1");
    assert!(why.to_string().contains("HTTP 500") && why.to_string().contains("no_disk"), "{why}");
    let deletions: Vec<String> = fake.requests().into_iter().filter(|what| what.starts_with("DELETE")).collect();
    assert_eq!(deletions, ["DELETE /v2/modules/user-defined/f00d", &format!("DELETE {ARTIFACTS}/m%20x/1")]);
}

#[test]
fn an_action_that_fails_is_told() {
    let fake = Fake::start(|what| match what {
        "GET /v1/nodes" => Reply::Json(200, json!([{"uid": 1, "addr": "127.0.0.1", "software_version": "7.22.0-28"}])),
        "GET /v1/modules" => Reply::Json(200, json!([{"uid": "f00d", "module_name": "m", "version": 1}])),
        "DELETE /v2/modules/f00d" => Reply::Json(200, json!({"action_uid": "a1"})),
        "GET /v1/actions/a1" => Reply::Json(200, json!({"status": "failed", "error_message": "node 1 is down"})),
        _ => Reply::Json(200, json!([])),
    });
    let cluster = client(&fake.url(), ADMIN, Trust::System);
    let err = delete(&cluster, &cluster.modules().unwrap(), "m").unwrap_err();
    assert_eq!(err.to_string(), "the cluster could not delete the module: action a1 is `failed`: node 1 is down");
    assert!(err.is_verdict());
}
