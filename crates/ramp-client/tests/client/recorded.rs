//! Targets from what clusters of each release answer.
//!
//! The objects are cut down from the documentation's (`references/rest-api/objects/{node,cluster,module}` of 6.4, 7.2, 7.4, 7.22
//! and 8.2) and from answers that were observed of 100.0.21 (`tests/fixtures` of the crate redis-enterprise).

use ramp_client::{Survey, Trust, Warning};
use ramp_core::Endpoint;
use serde_json::{Value, json};

use crate::fake::{Fake, Reply};
use crate::support::{ADMIN, client};

fn survey(nodes: Value, cluster: Value, modules: Value, capabilities: Value) -> Survey {
    let fake = Fake::start(move |what| match what {
        "GET /v1/nodes" => Reply::Json(200, nodes.clone()),
        "GET /v1/cluster" => Reply::Json(200, cluster.clone()),
        "GET /v1/modules" => Reply::Json(200, modules.clone()),
        _ => Reply::Json(200, capabilities.clone()),
    });
    client(&fake.url(), ADMIN, Trust::System).survey().unwrap()
}

/// `GET /v1/cluster/module-capabilities`, the same in all releases.
fn capabilities() -> Value {
    json!({"all_capabilities": [
        {"name": "types", "desc": "module has its own types and not only operate on existing redis types"},
        {"name": "no_multi_key", "desc": "module has no methods that operate on multiple keys"},
    ]})
}

#[test]
fn a_cluster_of_6_4() {
    // No `os_family` yet, and modules without `platforms`.
    let nodes = json!([{"uid": 1, "addr": "10.0.0.1", "architecture": "x86_64", "cores": 8,
        "os_version": "Ubuntu 20.04.5 LTS", "software_version": "6.4.2-43", "status": "active",
        "supported_database_versions": [{"db_type": "memcached", "version": "1.4.17"},
            {"db_type": "redis", "version": "6.0.16"}, {"db_type": "redis", "version": "6.2.10"}]}]);
    let modules = json!([{"uid": "1952fcf9a5109fb59e61b1ad4d7e2d88", "module_name": "search", "version": 20604,
        "semantic_version": "2.6.4", "architecture": "x86_64", "os": "linux", "os_list": ["ubuntu20"]}]);
    let survey = survey(nodes, json!({"name": "cluster.local"}), modules, capabilities());
    let target = &survey.target;
    assert_eq!(target.cluster_version(), Some("6.4.2-43"));
    assert_eq!(target.operating_systems(), ["ubuntu20"]);
    assert_eq!(target.database_versions(), ["6.0.16", "6.2.10"]);
    assert_eq!((target.max_module_bytes(), target.allow_modules_upload()), (None, None));
    assert_eq!(target.installed_modules()[0].version, 20604);
    assert_eq!(target.installed_modules()[0].platforms, ["ubuntu20/x86_64"], "`os_list` and `architecture`");
    assert_eq!(target.known_capabilities(), ["types", "no_multi_key"]);
    assert_eq!((survey.endpoint().unwrap(), survey.warnings), (Endpoint::V2, vec![]));
}

#[test]
fn a_cluster_of_7_2() {
    // Before 7.2.4-64 only `os_name`; Rocky Linux counts as RHEL.
    let nodes = json!([{"uid": 1, "addr": "10.0.0.1", "architecture": "x86_64", "os_name": "rocky",
        "os_semantic_version": "8.8", "os_version": "Rocky Linux 8.8 (Green Obsidian)", "software_version": "7.2.4-52"}]);
    let survey = survey(nodes, json!({"module_upload_max_size_mb": 40}), json!([]), capabilities());
    assert_eq!(survey.target.operating_systems(), ["rhel8"]);
    assert_eq!(survey.target.max_module_bytes(), Some(40 << 20));
    assert_eq!((survey.endpoint().unwrap(), survey.warnings), (Endpoint::V2, vec![]));
}

#[test]
fn a_cluster_of_7_4_that_is_being_upgraded() {
    let node = |uid: u64, os: &str, version: &str| {
        json!({"uid": uid, "addr": format!("10.0.0.{uid}"), "architecture": "x86_64", "os_family": "rhel",
            "os_name": "rhel", "os_semantic_version": os, "software_version": version})
    };
    let nodes = json!([node(3, "9.3", "7.4.2-169"), node(1, "8.9", "7.4.2-54"), node(2, "8.9", "7.4.2-54")]);
    let modules = json!([{"uid": "u", "module_name": "ft", "version": 20000, "platforms":
        {"rhel9/x86_64": {"dependencies": {}, "sha256": ""}, "rhel8/x86_64": {"dependencies": {}, "sha256": ""}}}]);
    let survey = survey(nodes, json!({}), modules, capabilities());
    let target = &survey.target;
    assert_eq!(target.operating_systems(), ["rhel8", "rhel9"]);
    assert_eq!(target.nodes().iter().map(|node| node.uid).collect::<Vec<_>>(), [Some(1), Some(2), Some(3)]);
    assert_eq!(target.installed_modules()[0].platforms, ["rhel8/x86_64", "rhel9/x86_64"]);
    assert_eq!(target.cluster_version(), Some("7.4.2-54"));
    // The build does not count.
    assert_eq!(survey.warnings, []);
}

#[test]
fn a_cluster_of_7_22() {
    let nodes = json!([{"uid": 1, "addr": "10.0.0.1", "external_addr": ["198.51.100.1"], "architecture": "x86_64",
        "os_family": "amzn", "os_name": "amzn", "os_semantic_version": "2", "software_version": "7.22.0-28",
        "supported_database_versions": [{"db_type": "redis", "major": true, "redis_version": "7.4", "version": "7.4.2"}]}]);
    let survey = survey(nodes, json!({"module_upload_max_size_mb": 100}), json!([]), capabilities());
    assert_eq!(survey.target.operating_systems(), ["amzn2"]);
    assert_eq!(survey.target.database_versions(), ["7.4"]);
    assert_eq!(survey.target.max_module_bytes(), Some(100 << 20));
    assert_eq!(survey.nodes[0].addresses.len(), 2);
    assert_eq!(survey.warnings, []);
}

#[test]
fn a_cluster_of_8_2() {
    let nodes = json!([{"uid": 1, "addr": "10.0.0.1", "architecture": "aarch64", "os_family": "ubuntu",
        "os_semantic_version": "22.04", "software_version": "8.2.0-25"}]);
    // The setting is shown, and uploads of more were seen to be taken.
    let cluster = json!({"allow_modules_upload": true, "module_upload_max_size_mb": 40});
    let with = |cluster: Value| survey(nodes.clone(), cluster, json!([]), capabilities());
    let on = with(cluster);
    assert_eq!((on.target.allow_modules_upload(), on.target.max_module_bytes()), (Some(true), None));
    assert_eq!((on.endpoint().unwrap(), on.warnings), (Endpoint::UserDefined, vec![]));
    assert_eq!(with(json!({"allow_modules_upload": false})).target.takes_uploads(), Some(false));
    let silent = with(json!({}));
    assert_eq!((silent.target.takes_uploads(), silent.warnings), (Some(true), vec![Warning::UploadsUnknown]));
}

/// Observed: a development build, whose number is not a release's.
#[test]
fn a_cluster_of_no_release() {
    let nodes = json!([{"uid": 1, "addr": "192.168.16.2", "architecture": "aarch64", "external_addr": [],
        "os_family": "ubuntu", "os_name": "ubuntu", "os_semantic_version": "22.04", "os_version": "Ubuntu 22.04.5 LTS",
        "software_version": "100.0.21-16135", "supported_database_versions": [
            {"db_type": "redis", "major": true, "redis_version": "7.4", "version": "7.4.2"},
            {"db_type": "memcached", "version": "1.4.17"},
            {"db_type": "redis", "major": true, "redis_version": "8.0", "version": "8.0.0"}]}]);
    let modules = json!([{"is_bundled": true, "min_redis_version": "7.4", "module_name": "bf",
        "semantic_version": "8.0.1", "uid": "b14385b09778a335835ee3ae380bbc77", "version": 80001}]);
    let survey = survey(nodes, json!({"module_upload_max_size_mb": 40}), modules, capabilities());
    assert_eq!(survey.warnings, [Warning::UnknownRelease { version: "100.0.21-16135".to_owned() }]);
    assert_eq!(survey.endpoint().unwrap(), Endpoint::UserDefined);
    assert_eq!(survey.target.database_versions(), ["7.4", "8.0"]);
}

#[test]
fn what_cannot_be_read_is_left_out_and_told() {
    let nodes = json!([{"uid": 1, "software_version": "7.22.0-28", "os_family": "plan", "os_semantic_version": "9",
        "architecture": "sparc"}, {"uid": 2}, "no node"]);
    let modules = json!([{"module_name": "a"}, {"module_name": "b", "version": 10203.0}, 7]);
    let survey = survey(nodes, json!([]), modules, json!({"all_capabilities": ["types", 7]}));
    let told: Vec<String> = survey.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "1 of the items that the cluster answers to GET /v1/nodes cannot be read",
            "node 1 runs plan9, which is not a known system: whether the module fits it is not checked",
            "node 1 is sparc, which is not a known architecture: whether the module fits it is not checked",
            "node 2 does not say its operating system or architecture",
            "2 of the items that the cluster answers to GET /v1/modules cannot be read",
            "1 of the items that the cluster answers to GET /v1/cluster/module-capabilities cannot be read",
        ]
    );
    assert_eq!(survey.target.installed_modules()[0].version, 10203);
}
