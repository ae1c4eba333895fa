//! A restore that did not end leaves nothing that is taken for a whole catalogue.

use std::path::Path;
use std::sync::Arc;

use ramp_server::{BackupError, Config, Server, ServerError, Strangers, check, open_store};

use ramp_fixtures::redis::RedisServer;

use super::{back_up, backed_up, checked, config, put_back};
use crate::support::{TestServer, files};

/// What is half there is neither served, checked nor backed up, until it is restored again.
fn is_refused_until_restored(config: &Config, folder: &Path) {
    let [name] = files(&folder.join("blobs")).try_into().unwrap();
    // Where the bundle belongs, there is something that cannot be read.
    let in_the_way = config.data_dir.join("blobs").join(&name[..2]).join(&name);
    std::fs::create_dir_all(&in_the_way).unwrap();
    put_back(config, folder).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let started = runtime.block_on(Server::start(config));
    assert!(matches!(started, Err(ServerError::HalfRestored)), "{started:?}");
    for strangers in [Strangers::Keep, Strangers::Remove] {
        let err = check(config, strangers, &mut |_, _| {}).unwrap_err();
        assert!(matches!(err, ServerError::HalfRestored), "{err:?}");
    }
    let elsewhere = folder.with_file_name("elsewhere");
    let err = back_up(config, &elsewhere).unwrap_err();
    assert!(matches!(err, BackupError::Server(ServerError::HalfRestored)) && !elsewhere.exists(), "{err:?}");
    std::fs::remove_dir(&in_the_way).unwrap();
    put_back(config, folder).unwrap();
    assert!(checked(config).is_clean());
    // A backup of what was restored is one like any other.
    assert_eq!(back_up(config, &elsewhere).unwrap().bundles, 1);
    let restored = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), "7.22", |new| {
        new.data_dir.clone_from(&config.data_dir);
        new.store.clone_from(&config.store);
    });
    assert_eq!(super::versions(&restored), [1]);
}

#[test]
fn in_a_folder() {
    let (place, folder) = backed_up();
    is_refused_until_restored(&config(&place.path().join("data")), &folder);
}

#[test]
#[ignore = "wants redis-server"]
fn in_redis() {
    let (kept, empty) = (RedisServer::start().unwrap(), RedisServer::start().unwrap());
    let on = |redis: &RedisServer, data_dir: &Path| Some(open_store(&redis.url(), data_dir).unwrap());
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), "7.22", |config| {
        config.store = on(&kept, &config.data_dir);
    });
    server.upload("/v2/modules", super::bundle(1)).ok();
    let mut source = config(server.directory.path());
    source.store = on(&kept, &source.data_dir);
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    back_up(&source, &folder).unwrap();
    let mut config = config(&place.path().join("data"));
    config.store = on(&empty, &config.data_dir);
    is_refused_until_restored(&config, &folder);
}
