//! Several nodes, each at an address of its own.
#![cfg(target_os = "linux")] // where all of 127/8 is this machine

use std::io::Cursor;
use std::net::{IpAddr, SocketAddr};

use ramp_client::{Bundle, ClientError, Cluster, Presence, Trust};
use ramp_core::{InstalledArtifact, Policy, validate};
use serde_json::{Value, json};

use crate::fake::{Fake, Reply};
use crate::support::{ADMIN, BundleBuilder, client, upload};

const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";
const MINE: &str = "DELETE /v2/local/modules/user-defined/artifacts/testmodule/10203";

fn node(uid: u64, addr: &str) -> Value {
    json!({"uid": uid, "addr": addr, "architecture": "x86_64", "os_family": "rhel", "os_semantic_version": "9.4",
           "software_version": "8.0.10-81", "status": "active"})
}

/// What a node of 8.0 answers where all is well.
fn well(what: &str) -> Reply {
    match what {
        "GET /v1/nodes" => Reply::Json(200, json!([node(1, "127.0.0.1"), node(2, "127.0.0.2"), node(3, "127.0.0.3")])),
        "GET /v1/modules" | "GET /v1/bdbs?fields=uid,name,module_list" => Reply::Json(200, json!([])),
        "POST /v2/modules/user-defined" => Reply::Json(200, json!({"uid": "f00d"})),
        other if other == format!("GET {ARTIFACTS}") => Reply::Json(200, json!([])),
        _ => Reply::Json(200, json!({})),
    }
}

/// Three nodes on one port, the second of which is special.
fn three(second: impl Fn(&str) -> Reply + Send + Sync + 'static) -> ([Fake; 3], Cluster) {
    three_of(well, second)
}

/// The same; the others are alike.
fn three_of(
    others: impl Fn(&str) -> Reply + Send + Sync + Clone + 'static,
    second: impl Fn(&str) -> Reply + Send + Sync + 'static,
) -> ([Fake; 3], Cluster) {
    let second = std::sync::Arc::new(second);
    for _ in 0..20 {
        let first = Fake::start(others.clone());
        let at = |last: u8| SocketAddr::new(IpAddr::from([127, 0, 0, last]), first.address.port());
        let special = std::sync::Arc::clone(&second);
        let others = (Fake::at(at(2), move |what| special(what)), Fake::at(at(3), others.clone()));
        // The port may be taken at one of the other addresses.
        if let (Ok(second), Ok(third)) = others {
            let cluster = client(&first.url(), ADMIN, Trust::System);
            return ([first, second, third], cluster);
        }
    }
    panic!("no port is free at three addresses")
}

fn sent(fake: &Fake) -> Vec<String> {
    fake.requests().into_iter().filter(|what| what.contains("user-defined")).collect()
}

#[test]
fn every_node_is_sent_the_artifact() {
    let (nodes, cluster) = three(well);
    assert_eq!(upload(&cluster, &BundleBuilder::good()).unwrap().nodes, [1, 2, 3]);
    let [get, post] = [format!("GET {ARTIFACTS}"), format!("POST {ARTIFACTS}")];
    // Asked by the survey, and once more right before anything is changed.
    assert_eq!(sent(&nodes[0]), [get.as_str(), &get, "POST /v2/modules/user-defined", &post]);
    for node in &nodes[1..] {
        assert_eq!(sent(node), [get.as_str(), &get, &post]);
        // By its address, under the name of the cluster.
        assert_eq!(node.asked()[0].headers["host"], nodes[0].address.to_string());
    }
    let asked = nodes[0].asked();
    let made = asked.iter().find(|asked| asked.what == "POST /v2/modules/user-defined").unwrap();
    let object: Value = serde_json::from_slice(&made.body).unwrap();
    assert_eq!(object["module_name"], "testmodule");
    assert_eq!(object["version"], 10203);
}

#[test]
fn what_was_done_is_undone_when_the_second_node_refuses() {
    let (nodes, cluster) = three(|what| match what {
        _ if what == format!("POST {ARTIFACTS}") => {
            Reply::Json(406, json!({"error_code": "invalid_module", "description": "Missing dependency x.tgz"}))
        }
        other => well(other),
    });
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    let refused = err.refusal().unwrap();
    assert!(refused.at.starts_with("node 2 at 127.0.0.2:"), "{refused}");
    assert_eq!(refused.description.as_deref(), Some("Missing dependency x.tgz"));
    let undone = err.undone().unwrap();
    assert_eq!(undone.undone, ["the artifact on node 1", "the object f00d of testmodule 10203"]);
    assert!(undone.left.is_empty());
    assert_eq!(sent(&nodes[0])[4..], [MINE, "DELETE /v2/modules/user-defined/f00d"]);
    assert_eq!(sent(&nodes[1]).len(), 3, "it refused, and has nothing");
    assert_eq!(sent(&nodes[2]).len(), 2, "it was not sent anything");
}

/// The second node may have it: it is asked to delete it too. What cannot be undone is told.
#[test]
fn a_node_that_breaks_off_is_asked_to_delete_what_it_may_have() {
    let (nodes, cluster) = three(|what| match what {
        _ if what == format!("POST {ARTIFACTS}") => Reply::Close,
        MINE => Reply::Json(500, json!({"error_code": "internal_error"})),
        other => well(other),
    });
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    assert!(matches!(err.cause(), ClientError::Interrupted { .. }), "{err:?}");
    let undone = err.undone().unwrap();
    assert_eq!(undone.undone, ["the artifact on node 1", "the object f00d of testmodule 10203"]);
    assert_eq!(undone.left.len(), 1, "{undone:?}");
    assert!(undone.left[0].starts_with("the artifact on node 2: node 2 at 127.0.0.2:"), "{undone:?}");
    assert_eq!(sent(&nodes[1]).iter().filter(|what| what.starts_with("POST")).count(), 1);
}

#[test]
fn an_artifact_that_was_there_is_left() {
    let (nodes, cluster) = three(|what| match what {
        _ if what == format!("GET {ARTIFACTS}") => {
            Reply::Json(200, json!([{"module_name": "testmodule", "version": 10203, "dependencies": []}]))
        }
        _ if what == format!("POST {ARTIFACTS}") => Reply::Close,
        other => well(other),
    });
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    assert_eq!(err.undone().unwrap().left, ["the artifact on node 2, where there was one before"]);
    assert!(!sent(&nodes[1]).contains(&MINE.to_owned()));
}

#[test]
fn nothing_is_changed_while_a_node_is_away() {
    let (nodes, cluster) = three(|_| Reply::Close);
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    assert!(matches!(err, ClientError::Interrupted { .. }), "{err:?}");
    for node in [&nodes[0], &nodes[2]] {
        assert!(sent(node).iter().all(|what| what.starts_with("GET")), "{:?}", sent(node));
    }
}

/// Whether it was made is not known, and what is found may be somebody else's.
#[test]
fn an_object_that_may_be_there_is_told() {
    let first = Fake::start(|what| match what {
        "GET /v1/nodes" => Reply::Json(200, json!([node(1, "10.1.2.3")])),
        "POST /v2/modules/user-defined" => Reply::Close,
        other => well(other),
    });
    let err = upload(&client(&first.url(), ADMIN, Trust::System), &BundleBuilder::good()).unwrap_err();
    assert_eq!(err.undone().unwrap().left, ["perhaps the object of testmodule 10203; `GET /v1/modules` shows it"]);
    assert!(!first.requests().iter().any(|what| what.starts_with("DELETE")));
}

/// An upload stops at the first node that has an artifact of the name and version: that is known before.
#[test]
fn artifacts_of_every_node_are_surveyed() {
    let left = json!([{"module_name": "testmodule", "version": 10203, "dependencies": []}]);
    let (_nodes, cluster) = three(move |what| match what {
        what if what == format!("GET {ARTIFACTS}") => Reply::Json(200, left.clone()),
        other => well(other),
    });
    let survey = cluster.survey().unwrap();
    let artifact = InstalledArtifact { module_name: "testmodule".to_owned(), version: 10203 };
    assert_eq!((survey.target.artifacts(), survey.warnings), (&[artifact][..], vec![]));
    let report = validate(Cursor::new(BundleBuilder::good().build()), &survey.target, &Policy::strict()).unwrap();
    let answer = serde_json::to_value(report.answer()).unwrap();
    assert_eq!(answer["error_code"], "module_exists");
    assert_eq!(answer["request"], format!("POST {ARTIFACTS}"));

    let (_nodes, cluster) = three(|what| match what {
        what if what == format!("GET {ARTIFACTS}") => Reply::Json(403, json!({})),
        other => well(other),
    });
    let survey = cluster.survey().unwrap();
    assert_eq!(survey.target.artifacts(), []);
    let [warning] = survey.warnings.as_slice() else { panic!("{:?}", survey.warnings) };
    assert!(warning.to_string().starts_with("the artifacts of node 2 are not known: "), "{warning}");
}

/// The object is there, and one of three nodes has no artifact: it alone is sent one. A refusal leaves the rest as it was.
#[test]
fn only_what_is_missing_is_sent() {
    let mine = json!([{"module_name": "testmodule", "version": 10203, "dependencies": []}]);
    let object = json!([{"uid": "f00d", "module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3"}]);
    for status in [200, 406] {
        let (object, there) = (object.clone(), mine.clone());
        let having = move |what: &str| match what {
            "GET /v1/modules" => Reply::Json(200, object.clone()),
            _ if what == format!("GET {ARTIFACTS}") => Reply::Json(200, there.clone()),
            other => well(other),
        };
        let lacking = move |what: &str| match what {
            _ if what == format!("POST {ARTIFACTS}") => Reply::Json(status, json!({"error_code": "invalid_module"})),
            other => well(other),
        };
        let (nodes, cluster) = three_of(having, lacking);
        let modules = cluster.modules().unwrap();
        let artifacts = modules.modules[0].artifacts.as_ref().unwrap();
        assert_eq!((artifacts.on.as_slice(), artifacts.missing_on.as_slice()), (&[1, 3][..], &[2][..]));
        let mut file = Cursor::new(BundleBuilder::good().build());
        let survey = cluster.survey().unwrap();
        let facts = ramp_core::facts::gather(&mut file, &ramp_core::Limits::default()).unwrap();
        let Presence::Partly { module } = modules.presence(&facts, &survey.target) else { panic!("{modules:?}") };
        let report = ramp_core::judge(&facts, &survey.target, &Policy::strict());
        let mut bundle = Bundle::new("x.zip", &mut file, &report).unwrap();
        let outcome = cluster.complete(&survey, &module, &mut bundle, &mut |_| ());
        if status == 200 {
            assert_eq!(outcome.unwrap().nodes, [2]);
        } else {
            let err = outcome.unwrap_err();
            assert!(err.refusal().unwrap().at.starts_with("node 2 at 127.0.0.2:"), "{err}");
            let undone = err.undone().unwrap();
            assert_eq!((undone.undone.len(), undone.left.len()), (0, 0), "{undone:?}");
        }
        let changes = |fake: &Fake| -> Vec<String> {
            fake.requests().into_iter().filter(|what| !what.starts_with("GET")).collect()
        };
        let [first, second, third] = &nodes;
        assert_eq!(changes(second), [format!("POST {ARTIFACTS}")]);
        assert_eq!((changes(first).len(), changes(third).len()), (0, 0), "{status}");
    }
}
