//! A storage knows whose bundles it holds: a catalogue that is not theirs removes none.

use std::path::Path;
use std::sync::Arc;

use ramp_fixtures::redis::RedisServer;
use ramp_server::store::{SqliteStore, Store as _};
use ramp_server::{Checked, Config, Fate, Server, ServerError, Strangers, Transport, check, open_storage, open_store};

use crate::support::{BundleBuilder, TestServer, files};

/// Why a server does not start on that data directory.
fn refused(data_dir: &Path, change: impl FnOnce(&mut Config)) -> ServerError {
    let mut config = Config::new(ramp_core::Target::named("7.22").unwrap(), data_dir);
    config.listen = "127.0.0.1:0".parse().unwrap();
    config.transport = Transport::Plain;
    change(&mut config);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Server::start(&config)).map(drop).unwrap_err()
}

pub(crate) fn shared(blobs: &Path) -> impl FnOnce(&mut Config) + use<> {
    let location = blobs.to_str().unwrap().to_owned();
    move |config| config.storage = Some(open_storage(&location).unwrap())
}

/// With a bundle in a storage of its own.
pub(crate) fn served(blobs: &Path) -> TestServer {
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", shared(blobs));
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    server
}

#[test]
fn a_typo_in_the_data_directory_costs_no_bundle() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let right = served(blobs.path()).end();
    let before = files(blobs.path());
    let wrong = ramp_fixtures::directory::tempdir().unwrap();
    for _ in 0..2 {
        let err = refused(wrong.path(), shared(blobs.path()));
        assert!(matches!(err, ServerError::OtherCatalogue { .. }), "{err:?}");
        assert_eq!(files(blobs.path()), before);
    }
    let server = TestServer::start(right, "7.22", shared(blobs.path()));
    server.only_module();
}

/// It answers as if nothing had ever been there; the bundles are of what was.
#[test]
#[ignore = "wants redis-server"]
fn a_redis_that_comes_back_empty_is_not_taken_for_the_catalogue() {
    let (blobs, redis) = (ramp_fixtures::directory::tempdir().unwrap(), RedisServer::start().unwrap());
    let with = |url: String| {
        let location = blobs.path().to_str().unwrap().to_owned();
        move |config: &mut Config| {
            config.store = Some(open_store(&url, &config.data_dir).unwrap());
            config.storage = Some(open_storage(&location).unwrap());
        }
    };
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", with(redis.url()));
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let before = files(blobs.path());
    let directory = server.end();
    drop(redis);
    let empty = RedisServer::start().unwrap();
    let refused = refused(directory.path(), with(empty.url()));
    assert!(matches!(refused, ServerError::OtherCatalogue { .. }), "{refused:?}");
    assert_eq!(files(blobs.path()), before);
}

/// A catalogue without what was written since, as one that was copied without its `-wal`. It is told from the one that was used last, and
/// can be brought up to what is there; then it is the other that is old.
#[test]
fn an_older_catalogue_costs_no_bundle() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    let directory = server.end();
    let copy = directory.path().join("copy.sqlite");
    std::fs::copy(directory.path().join("catalogue.sqlite"), &copy).unwrap();
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    server.upload("/v2/modules", BundleBuilder::good().set("version", 20000)).ok();
    let directory = server.end();
    let before = files(blobs.path());
    assert_eq!(before.len(), 2);
    let newer = copied(directory.path());
    for file in ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"] {
        let _ = std::fs::remove_file(directory.path().join(file));
    }
    std::fs::rename(&copy, directory.path().join("catalogue.sqlite")).unwrap();
    let is_older = |data_dir: &Path| {
        let err = refused(data_dir, shared(blobs.path()));
        assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
        assert_eq!(files(blobs.path()), before);
    };
    is_older(directory.path());
    let config = config(directory.path(), "7.22", blobs.path());
    for strangers in [Strangers::Keep, Strangers::Remove] {
        let err = check(&config, strangers, &mut |_, _| {}).unwrap_err();
        assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
    }
    let adopted = checked(directory.path(), "7.22", blobs.path(), Strangers::Adopt);
    assert!(matches!(adopted.unknown.as_slice(), [(_, Fate::Adopted(_, 20000))]), "{adopted:?}");
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    assert_eq!(server.get("/v1/modules").ok().json().as_array().unwrap().len(), 2);
    is_older(newer.path());
}

pub(crate) fn copied(data_dir: &Path) -> Arc<tempfile::TempDir> {
    let copy = ramp_fixtures::directory::tempdir().unwrap();
    for entry in std::fs::read_dir(data_dir).unwrap().map(Result::unwrap) {
        if entry.path().is_file() {
            std::fs::copy(entry.path(), copy.path().join(entry.file_name())).unwrap();
        }
    }
    Arc::new(copy)
}

/// Two servers with copies of one catalogue: the one that started last has the storage, and the other changes nothing there.
#[test]
fn a_copied_catalogue_has_one_server() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let first = served(blobs.path());
    let copy = copied(first.directory.path());
    let uid = first.only_module();
    let second = TestServer::start(Arc::clone(&copy), "7.22", shared(blobs.path()));
    second.upload("/v2/modules", BundleBuilder::good().set("version", 20000)).ok();
    let before = files(blobs.path());
    first.upload("/v2/modules", BundleBuilder::good().set("version", 30000)).is_refused(503, "store_unavailable");
    first.delete(&format!("/v2/modules/{uid}")).is_refused(503, "store_unavailable");
    first.only_module();
    assert_eq!(files(blobs.path()), before);
    let ready = first.get("/readyz");
    assert_eq!((ready.status, &ready.json()["status"]), (503, &"not_ready".into()));
    let problem = "another server has taken over the storage";
    assert_eq!(ready.json()["storage"], serde_json::json!({"ok": false, "problem": problem}));
    assert_eq!(ready.json()["storage_taken"], true);
    // The other has nothing to fear.
    second.delete(&format!("/v2/modules/{uid}")).ok();
    assert_eq!(files(blobs.path()).len(), 1);
    let ready = second.get("/readyz").ok().json();
    assert_eq!((&ready["status"], &ready["storage_taken"]), (&"ready".into(), &false.into()));
    // Nor does the first start again; the second does.
    let err = refused(first.end().path(), shared(blobs.path()));
    assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
    TestServer::start(second.end(), "7.22", shared(blobs.path())).only_module();
}

/// What a start dies with between catalogue and mark is no other's term.
#[test]
fn a_start_that_dies_half_way_can_be_made_again() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let directory = served(blobs.path()).end();
    let mark = blobs.path().join("catalogue-id");
    let store = SqliteStore::open(&directory.path().join("catalogue.sqlite")).unwrap();
    let written = std::fs::read_to_string(&mark).unwrap();
    let [id, term, _] = written.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
    for standing in [term, "next"] {
        store.set_settings(&[("storage terms", format!(r#"{{"now":"{term}","next":"next"}}"#))]).unwrap();
        std::fs::write(&mark, format!("{id} {standing}\n")).unwrap();
        let asked = checked(directory.path(), "7.22", blobs.path(), Strangers::Keep);
        assert!(asked.is_clean(), "{asked:?}");
    }
    std::fs::write(&mark, format!("{id} other\n")).unwrap();
    let err = refused(directory.path(), shared(blobs.path()));
    assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
    std::fs::write(&mark, format!("{id} next\n")).unwrap();
    drop(store);
    TestServer::start(directory, "7.22", shared(blobs.path())).only_module();
}

/// Not only what is gone at the start is told.
#[test]
fn a_storage_is_looked_at_while_the_server_runs() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let with = |config: &mut Config| {
        shared(blobs.path())(config);
        config.limits.stock_interval = std::time::Duration::from_millis(20);
    };
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", with);
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let [name] = files(blobs.path()).try_into().unwrap();
    let stranger = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    std::fs::create_dir_all(blobs.path().join("aa")).unwrap();
    std::fs::write(blobs.path().join(&stranger), b"PK").unwrap();
    std::fs::remove_file(blobs.path().join(&name[..2]).join(&name)).unwrap();
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let health = server.get("/readyz").ok().json();
        if health["bundles_missing"] == 1 && health["bundles_unknown"] == 1 {
            assert_eq!(health["status"], "degraded");
            break;
        }
        assert!(std::time::Instant::now() < patience, "{health}");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(server.get("/metrics").ok().text.contains("\nramp_bundles_missing 1\n"));
}

#[test]
fn a_storage_that_does_not_say_whose_it_is_is_not_taken() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let directory = served(blobs.path()).end();
    let before = files(blobs.path());
    let mark = blobs.path().join("catalogue-id");
    std::fs::remove_file(&mark).unwrap();
    let err = refused(directory.path(), shared(blobs.path()));
    assert!(matches!(err, ServerError::UnmarkedStorage { bundles: 1 }), "{err:?}");
    assert!(!mark.exists());
    assert_eq!(files(blobs.path()), before);
}

#[test]
fn a_bundle_that_is_missing_makes_the_server_degraded() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let directory = served(blobs.path()).end();
    let [name] = files(blobs.path()).try_into().unwrap();
    std::fs::remove_file(blobs.path().join(&name[..2]).join(&name)).unwrap();
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    let health = server.get("/readyz").ok().json();
    assert_eq!((&health["status"], &health["bundles_missing"]), (&"degraded".into(), &1.into()));
    // It serves all the same.
    server.only_module();
}

pub(crate) fn config(data_dir: &Path, release: &str, blobs: &Path) -> Config {
    let mut config = Config::new(ramp_core::Target::named(release).unwrap(), data_dir);
    shared(blobs)(&mut config);
    config
}

pub(crate) fn checked(data_dir: &Path, release: &str, blobs: &Path, strangers: Strangers) -> Checked {
    let config = config(data_dir, release, blobs);
    let mut seen = Vec::new();
    let checked = check(&config, strangers, &mut |done, of| seen.push((done, of))).unwrap();
    assert_eq!(seen, (1..=checked.bundles).map(|done| (done, checked.bundles)).collect::<Vec<_>>());
    checked
}

/// What is missing or damaged is named, with the module that has it; while a server is at work.
#[test]
fn a_check_names_what_is_wrong() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    for version in [20000, 30000] {
        server.upload("/v2/modules", BundleBuilder::good().set("version", version)).ok();
    }
    let names = files(blobs.path());
    let at = |name: &str| blobs.path().join(&name[..2]).join(name);
    let data_dir = server.directory.path();
    let clean = checked(data_dir, "7.22", blobs.path(), Strangers::Keep);
    let bytes: u64 = names.iter().map(|name| at(name).metadata().unwrap().len()).sum();
    assert!(clean.is_clean() && (clean.bundles, clean.bytes) == (3, bytes), "{clean:?}");
    std::fs::remove_file(at(&names[0])).unwrap();
    let mut broken = std::fs::read(at(&names[1])).unwrap();
    broken[100] ^= 1;
    std::fs::write(at(&names[1]), broken).unwrap();
    let stranger = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    std::fs::create_dir_all(blobs.path().join("aa")).unwrap();
    std::fs::write(blobs.path().join(&stranger), b"PK").unwrap();
    let found = checked(data_dir, "7.22", blobs.path(), Strangers::Keep);
    let blob = |name: &str| format!("{}/{name}", &name[..2]);
    assert!(!found.is_clean());
    assert_eq!((found.missing, found.damaged), (vec![blob(&names[0])], vec![blob(&names[1])]));
    assert_eq!(found.unknown, [(stranger.clone(), Fate::Kept)]);
    let mut concerned: Vec<&str> = found.concerned.iter().map(|(_, _, blob)| blob.as_str()).collect();
    concerned.sort_unstable();
    assert_eq!(concerned, [blob(&names[0]), blob(&names[1])]);
    // What is no bundle cannot be adopted; what is nobody's is removed when that is asked for, and nothing else.
    let server = server.end();
    let data_dir = server.path();
    let kept = checked(data_dir, "7.22", blobs.path(), Strangers::Adopt);
    assert_eq!(kept.unknown, [(stranger.clone(), Fate::NotAdopted("it cannot be read as a bundle".into()))]);
    let removed = checked(data_dir, "7.22", blobs.path(), Strangers::Remove);
    assert_eq!(removed.unknown, [(stranger, Fate::Removed)]);
    assert_eq!(files(blobs.path()), names[1..]);
}

/// A catalogue that is lost is made of the bundles again.
#[test]
fn bundles_are_adopted_by_a_new_catalogue() {
    for (release, endpoint) in [("7.22", "/v2/modules"), ("8.0", "/v2/local/modules/user-defined/artifacts")] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let server =
            TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, shared(blobs.path()));
        server.upload(endpoint, BundleBuilder::good()).ok();
        drop(server);
        let before = files(blobs.path());
        let new = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
        let err = refused(new.path(), shared(blobs.path()));
        assert!(matches!(err, ServerError::OtherCatalogue { .. }), "{err:?}");
        let adopted = checked(new.path(), release, blobs.path(), Strangers::Adopt);
        let [(_, Fate::Adopted(name, 10203))] = adopted.unknown.as_slice() else { panic!("{adopted:?}") };
        assert_eq!(name, "testmodule");
        assert!(checked(new.path(), release, blobs.path(), Strangers::Keep).is_clean());
        let server = TestServer::start(new, release, shared(blobs.path()));
        server.only_module();
        server
            .upload(endpoint, BundleBuilder::good())
            .is_refused(if release == "8.0" { 406 } else { 400 }, "module_exists");
        assert_eq!(files(blobs.path()), before);
    }
}

/// What others put there is neither waited for nor in the way.
#[cfg(unix)]
#[test]
fn files_of_others_are_passed_over() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let directory = served(blobs.path()).end();
    for name in ["a\u{1}b", "line\nbreak", ".nfs0001", "a b.zip"] {
        std::fs::write(blobs.path().join(name), b"PK").unwrap();
    }
    assert!(checked(directory.path(), "7.22", blobs.path(), Strangers::Keep).is_clean());
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    server.only_module();
}
