//! What keeps a server from starting, what a start keeps of the one before, and what is left of one that fails.

use std::path::Path;
use std::sync::Arc;

use ramp_core::Target;
use ramp_server::{Config, Server, ServerError, Strangers, Transport, check, open_storage};

use crate::support::{BundleBuilder, TestServer};

/// Why a server does not start.
fn refused(data_dir: &Path, release: &str, change: impl FnOnce(&mut Config)) -> ServerError {
    let mut config = Config::new(Target::named(release).unwrap(), data_dir);
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.transport = Transport::Plain;
    change(&mut config);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(Server::start(&config)).unwrap_err()
}

/// A cluster is upgraded with all that it has, and never taken back.
#[test]
fn a_catalogue_is_upgraded_and_not_taken_back() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    for release in ["7.22", "8.2"] {
        let server = TestServer::start(Arc::clone(&directory), release, |_| {});
        server.only_module();
    }
    for release in ["7.22", "8.0"] {
        let err = refused(directory.path(), release, |_| {});
        let ServerError::NewerRelease { was, now } = err else { panic!("{err}") };
        assert_eq!((was.as_str(), now.as_str()), ("8.2", release));
    }
    // It is as it was.
    TestServer::start(directory, "8.2", |_| {}).only_module();
}

/// Unless somebody has said that it is to be upgraded, it is left alone.
#[test]
fn a_catalogue_is_not_upgraded_by_accident() {
    let directory = TestServer::of("7.22").end();
    let err = refused(directory.path(), "8.2", |config| config.upgrades = false);
    assert!(matches!(&err, ServerError::OlderRelease { was, now } if was == "7.22" && now == "8.2"), "{err}");
    TestServer::start(directory, "7.22", |config| config.upgrades = false);
}

/// A storage that was named by mistake does not become that of the catalogue.
#[test]
fn a_new_storage_is_not_that_of_a_catalogue_with_bundles() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    let wrong = directory.path().join("blbos");
    let storage = Some(open_storage(wrong.to_str().unwrap()).unwrap());
    let err = refused(directory.path(), "7.22", |config| config.storage.clone_from(&storage));
    assert!(matches!(err, ServerError::NewStorage { bundles: 1 }), "{err}");
    let mut config = Config::new(Target::named("7.22").unwrap(), directory.path());
    config.storage = storage;
    let err = check(&config, Strangers::Keep, &mut |_, _| {}).unwrap_err();
    assert!(matches!(err, ServerError::NewStorage { bundles: 1 }), "{err}");
    assert_eq!(std::fs::read_dir(&wrong).unwrap().count(), 0);
    TestServer::start(Arc::clone(&directory), "7.22", |_| {}).only_module();
    // Where the bundles are lost, that is said once.
    std::fs::remove_dir_all(directory.path().join("blobs")).unwrap();
    config.storage = None;
    let found = check(&config, Strangers::Adopt, &mut |_, _| {}).unwrap();
    assert_eq!(found.missing.len(), 1);
    TestServer::start(directory, "7.22", |_| {}).only_module();
}

/// A release that only a newer version of this program knows is a later one.
#[test]
fn a_release_that_is_not_known_is_a_later_one() {
    let directory = TestServer::of("8.2").end();
    let catalogue = rusqlite::Connection::open(directory.path().join("catalogue.sqlite")).unwrap();
    let changed = catalogue.execute("UPDATE settings SET value = '\"99.1\"' WHERE name = 'played release'", []);
    assert_eq!(changed.unwrap(), 1);
    drop(catalogue);
    let err = refused(directory.path(), "8.2", |_| {});
    assert!(matches!(&err, ServerError::UnknownRelease { was } if was == "99.1"), "{err}");
}

#[test]
fn what_a_failed_start_has_made_is_removed() {
    let directory = ramp_fixtures::directory::tempdir().unwrap();
    let data = directory.path().join("a/data");
    let busy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap();
    let err = refused(&data, "7.22", |config| config.listen = address);
    assert!(matches!(err, ServerError::Listen { .. }), "{err}");
    assert!(!directory.path().join("a").exists());
    let nowhere = directory.path().join("nosuch.pem");
    let files = Transport::Files { certificate: nowhere.clone(), key: nowhere };
    let err = refused(&data, "7.22", |config| config.transport = files);
    assert!(matches!(err, ServerError::Tls { .. }), "{err}");
    assert!(!directory.path().join("a").exists());
    // Bundles of another server, which are left alone.
    let blobs = directory.path().join("blobs");
    let storage = || Some(open_storage(blobs.to_str().unwrap()).unwrap());
    let other = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.storage = storage();
    });
    other.upload("/v2/modules", BundleBuilder::good()).ok();
    let other = other.end();
    let err = refused(&data, "7.22", |config| config.storage = storage());
    assert!(matches!(err, ServerError::OtherCatalogue { .. }), "{err}");
    assert!(!directory.path().join("a").exists());
    TestServer::start(other, "7.22", |config| config.storage = storage()).only_module();
    // What was there stays.
    std::fs::create_dir_all(&data).unwrap();
    refused(&data, "7.22", |config| config.listen = address);
    assert!(data.exists());
}

/// A start as a later release that fails takes nothing to that release.
#[test]
fn a_start_that_fails_upgrades_nothing() {
    let directory = TestServer::of("7.22").end();
    let catalogue = rusqlite::Connection::open(directory.path().join("catalogue.sqlite")).unwrap();
    catalogue.execute("DELETE FROM users", []).unwrap();
    drop(catalogue);
    // Where the password of the first admin is to be written.
    let in_the_way = directory.path().join("first-password");
    std::fs::create_dir(&in_the_way).unwrap();
    let err = refused(directory.path(), "8.2", |config| config.admin_password = None);
    assert!(matches!(err, ServerError::File { .. }), "{err}");
    std::fs::remove_dir(&in_the_way).unwrap();
    TestServer::start(directory, "7.22", |_| {});
}

/// Names in a catalogue that came from somewhere else are no reason to remove what is somebody else's.
#[test]
fn only_bundles_are_removed_from_where_bundles_are() {
    let directory = TestServer::of("7.22").end();
    let at = |name: &str| directory.path().join("blobs").join(name);
    let catalogue = rusqlite::Connection::open(directory.path().join("catalogue.sqlite")).unwrap();
    let theirs = ["README.zip", "notes/plan.zip", "catalogue-id"];
    let bundle = format!("00/{}-{}.zip", "0".repeat(64), "1".repeat(32));
    for name in theirs.iter().copied().chain([bundle.as_str()]) {
        catalogue.execute("INSERT INTO discarded (blob) VALUES (?)", [name]).unwrap();
        std::fs::create_dir_all(at(name).parent().unwrap()).unwrap();
        if name != "catalogue-id" {
            std::fs::write(at(name), "").unwrap();
        }
    }
    let server = TestServer::start(Arc::clone(&directory), "7.22", |_| {});
    let started = std::time::Instant::now();
    let left = || catalogue.query_row("SELECT count(*) FROM discarded", [], |row| row.get::<_, i64>(0)).unwrap();
    while left() > 0 {
        assert!(started.elapsed().as_secs() < 30, "{} are left", left());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(theirs.iter().all(|name| at(name).exists()) && !at(&bundle).exists());
    server.get("/readyz").ok();
}
