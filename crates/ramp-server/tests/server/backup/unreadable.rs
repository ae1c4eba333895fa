//! What cannot be read of a catalogue and a storage: all of it is found, and told by its place.

use std::sync::Arc;

use ramp_fixtures::redis::RedisServer;
use ramp_server::{BackupError, open_store};
use serde_json::json;

use super::{back_up, bundle, checked, config, put_back};
use crate::support::{TestServer, files};

/// A bundle that cannot be read is named, and those after it are read all the same.
#[test]
fn bundles() {
    let server = TestServer::of("7.22");
    (1..=3).for_each(|version| drop(server.upload("/v2/modules", bundle(version)).ok()));
    let blobs = server.directory.path().join("blobs");
    let names = files(&blobs);
    for name in &names[..2] {
        let path = blobs.join(&name[..2]).join(name);
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
    }
    for (other, is_folder) in [("lost+found", true), ("readme.txt", false), ("ab/notes.txt", false)] {
        let path = blobs.join(other);
        std::fs::create_dir_all(if is_folder { &path } else { path.parent().unwrap() }).unwrap();
        if !is_folder {
            std::fs::write(path, b"x").unwrap();
        }
    }
    let config = config(server.directory.path());
    let found = checked(&config);
    let unreadable: Vec<&str> = found.unreadable.iter().map(|(name, _)| &name[3..]).collect();
    assert_eq!(unreadable, names[..2].iter().collect::<Vec<_>>());
    assert!(found.unreadable[0].1.ends_with("it is a directory, not a regular file"), "{found:?}");
    assert!(!found.is_clean() && found.missing.is_empty() && found.damaged.is_empty(), "{found:?}");
    let concerned: Vec<&str> = found.concerned.iter().map(|(module, _, _)| module.as_str()).collect();
    assert_eq!(concerned, ["testmodule", "testmodule"]);
    assert_eq!(
        (found.foreign, &found.first_foreign[..]),
        (3, &["ab/notes.txt", "lost+found", "readme.txt"].map(str::to_owned)[..])
    );
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("backup");
    let err = back_up(&config, &folder).unwrap_err();
    assert!(matches!(&err, BackupError::UnreadableBundles { bundles } if *bundles == found.unreadable), "{err:?}");
    let told = err.to_string();
    assert!(told.starts_with("2 bundles cannot be read: `") && told.contains(&names[1]) && !folder.exists(), "{told}");
    // What is gone is lacking, and the rest is backed up.
    for name in &names[..2] {
        std::fs::remove_dir(blobs.join(&name[..2]).join(name)).unwrap();
    }
    let done = back_up(&config, &folder).unwrap();
    assert_eq!((done.bundles, done.lacking.len()), (1, 2));
    assert_eq!(put_back(&super::config(&place.path().join("data")), &folder).unwrap(), done);
}

/// Every record that a server would stumble over, by table and key; a backup of it would be of no use.
#[test]
fn records() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    server.json("POST", "/v1/bdbs", &json!({"name": "db", "memory_size": 1})).ok();
    let config = config(server.directory.path());
    assert_eq!(checked(&config).faults, []);
    let catalogue = rusqlite::Connection::open(server.directory.path().join("catalogue.sqlite")).unwrap();
    let sql = "UPDATE users SET role = 'emperor'; UPDATE databases SET spec = '{}'; UPDATE actions SET action = 'x';
               INSERT INTO databases SELECT uid - 1, spec FROM databases; UPDATE sqlite_sequence SET seq = ~seq;
               UPDATE builds SET details = '{'; UPDATE modules SET metadata = CAST(x'ff' AS TEXT);
               INSERT INTO settings VALUES ('password_complexity', 'yes')";
    catalogue.execute_batch(sql).unwrap();
    let found = checked(&config);
    assert!(!found.is_clean());
    let mut tables: Vec<&str> = found.faults.iter().map(|fault| fault.table.as_str()).collect();
    tables.dedup();
    assert_eq!(
        tables,
        ["modules", "builds", "actions", "settings", "users", "databases", "sqlite_sequence"],
        "{found:?}"
    );
    let told: Vec<String> = found.faults.iter().map(ToString::to_string).collect();
    for one in [
        "`users` 1: the role cannot be read: `emperor`",
        "`databases` 0: the database cannot be read: its number is 0, and not one from 1 to 2147483647",
        "`databases` 1: the database cannot be read: missing field `name`",
        "`sqlite_sequence` users: the sequence cannot be read: its last number is -2, after which there are none",
    ] {
        assert!(told.iter().any(|told| told.starts_with(one)), "{told:?}");
    }
    let place = tempfile::tempdir().unwrap();
    let err = back_up(&config, &place.path().join("backup")).unwrap_err();
    assert!(matches!(&err, BackupError::Unreadable { faults } if faults.len() == found.faults.len()), "{err:?}");
    assert!(!place.path().join("backup").exists());
}

#[test]
#[ignore = "wants redis-server"]
fn keys() {
    let redis = RedisServer::start().unwrap();
    let server = TestServer::start(Arc::new(tempfile::tempdir().unwrap()), "7.22", |config| {
        config.store = Some(open_store(&redis.url(), &config.data_dir).unwrap());
    });
    server.upload("/v2/modules", bundle(1)).ok();
    let mut config = config(server.directory.path());
    config.store = Some(open_store(&redis.url(), server.directory.path()).unwrap());
    assert_eq!(checked(&config).faults, []);
    redis.ask("HSET {ramp}:u:1 role emperor").unwrap();
    redis.ask("HSET {ramp}:databases 7 x").unwrap();
    redis.ask("SET {ramp}:stray 1").unwrap();
    let found = checked(&config);
    let mut tables: Vec<&str> = found.faults.iter().map(|fault| fault.table.as_str()).collect();
    tables.sort_unstable();
    assert_eq!(tables, ["databases", "emails", "stray"], "{found:?}");
    let place = tempfile::tempdir().unwrap();
    let err = back_up(&config, &place.path().join("backup")).unwrap_err();
    assert!(matches!(err, BackupError::Unreadable { .. }), "{err:?}");
}
