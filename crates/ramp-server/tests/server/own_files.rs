//! The server's own files: which of them it removes, who may read them, and what it does when they are gone.

use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::stock::shared;
use crate::support::{BundleBuilder, TestServer, files};

/// Where uploads are received, only what this server has left is removed; also where somebody else keeps bundles there.
#[test]
fn files_of_others_stay_where_uploads_are_received() {
    let directory = Arc::new(ramp_fixtures::directory::tempdir().unwrap());
    let incoming = directory.path().join("incoming");
    let neighbour =
        TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", shared(&incoming));
    neighbour.upload("/v2/modules", BundleBuilder::good()).ok();
    std::fs::create_dir_all(incoming.join("sub")).unwrap();
    let others = ["precious.txt", "sub/p", &"0".repeat(32), &format!("{}-{}", "1".repeat(32), "2".repeat(32))];
    for name in others {
        std::fs::write(incoming.join(name), b"x").unwrap();
    }
    let before = files(&incoming);
    assert_eq!(before.len(), others.len() + 1);
    let server = TestServer::start(directory, "7.22", |_| {});
    let id = std::fs::read_to_string(server.directory.path().join("server-id")).unwrap();
    assert_eq!(files(&incoming), before);
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    let directory = server.end();
    assert_eq!(files(&incoming), before);
    // What it has left itself goes.
    std::fs::write(incoming.join(format!("{id}-{}", "3".repeat(32))), b"PK").unwrap();
    let _server = TestServer::start(directory, "7.22", |_| {});
    assert_eq!(files(&incoming), before);
    neighbour.only_module();
    assert_eq!(neighbour.get("/readyz").ok().json()["status"], "ready");
}

/// What is written to a file that nobody finds again is not acknowledged.
#[cfg(unix)]
#[test]
fn a_catalogue_that_is_gone_is_told() {
    for (gone, put_back) in [("catalogue.sqlite", false), ("catalogue.sqlite", true), ("catalogue.sqlite-wal", false)] {
        let server = TestServer::of("7.22");
        server.upload("/v2/modules", BundleBuilder::good()).ok();
        let path = server.directory.path().join(gone);
        let away = server.directory.path().join("away");
        if put_back {
            std::fs::copy(&path, &away).unwrap();
            std::fs::rename(&away, &path).unwrap();
        } else {
            std::fs::rename(&path, &away).unwrap();
        }
        let again = || server.upload("/v2/modules", BundleBuilder::good().set("version", 20000));
        for answer in [again(), server.get("/v1/modules"), server.get("/metrics")] {
            answer.is_refused(503, "store_unavailable");
            assert_eq!(answer.headers["retry-after"], "5");
        }
        let ready = server.request(None, "GET", "/readyz", None);
        let problem = json!({"ok": false, "problem": "the catalogue does not answer"});
        assert_eq!((ready.status, &ready.json()["catalogue"]), (503, &problem));
        // It is alive all the same, and not to be started anew.
        server.request(None, "GET", "/healthz", None).ok();
        assert_eq!(server.files("blobs").len(), 1);
        if !put_back {
            std::fs::rename(&away, &path).unwrap();
            server.only_module();
            again().ok();
        }
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions()) & 0o777
}

/// The catalogue has hashes of passwords.
#[cfg(unix)]
#[test]
fn the_catalogue_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let above = ramp_fixtures::directory::tempdir().unwrap();
    let data_dir = above.path().join("deep/data");
    let server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.data_dir.clone_from(&data_dir);
    });
    server.upload("/v2/modules", BundleBuilder::good()).ok();
    assert_eq!(mode(&data_dir), 0o700);
    let files = ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm"].map(|name| data_dir.join(name));
    assert_eq!(files.each_ref().map(|file| mode(file)), [0o600; 3]);
    drop(server);
    // One of before is closed, and the directory stays as somebody has made it.
    std::fs::set_permissions(&data_dir, std::fs::Permissions::from_mode(0o755)).unwrap();
    std::fs::set_permissions(&files[0], std::fs::Permissions::from_mode(0o644)).unwrap();
    let _server = TestServer::start(Arc::new(ramp_fixtures::directory::tempdir().unwrap()), "7.22", |config| {
        config.data_dir.clone_from(&data_dir);
    });
    assert_eq!((mode(&data_dir), files.each_ref().map(|file| mode(file))), (0o755, [0o600; 3]));
}
