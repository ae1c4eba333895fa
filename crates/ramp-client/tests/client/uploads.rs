//! Uploads, by release and catalogue.

use ramp_client::{ClientError, Trust, Warning};
use ramp_core::{Endpoint, Target};

use crate::support::{BundleBuilder, RedisServer, TestServer, client, open, upload, upload_as};

fn next() -> BundleBuilder {
    BundleBuilder::good().set("version", 10204).set("semantic_version", "1.2.4")
}

/// What must work whatever the catalogue.
fn suite(start: &dyn Fn(Target) -> TestServer) {
    let server = start(Target::named("7.22").unwrap());
    let cluster = server.cluster();
    let uploaded = upload(&cluster, &BundleBuilder::good()).unwrap();
    assert_eq!(uploaded.endpoint, Endpoint::V2);
    assert!(uploaded.action_uid.is_some());
    let uid = uploaded.module_uid.unwrap();
    assert_eq!(uid.len(), 32);
    // Again: the cluster has it.
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    let refused = err.refusal().unwrap();
    assert_eq!((refused.status, refused.error_code.as_deref()), (400, Some("module_exists")), "{err}");
    assert!(refused.is_verdict() && refused.message.as_deref() == Some("Module already in system"), "{err}");
    // For another platform: added.
    let other = BundleBuilder::good().set("operating_systems", vec!["ubuntu22"]);
    assert_eq!(upload(&cluster, &other).unwrap().module_uid.unwrap(), uid);
    // v1, where it was asked for.
    let survey = cluster.survey().unwrap();
    let platforms = &survey.target.installed_modules()[0].platforms;
    assert_eq!(platforms.len(), 2, "{platforms:?}");
    let uploaded = upload_as(&cluster, &survey, Endpoint::V1, &next()).0.unwrap();
    assert_eq!((uploaded.endpoint, uploaded.action_uid), (Endpoint::V1, None));
    assert_eq!(server.modules().len(), 2);
    drop(server);

    let server = start(Target::named("8.2").unwrap());
    let cluster = server.cluster();
    let uploaded = upload(&cluster, &BundleBuilder::good()).unwrap();
    assert_eq!((uploaded.endpoint, uploaded.nodes.as_slice()), (Endpoint::UserDefined, &[1][..]));
    assert_eq!(server.modules(), [("testmodule".to_owned(), 10203)]);
    assert_eq!(server.blobs(), 1);
    let err = upload(&cluster, &BundleBuilder::good()).unwrap_err();
    assert_eq!(err.refusal().unwrap().error_code.as_deref(), Some("module_exists"), "{err}");
    assert_eq!((server.modules().len(), server.blobs()), (1, 1), "what was there stays");
    upload(&cluster, &next()).unwrap();
    assert_eq!((server.modules().len(), server.blobs()), (2, 2));
}

#[test]
fn both_generations_with_sqlite() {
    suite(&|target| TestServer::start(open(target), |_| {}));
}

#[test]
#[ignore = "wants redis-server"]
fn both_generations_with_redis() {
    suite(&|target| {
        let redis = RedisServer::start().unwrap();
        let url = redis.url();
        let mut server = TestServer::start(open(target), |config| {
            config.store = Some(ramp_server::open_store(&url, &config.data_dir).unwrap());
        });
        server.redis = Some(redis);
        server
    });
}

#[test]
fn every_release_is_told_by_its_nodes() {
    for (release, endpoint) in [
        ("6.2", Endpoint::V2),
        ("6.4", Endpoint::V2),
        ("7.2", Endpoint::V2),
        ("7.4.2-54", Endpoint::V2),
        ("7.8", Endpoint::V2),
        ("7.22", Endpoint::V2),
        ("8.0", Endpoint::UserDefined),
        ("8.2", Endpoint::UserDefined),
    ] {
        let played = Target::named(release).unwrap().with_operating_system("rhel8").unwrap();
        let server = TestServer::start(open(played.with_architecture("x86_64").unwrap()), |_| {});
        let survey = server.cluster().survey().unwrap();
        assert_eq!(survey.endpoint().unwrap(), endpoint, "{release}");
        let target = &survey.target;
        assert_eq!(target.release().map(|r| &r.name), Target::named(release).unwrap().release().map(|r| &r.name));
        assert_eq!(
            (target.operating_systems(), target.architectures()),
            (&["rhel8".to_owned()][..], &["x86_64".to_owned()][..])
        );
        assert_eq!(target.nodes().len(), 1);
        assert!(target.known_capabilities().iter().any(|name| name == "replica_of"));
        assert!(!target.database_versions().is_empty());
        assert_eq!(survey.warnings, [], "{release}");
        // What is printed can be read again.
        let json = serde_json::to_vec(&target.clone().completed()).unwrap();
        assert_eq!(Target::from_json(&json).unwrap(), target.clone().completed());
    }
}

/// All nodes of the server of one machine have one address: they are sent the artifact once.
#[test]
fn nodes_with_one_address_are_one() {
    let target = Target::named("8.0").unwrap().with_operating_system("rhel9").unwrap();
    let target = target.with_operating_system("rhel8").unwrap().with_architecture("x86_64").unwrap();
    let server = TestServer::start(target, |_| {});
    let bundle = BundleBuilder::good().set("operating_systems", vec!["rhel8", "rhel9"]);
    let uploaded = upload(&server.cluster(), &bundle).unwrap();
    assert_eq!(uploaded.nodes, [1, 2]);
    assert_eq!(server.blobs(), 1);
}

#[test]
fn an_object_is_taken_back_when_the_artifact_is_refused() {
    let server = TestServer::of("8.0");
    let cluster = server.cluster();
    // The object does not tell for which system the module is; the artifact does.
    let bundle = BundleBuilder::good().set("operating_systems", vec!["ubuntu22"]);
    let survey = cluster.survey().unwrap();
    let (outcome, events) = upload_as(&cluster, &survey, Endpoint::UserDefined, &bundle);
    let err = outcome.unwrap_err();
    let refused = err.refusal().unwrap();
    assert_eq!((refused.status, refused.error_code.as_deref()), (406, Some("os_not_supported")), "{err}");
    assert!(refused.at.starts_with("node 1 at http://127.0.0.1:"), "{}", refused.at);
    let undone = err.undone().unwrap();
    assert_eq!((undone.undone.len(), undone.left.len()), (1, 0), "{undone:?}");
    assert!(undone.undone[0].starts_with("the object ") && undone.undone[0].ends_with("of testmodule 10203"));
    assert!(events.last().unwrap().starts_with("Undoing"), "{events:?}");
    assert_eq!((server.modules().len(), server.blobs()), (0, 0));
}

#[test]
fn the_packers_float_is_sent_as_an_integer() {
    let server = TestServer::of("8.0");
    upload(&server.cluster(), &BundleBuilder::good().set("version", 10203.0)).unwrap();
    assert_eq!(server.modules(), [("testmodule".to_owned(), 10203)]);
}

#[test]
fn uploads_that_are_off_are_known_before_and_refused() {
    let server = TestServer::start(Target::named("8.2").unwrap(), |_| {});
    let survey = server.cluster().survey().unwrap();
    assert_eq!(survey.target.allow_modules_upload(), Some(false));
    let err = upload(&server.cluster(), &BundleBuilder::good()).unwrap_err();
    let refused = err.refusal().unwrap();
    assert_eq!((refused.status, refused.error_code.as_deref()), (403, Some("modules_upload_disabled")), "{err}");
    assert!(refused.is_verdict() && !refused.is_forbidden());
}

#[test]
fn a_wrong_password_is_told_and_not_repeated() {
    let server = TestServer::of("7.22");
    let err = client(&server.url(), ("admin@test", "wrong battery"), Trust::System).survey().unwrap_err();
    let refused = err.refusal().unwrap();
    assert!(refused.is_unauthorized() && !refused.is_verdict(), "{err}");
    assert!(!format!("{err} {err:?}").contains("battery"));
}

#[test]
fn who_may_look_but_not_upload_is_told_before_the_bundle_is_sent() {
    for release in ["7.22", "8.0"] {
        let server = TestServer::of(release);
        let cluster = client(&server.url(), ("cluster_viewer", "password"), Trust::System);
        let survey = cluster.survey().unwrap();
        assert_eq!(survey.warnings, []);
        let (outcome, _) = upload_as(&cluster, &survey, survey.endpoint().unwrap(), &BundleBuilder::good());
        let err = outcome.unwrap_err();
        let refused = err.refusal().unwrap_or_else(|| panic!("{err:?}"));
        assert!(refused.is_forbidden() && !refused.is_verdict(), "{err}");
        assert_eq!((server.modules().len(), server.blobs()), (0, 0));
    }
}

#[test]
fn what_a_user_may_not_see_stays_unknown() {
    let server = TestServer::of("7.22");
    let cluster = client(&server.url(), ("none", "password"), Trust::System);
    let survey = cluster.survey().unwrap();
    assert_eq!(survey.target, Target::default());
    let requests: Vec<&str> = survey
        .warnings
        .iter()
        .map(|warning| match warning {
            Warning::NotTold { request, status: 403, .. } => *request,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(
        requests,
        ["GET /v1/nodes", "GET /v1/cluster", "GET /v1/modules", "GET /v1/cluster/module-capabilities"]
    );
    assert!(matches!(survey.endpoint(), Err(ClientError::UnknownRelease)));
    let (outcome, _) = upload_as(&cluster, &survey, Endpoint::UserDefined, &BundleBuilder::good());
    assert!(matches!(outcome, Err(ClientError::UnknownNodes)));
}
