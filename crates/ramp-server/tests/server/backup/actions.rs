//! Actions are backed up with what they are about.

use std::path::Path;
use std::sync::Arc;

use ramp_fixtures::redis::RedisServer;
use ramp_server::{Config, open_store};
use serde_json::{Value, json};

use super::{back_up, bundle, checked, config, put_back};
use crate::support::TestServer;

/// One of a module, and one of a database.
fn come_back(config_of: impl Fn(&Path) -> Config, fresh: impl Fn(&Path) -> Config) {
    let start = |config: &Config| {
        TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |own| {
            own.data_dir.clone_from(&config.data_dir);
            own.store.clone_from(&config.store);
        })
    };
    let listed = |server: &TestServer| -> Value {
        json!([server.get("/v1/actions").ok().json(), server.get("/v1/actions/bdb/1").ok().json()])
    };
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (before, after) = (config_of(&place.path().join("before")), fresh(&place.path().join("after")));
    let server = start(&before);
    server.upload("/v2/modules", bundle(1)).ok();
    server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 1})).ok();
    server.json("POST", "/v1/bdbs/1/upgrade", &json!({})).ok();
    let actions = listed(&server);
    assert_eq!(actions[0]["actions"].as_array().unwrap().len(), 1);
    assert_eq!((&actions[0]["state-machines"], actions[1].as_array().unwrap().len()), (&actions[1], 2));
    let folder = place.path().join("backup");
    back_up(&before, &folder).unwrap();
    put_back(&after, &folder).unwrap();
    assert!(checked(&after).is_clean());
    assert_eq!(listed(&start(&after)), actions);
}

#[test]
fn of_sqlite() {
    come_back(config, config);
}

#[test]
#[ignore = "wants redis-server"]
fn of_redis() {
    let (redis, empty) = (RedisServer::start().unwrap(), RedisServer::start().unwrap());
    let on = |redis: &RedisServer, data_dir: &Path| {
        let mut config = config(data_dir);
        config.store = Some(open_store(&redis.url(), data_dir).unwrap());
        config
    };
    come_back(|data_dir| on(&redis, data_dir), |data_dir| on(&empty, data_dir));
}
