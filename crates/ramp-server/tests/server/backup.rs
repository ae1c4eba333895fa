//! Backups: made while a server is at work, put back into an empty place.

mod actions;
mod agreement;
mod half;
mod hostile;
mod refused;
mod unreadable;
mod untouched;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use ramp_core::Target;
use ramp_fixtures::redis::RedisServer;
use ramp_server::storage::Directory;
use ramp_server::{BackedUp, BackupError, Checked, Config, Strangers, backup, check, open_store, restore};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{ADMIN, BundleBuilder, TestServer, files};

fn config(data_dir: &Path) -> Config {
    Config::new(Target::named("7.22").unwrap(), data_dir)
}

fn back_up(config: &Config, to: &Path) -> Result<BackedUp, BackupError> {
    let mut seen = Vec::new();
    let done = backup(config, to, &mut |done, of| seen.push((done, of)));
    if let Ok(BackedUp { bundles, lacking, .. }) = &done {
        let all = bundles + lacking.len();
        assert!(all == 0 || seen.last() == Some(&(all, all)), "{seen:?}");
    }
    done
}

fn put_back(config: &Config, from: &Path) -> Result<BackedUp, BackupError> {
    restore(config, from, &mut |_, _| {})
}

fn checked(config: &Config) -> Checked {
    check(config, Strangers::Keep, &mut |_, _| {}).unwrap()
}

fn versions(server: &TestServer) -> Vec<i64> {
    let modules: Value = server.get("/v1/modules").ok().json();
    modules.as_array().unwrap().iter().map(|module| module["version"].as_i64().unwrap()).collect()
}

fn bundle(version: i64) -> BundleBuilder {
    BundleBuilder::good().set("version", version)
}

/// Uploads and deletes until it is told to stop, so that at each moment the modules have versions without gaps.
fn mix(server: &TestServer, is_over: &AtomicBool) {
    let (mut first, mut next) = (1_i64, 1_i64);
    let mut uids = std::collections::VecDeque::new();
    while !is_over.load(Ordering::Relaxed) {
        server.upload("/v2/modules", bundle(next)).ok();
        let modules: Value = server.get("/v1/modules").ok().json();
        let of = |version: i64| modules.as_array().unwrap().iter().find(|module| module["version"] == version).cloned();
        uids.push_back(of(next).unwrap()["uid"].as_str().unwrap().to_owned());
        next += 1;
        if next - first > 6 {
            server.delete(&format!("/v2/modules/{}", uids.pop_front().unwrap())).ok();
            first += 1;
        }
    }
}

/// What a backup holds is a state that there was; it is put back whole, and the server of it serves.
fn backed_up_at_work(server: &TestServer, config: &Config, fresh: impl Fn(&Path) -> Config) {
    server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 1})).ok();
    let backups = ramp_fixtures::directory::tempdir().unwrap();
    let is_over = AtomicBool::new(false);
    let made: Vec<(usize, BackedUp)> = std::thread::scope(|scope| {
        scope.spawn(|| mix(server, &is_over));
        // Else all of them may be made before the first bundles are there.
        while server.get("/v1/modules").ok().json().as_array().unwrap().len() < 2 {
            std::thread::yield_now();
        }
        let made = (0..8).map(|number| (number, back_up(config, &backups.path().join(number.to_string())).unwrap()));
        let made = made.collect();
        is_over.store(true, Ordering::Relaxed);
        made
    });
    assert!(made.iter().any(|(_, backed_up)| backed_up.bundles > 1), "{made:?}");
    let (number, last) = made.last().unwrap();
    for (number, backed_up) in &made {
        assert_eq!(backed_up.lacking, Vec::<String>::new(), "{number}");
        let folder = backups.path().join(number.to_string());
        assert_eq!(files(&folder.join("blobs")).len(), backed_up.bundles);
        let manifest: Value = serde_json::from_slice(&std::fs::read(folder.join("backup.json")).unwrap()).unwrap();
        assert_eq!(
            (&manifest["format"], manifest["bundles"].as_array().unwrap().len()),
            (&json!(1), backed_up.bundles)
        );
    }
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let fresh = fresh(&place.path().join("data"));
    let folder = backups.path().join(number.to_string());
    assert_eq!(put_back(&fresh, &folder).unwrap(), *last);
    let found = checked(&fresh);
    assert!(found.is_clean() && found.bundles == last.bundles && found.unknown.is_empty(), "{found:?}");
    let restored = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.data_dir.clone_from(&fresh.data_dir);
        (config.store, config.storage) = (fresh.store.clone(), fresh.storage.clone());
        // Users are restored, so this is nobody's.
        config.admin_password = Some("another".to_owned());
    });
    let there = versions(&restored);
    assert_eq!(there.len(), last.bundles);
    assert!(there.windows(2).all(|pair| pair[0] + 1 == pair[1]), "{there:?}");
    restored.request(Some((ADMIN.0, "another")), "GET", "/v1/modules", None).is_refused(401, "unauthorized");
    assert_eq!(restored.get("/v1/bdbs").ok().json()[0]["name"], "db");
    // The next database has a number that none had before.
    let next = restored.json("POST", "/v1/bdbs", &json!({"name": "next", "memory_size": 1})).ok().json();
    assert_eq!(next["uid"], 2);
    restored.upload("/v2/modules", bundle(1_000_000)).ok();
    assert!(checked(&fresh).is_clean());
}

#[test]
fn sqlite_while_a_server_is_at_work() {
    let server = TestServer::of("7.22");
    backed_up_at_work(&server, &config(server.directory.path()), config);
}

#[test]
#[ignore = "wants redis-server"]
fn redis_while_a_server_is_at_work() {
    let (redis, empty) = (RedisServer::start().unwrap(), RedisServer::start().unwrap());
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.store = Some(open_store(&redis.url(), &config.data_dir).unwrap());
    });
    let on = |redis: &RedisServer, data_dir: &Path| {
        let mut config = config(data_dir);
        config.store = Some(open_store(&redis.url(), data_dir).unwrap());
        config
    };
    // Others' keys are others'.
    empty.ask("SET other x").unwrap();
    backed_up_at_work(&server, &on(&redis, server.directory.path()), |data_dir| on(&empty, data_dir));
    assert_eq!(empty.ask("GET other").as_deref(), Some("$1\r\nx\r\n"));
}

/// From 8.0 on, artifacts are those of a node, which is known by the id of its server.
#[test]
fn artifacts_come_back_to_their_node() {
    let server = TestServer::of("8.0");
    let artifact = |server: &TestServer| server.get("/v2/local/modules/user-defined/artifacts").ok().json();
    server.json("POST", "/v2/modules/user-defined", &crate::user_defined::object()).ok();
    server.upload("/v2/local/modules/user-defined/artifacts", BundleBuilder::good()).ok();
    let before = artifact(&server);
    assert_eq!(before.as_array().unwrap().len(), 1);
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (folder, data) = (place.path().join("backup"), place.path().join("data"));
    back_up(&config(server.directory.path()), &folder).unwrap();
    put_back(&config(&data), &folder).unwrap();
    let restored = TestServer::start(Arc::new(place), "8.0", |config| config.data_dir = data);
    assert_eq!(artifact(&restored), before);
}

/// What is under way is not in a backup, and takes no place in what is restored.
#[test]
fn claims_are_dropped() {
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    TestServer::start(Arc::clone(&directory), "7.22", |_| {}).end();
    let store = open_store("sqlite", directory.path()).unwrap();
    crate::stores::claim_of_another(store.as_ref());
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (folder, data) = (place.path().join("backup"), place.path().join("data"));
    back_up(&config(directory.path()), &folder).unwrap();
    put_back(&config(&data), &folder).unwrap();
    let restored = open_store("sqlite", &data).unwrap();
    assert!(!store.blobs().unwrap().is_empty() && restored.blobs().unwrap().is_empty());
    assert_eq!(restored.find("claimed", 1).unwrap(), None);
    crate::stores::claim_of_another(restored.as_ref());
}

/// Neither is taken for the other: the bundles of what was backed up are not those of what was restored.
#[test]
fn what_is_restored_is_another_catalogue() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    let directory = server.end();
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (folder, data) = (place.path().join("backup"), place.path().join("data"));
    back_up(&config(directory.path()), &folder).unwrap();
    put_back(&config(&data), &folder).unwrap();
    let mut crossed = config(&data);
    crossed.storage = Some(Arc::new(Directory::open(directory.path().join("blobs")).unwrap()));
    let err = check(&crossed, Strangers::Keep, &mut |_, _| {}).unwrap_err();
    assert!(matches!(err, ramp_server::ServerError::OtherCatalogue { .. }), "{err:?}");
}

/// A folder with one backup, of one module.
fn backed_up() -> (TempDir, std::path::PathBuf) {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let folder = place.path().join("backup");
    let done = back_up(&config(server.directory.path()), &folder).unwrap();
    assert_eq!((done.bundles, done.lacking.len()), (1, 0));
    (place, folder)
}
