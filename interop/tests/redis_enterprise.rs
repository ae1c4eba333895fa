//! The crate `redis-enterprise`, as its users use it, on both generations and both catalogues, over TLS.
//!
//! Those against a catalogue in Redis want a `redis-server` on the path and are run by `--ignored`.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code")]

use std::path::Path;

use ramp_core::Target;
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::redis::RedisServer;
use ramp_server::{Config, Server, Transport, open_store};
use redis_enterprise::bdb::ModuleConfig;
use redis_enterprise::error::RestError;
use redis_enterprise::{
    ActionHandler, BdbHandler, ClusterHandler, CreateDatabaseRequest, EnterpriseClient, ModuleHandler, NodeHandler,
};
use serde_json::json;
use tokio::sync::oneshot;

const USER: &str = "admin@test";
const PASSWORD: &str = "correct horse";

/// A server on this runtime, and a client that trusts its certificate.
async fn start(directory: &Path, release: &str, store: &str) -> (EnterpriseClient, oneshot::Sender<()>) {
    let target = Target::named(release).unwrap().with_allow_modules_upload(Some(true));
    let mut config = Config::new(target, directory);
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.transport = Transport::SelfMade;
    config.without_bundled = true;
    config.store = Some(open_store(store, directory).unwrap());
    (config.admin_user, config.admin_password) = (USER.into(), Some(PASSWORD.into()));
    let server = Server::start(&config).await.unwrap();
    let address = server.address();
    let (stop, stopped) = oneshot::channel::<()>();
    tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    let client = EnterpriseClient::builder()
        .base_url(format!("https://{address}"))
        .username(USER)
        .password(PASSWORD)
        .ca_cert(directory.join("certificate.pem"))
        .build()
        .unwrap();
    (client, stop)
}

/// Status and words of what was refused.
fn refused(err: RestError) -> (u16, String) {
    match err {
        RestError::ApiError { code, message } => (code, message),
        RestError::NotFound => (404, String::new()),
        other => panic!("{other:?}"),
    }
}

/// Makes a database that uses the module of the fixtures; its number.
async fn use_module(databases: &BdbHandler) -> u32 {
    let module = ModuleConfig::builder().module_name("testmodule").module_args("").build();
    // That which the module is for; releases make newer ones where nothing is said.
    let request = CreateDatabaseRequest::builder().name("x").memory_size(1 << 30).redis_version("7.4");
    let request = request.module_list(vec![module]).build();
    let made = databases.create(request).await.unwrap();
    assert_eq!((made.name.as_str(), made.status.as_deref()), ("x", Some("active")));
    let listed = databases.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].module_list.as_ref().unwrap()[0]["semantic_version"], "1.2.3");
    assert_eq!(databases.info(made.uid).await.unwrap().memory_size, Some(1 << 30));
    made.uid
}

async fn up_to_7_22(store: &str) {
    let directory = tempfile::tempdir().unwrap();
    let (client, _stop) = start(directory.path(), "7.22", store).await;
    let modules = ModuleHandler::new(client.clone());
    let bundle = BundleBuilder::good().build();
    let uploaded = modules.upload(bundle.clone(), "testmodule.zip").await.unwrap();
    let uid = uploaded["uid"].as_str().unwrap().to_owned();
    let action = ActionHandler::new(client.clone()).get(uploaded["action_uid"].as_str().unwrap()).await.unwrap();
    assert_eq!(action.status, "completed");
    let listed = modules.list().await.unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].module_name.as_deref(), listed[0].version), (Some("testmodule"), Some(10203)));
    assert!(listed[0].platforms.as_ref().unwrap().contains_key("rhel9/x86_64"));
    assert_eq!(modules.get(&uid).await.unwrap().uid, uid);
    let (status, words) = refused(modules.upload(bundle, "testmodule.zip").await.unwrap_err());
    assert!(status == 400 && words.contains("module_exists"), "{status} {words}");
    let nodes = NodeHandler::new(client.clone()).list().await.unwrap();
    assert_eq!(nodes.len(), 1);
    ClusterHandler::new(client.clone()).info().await.unwrap();
    let databases = BdbHandler::new(client);
    let database = use_module(&databases).await;
    let (status, words) = refused(modules.delete(&uid).await.unwrap_err());
    assert!(status == 406 && words.contains("module_in_use"), "{status} {words}");
    databases.delete(database).await.unwrap();
    modules.delete(&uid).await.unwrap();
    assert!(modules.list().await.unwrap().is_empty());
}

async fn from_8_0_on(store: &str) {
    let directory = tempfile::tempdir().unwrap();
    let (client, _stop) = start(directory.path(), "8.2", store).await;
    let modules = ModuleHandler::new(client.clone());
    let bundle = BundleBuilder::good().build();
    // What was observed of a cluster of 8.0.10 (tests/module_tests.rs of the crate).
    let (status, words) = refused(modules.register_user_defined(json!({})).await.unwrap_err());
    assert!(status == 406 && words.contains("invalid_module"), "{status} {words}");
    assert_eq!(modules.list_user_defined_artifacts().await.unwrap(), json!([]));
    let object = json!({
        "module_name": "testmodule", "version": 10203, "semantic_version": "1.2.3", "display_name": "Test",
        "commands": [], "command_line_args": "", "capabilities": ["types"], "min_redis_version": "6.0",
        "compatible_redis_version": "7.4",
    });
    let uid = modules.register_user_defined(object).await.unwrap()["uid"].as_str().unwrap().to_owned();
    let uploaded = modules.upload_user_defined_artifact(bundle.clone(), "testmodule.zip").await.unwrap();
    assert_eq!(uploaded, json!({}));
    let artifacts = modules.list_user_defined_artifacts().await.unwrap();
    assert_eq!(artifacts[0]["module_name"], "testmodule");
    assert_eq!(artifacts[0]["version"], 10203);
    assert_eq!(modules.list().await.unwrap().len(), 1);
    // The old way is gone, which the crate has words for.
    assert!(matches!(modules.upload(bundle, "testmodule.zip").await, Err(RestError::ValidationError(_))));
    let databases = BdbHandler::new(client);
    let database = use_module(&databases).await;
    for deleted in
        [modules.delete_user_defined_artifact("testmodule", "10203").await, modules.delete_user_defined(&uid).await]
    {
        let (status, words) = refused(deleted.unwrap_err());
        assert!(status == 406 && words.contains("module_in_use"), "{status} {words}");
    }
    databases.delete(database).await.unwrap();
    modules.delete_user_defined_artifact("testmodule", "10203").await.unwrap();
    modules.delete_user_defined(&uid).await.unwrap();
    let (status, _) = refused(modules.delete_user_defined(&uid).await.unwrap_err());
    assert_eq!(status, 404);
    assert!(modules.list().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn with_sqlite() {
    up_to_7_22("sqlite").await;
    from_8_0_on("sqlite").await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "wants redis-server"]
async fn with_redis() {
    let redis = RedisServer::start().unwrap();
    up_to_7_22(&redis.url()).await;
    let other = RedisServer::start().unwrap();
    from_8_0_on(&other.url()).await;
}
