//! Copies of a catalogue that were made while its server was at work: which of them is the newest, and what an older one must not do.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramp_server::{Checked, Fate, ServerError, Strangers, check};

use crate::stock::{checked, config, copied, served, shared};
use crate::support::{BundleBuilder, TestServer, files};

const ARTIFACTS: &str = "/v2/local/modules/user-defined/artifacts";

fn mark(blobs: &Path) -> PathBuf {
    blobs.join("catalogue-id")
}

/// Ends a server, and leaves everything as if it had been killed.
fn killed(server: TestServer, blobs: &Path) -> Arc<tempfile::TempDir> {
    let (mark_before, before) = (std::fs::read(mark(blobs)).unwrap(), copied(server.directory.path()));
    server.end();
    std::fs::write(mark(blobs), mark_before).unwrap();
    before
}

fn asked(data_dir: &Path, blobs: &Path, strangers: Strangers) -> Result<Checked, ServerError> {
    check(&config(data_dir, "7.22", blobs), strangers, &mut |_, _| {})
}

/// A backup that was made between the claim of an upload and its commit. Nothing tells it from the newest catalogue, since no start came
/// after it.
#[test]
fn a_backup_made_in_the_middle_of_an_upload_costs_no_bundle() {
    for (release, endpoint, list) in [("7.22", "/v2/modules", "/v1/modules"), ("8.0", ARTIFACTS, ARTIFACTS)] {
        let blobs = ramp_fixtures::directory::tempdir().unwrap();
        let server =
            TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), release, shared(blobs.path()));
        server.upload(endpoint, BundleBuilder::good()).ok();
        let backup = copied(server.directory.path());
        let catalogue = rusqlite::Connection::open(backup.path().join("catalogue.sqlite")).unwrap();
        catalogue.execute_batch("UPDATE builds SET committed = 0; UPDATE artifacts SET committed = 0").unwrap();
        drop(catalogue);
        server.upload(endpoint, BundleBuilder::good().set("version", 20000)).ok();
        killed(server, blobs.path());
        let before = files(blobs.path());
        assert_eq!(before.len(), 2);
        let server = TestServer::start(backup, release, shared(blobs.path()));
        assert_eq!(server.get(list).ok().json()[0]["version"], 10203);
        assert_eq!(server.get("/readyz").ok().json()["bundles_unknown"], 1);
        assert_eq!(files(blobs.path()), before);
        // What it lacks can be put into it.
        let directory = server.end();
        let adopted = checked(directory.path(), release, blobs.path(), Strangers::Adopt);
        assert!(matches!(adopted.unknown.as_slice(), [(_, Fate::Adopted(_, 20000))]), "{adopted:?}");
    }
}

/// What an older copy does not know is not removed, whether the server of the right one is at work, or was killed.
#[test]
fn an_older_copy_removes_nothing() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    let copy = copied(server.directory.path());
    server.upload("/v2/modules", BundleBuilder::good().set("version", 20000)).ok();
    let before = files(blobs.path());
    let err = asked(copy.path(), blobs.path(), Strangers::Remove).unwrap_err();
    assert!(matches!(err, ServerError::InUse { .. }) || cfg!(not(unix)), "{err:?}");
    let err = asked(copy.path(), blobs.path(), Strangers::Adopt).unwrap_err();
    assert!(matches!(err, ServerError::InUse { .. }) || cfg!(not(unix)), "{err:?}");
    // It may look.
    assert_eq!(asked(copy.path(), blobs.path(), Strangers::Keep).unwrap().unknown.len(), 1);
    let directory = killed(server, blobs.path());
    for data_dir in [copy.path(), directory.path()] {
        let err = asked(data_dir, blobs.path(), Strangers::Remove).unwrap_err();
        assert!(matches!(err, ServerError::PerhapsOlderCatalogue { .. }), "{err:?}");
    }
    assert_eq!(files(blobs.path()), before);
    // The right one can again, once its server was at work; and the older one is told.
    let stranger = format!("aa/{}-{}.zip", "a".repeat(64), "1".repeat(32));
    std::fs::create_dir_all(blobs.path().join("aa")).unwrap();
    let put = || std::fs::write(blobs.path().join(&stranger), b"PK").unwrap();
    let removes = |data_dir: &Path| {
        let removed = asked(data_dir, blobs.path(), Strangers::Remove).unwrap();
        assert_eq!(removed.unknown, [(stranger.clone(), Fate::Removed)]);
        assert_eq!(files(blobs.path()), before);
    };
    put();
    let server = TestServer::start(directory, "7.22", shared(blobs.path()));
    removes(server.directory.path());
    put();
    let directory = server.end();
    removes(directory.path());
    let err = asked(copy.path(), blobs.path(), Strangers::Remove).unwrap_err();
    assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
}

/// Nothing can have come after what a server knew when it ended; so a copy that was made before is told.
#[test]
fn an_end_tells_older_copies_too() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let server = served(blobs.path());
    let copy = copied(server.directory.path());
    let directory = server.end();
    assert!(std::fs::read_to_string(mark(blobs.path())).unwrap().trim_end().ends_with(" ended"));
    let err = asked(copy.path(), blobs.path(), Strangers::Keep).unwrap_err();
    assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
    // One that was made since is the same, until one of the two is used.
    let same = copied(directory.path());
    assert!(asked(same.path(), blobs.path(), Strangers::Remove).unwrap().is_clean());
    TestServer::start(directory, "7.22", shared(blobs.path())).only_module();
    let err = asked(same.path(), blobs.path(), Strangers::Keep).unwrap_err();
    assert!(matches!(err, ServerError::OlderCatalogue { .. }), "{err:?}");
}

/// A server whose storage was taken does not take it back when it ends.
#[test]
fn whoever_has_lost_the_storage_ends_without_it() {
    let blobs = ramp_fixtures::directory::tempdir().unwrap();
    let first = served(blobs.path());
    let second = TestServer::start(copied(first.directory.path()), "7.22", shared(blobs.path()));
    let standing = std::fs::read_to_string(mark(blobs.path())).unwrap();
    first.end();
    assert_eq!(std::fs::read_to_string(mark(blobs.path())).unwrap(), standing);
    second.upload("/v2/modules", BundleBuilder::good().set("version", 20000)).ok();
}
