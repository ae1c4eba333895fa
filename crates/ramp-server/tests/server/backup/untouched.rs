//! A backup stays as it was made, whatever is done with it; and what is restored is what was backed up, and nothing of what was there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramp_core::Target;
use ramp_fixtures::redis::RedisServer;
use ramp_server::storage::Directory;
use ramp_server::{
    BackupError, Config, PasswordError, Server, ServerError, Strangers, check, open_store, set_password,
};

use super::{back_up, backed_up, bundle, config, put_back};
use crate::support::TestServer;

/// All that is in a folder, by path.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(contents(&path));
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
    found
}

fn started(config: &Config) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Server::start(config)).map(drop)
}

#[test]
fn no_data_directory_is_a_backup() {
    let (place, folder) = backed_up();
    let whole = contents(&folder);
    let wrong = config(&folder);
    let is_told = |err: &ServerError| assert!(matches!(err, ServerError::IsBackup { .. }), "{err:?}");
    is_told(&started(&wrong).unwrap_err());
    is_told(&open_store("sqlite", &folder).map(drop).unwrap_err());
    for strangers in [Strangers::Keep, Strangers::Remove, Strangers::Adopt] {
        is_told(&check(&wrong, strangers, &mut |_, _| {}).unwrap_err());
    }
    for err in [
        back_up(&wrong, &place.path().join("another")).unwrap_err(),
        put_back(&wrong, &folder).unwrap_err(),
        put_back(&config(&folder.join("new")), &folder).unwrap_err(),
    ] {
        match &err {
            BackupError::Server(err) => is_told(err),
            err => assert!(matches!(err, BackupError::IntoItself { .. }), "{err:?}"),
        }
    }
    let err = set_password(&wrong, "admin@example.com", "another").unwrap_err();
    assert!(matches!(&err, PasswordError::Server(ServerError::IsBackup { .. })), "{err:?}");
    // Nor is it where bundles are kept.
    let mut inside = config(&place.path().join("data"));
    inside.storage = Some(Arc::new(Directory::open(folder.join("blobs")).unwrap()));
    let err = put_back(&inside, &folder).unwrap_err();
    assert!(matches!(&err, BackupError::IntoItself { path } if path.ends_with("blobs")), "{err:?}");
    assert!(whole == contents(&folder), "{:?}", contents(&folder).keys());
    put_back(&config(&place.path().join("data")), &folder).unwrap();
}

/// Which release it was served as, and whether there is a cluster, are the backup's.
fn settings_are_those_of_the_backup(store: impl Fn(&mut Config)) {
    let directory = || Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let server = TestServer::start(directory(), "8.2", |_| {});
    let mut source = config(server.directory.path());
    let place = directory();
    let folder = place.path().join("backup");
    // A backup of SQLite is one for SQLite.
    store(&mut source);
    drop(server);
    let server = TestServer::start(directory(), "8.2", |config| config.store.clone_from(&source.store));
    source.data_dir = server.directory.path().to_owned();
    back_up(&source, &folder).unwrap();
    let mut fresh = config(&place.path().join("data"));
    store(&mut fresh);
    fresh.unbootstrapped = true;
    fresh.listen = "127.0.0.1:0".parse().unwrap();
    // Served as an older release, without a cluster.
    started(&fresh).unwrap();
    put_back(&fresh, &folder).unwrap();
    let err = started(&fresh).unwrap_err();
    assert!(matches!(&err, ServerError::NewerRelease { was, .. } if was == "8.2"), "{err:?}");
    fresh.target = Target::named("8.2").unwrap();
    started(&fresh).unwrap();
}

#[test]
fn settings_in_a_folder() {
    settings_are_those_of_the_backup(|_| {});
}

#[test]
#[ignore = "wants redis-server"]
fn settings_in_redis() {
    let servers = std::cell::RefCell::new(Vec::new());
    settings_are_those_of_the_backup(|config| {
        let redis = RedisServer::start().unwrap();
        config.store = Some(open_store(&redis.url(), &config.data_dir).unwrap());
        servers.borrow_mut().push(redis);
    });
}

/// Settings that are the server's own, and which it could not read.
#[test]
fn settings_that_cannot_be_read() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    let config = config(server.directory.path());
    let catalogue = rusqlite::Connection::open(server.directory.path().join("catalogue.sqlite")).unwrap();
    let sql = "INSERT OR REPLACE INTO settings VALUES ('played release', '5'), ('bootstrap', '5');
               UPDATE actions SET number = 9223372036854775807";
    // That is the number of an action; the sequence follows only with the next one.
    catalogue.execute_batch(sql).unwrap();
    let found = super::checked(&config);
    let told: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for one in [
        "`actions` 9223372036854775807 ",
        "`settings` played release: the release cannot be read",
        "`settings` bootstrap: the bootstrap status cannot be read",
    ] {
        assert!(told.iter().any(|told| told.starts_with(one)), "{told:?}");
    }
    let place = tempfile::tempdir().unwrap();
    let err = back_up(&config, &place.path().join("backup")).unwrap_err();
    assert!(matches!(&err, BackupError::Unreadable { faults } if *faults == found.faults), "{err:?}");
}
