//! What is no place for a backup, or for what is in one; and backups that are none.

use std::path::Path;
use std::sync::Arc;

use ramp_server::{BackupError, Occupied, ServerError};

use super::{back_up, backed_up, bundle, checked, config, put_back};
use crate::own_store::in_memory;
use crate::support::{TestServer, files};

fn told(err: &BackupError) -> String {
    err.to_string()
}

#[test]
fn a_folder_with_something_in_it() {
    let (place, folder) = backed_up();
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    let config = config(server.directory.path());
    let refused = |to: &Path| match back_up(&config, to).unwrap_err() {
        BackupError::Taken { by, .. } => by,
        err => panic!("{err:?}"),
    };
    let before = files(&folder);
    assert_eq!(refused(&folder), Occupied::Backup);
    assert_eq!(files(&folder), before);
    std::fs::remove_file(folder.join("backup.json")).unwrap();
    assert_eq!(refused(&folder), Occupied::Unfinished);
    std::fs::write(place.path().join("file"), b"x").unwrap();
    assert_eq!(refused(&place.path().join("file")), Occupied::File);
    assert_eq!(refused(place.path()), Occupied::Files);
    let inside = server.directory.path().join("blobs/ab");
    assert_eq!((refused(&inside), inside.exists()), (Occupied::Bundles, false));
    for own in ["backups/monday", "incoming", "", "new/../other"] {
        let inside = server.directory.path().join(own);
        let was_there = inside.exists();
        assert_eq!((refused(&inside), inside.exists()), (Occupied::Data, was_there), "{own}");
    }
    // Nor by another name.
    #[cfg(unix)]
    {
        let link = place.path().join("link");
        std::os::unix::fs::symlink(server.directory.path(), &link).unwrap();
        assert_eq!(refused(&link.join("backups")), Occupied::Data);
        assert!(!server.directory.path().join("backups").exists());
    }
}

/// What is missing or damaged is named, and the rest is backed up and restored.
#[test]
fn a_storage_that_lacks_bundles() {
    let server = TestServer::of("7.22");
    (1..=3).for_each(|version| drop(server.upload("/v2/modules", bundle(version)).ok()));
    let blobs = server.directory.path().join("blobs");
    let names = files(&blobs);
    let path = |name: &str| blobs.join(&name[..2]).join(name);
    std::fs::write(path(&names[0]), b"PK").unwrap();
    std::fs::remove_file(path(&names[1])).unwrap();
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (folder, data) = (place.path().join("backup"), place.path().join("data"));
    let done = back_up(&config(server.directory.path()), &folder).unwrap();
    let mut lacking = [&names[0], &names[1]].map(|name| format!("{}/{name}", &name[..2]));
    lacking.sort();
    assert_eq!((done.bundles, &done.lacking[..]), (1, &lacking[..]));
    assert_eq!(files(&folder.join("blobs")), [names[2].clone()]);
    assert_eq!(put_back(&config(&data), &folder).unwrap(), done);
    let found = checked(&config(&data));
    assert_eq!((found.bundles, &found.missing[..], found.damaged.len()), (3, &lacking[..], 0));
}

#[test]
fn a_place_that_is_not_empty() {
    let (_place, folder) = backed_up();
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(7)).ok();
    let data = server.directory.path().to_owned();
    let err = put_back(&config(&data), &folder).unwrap_err();
    assert!(matches!(err, BackupError::Server(ServerError::InUse { .. })), "{err:?}");
    let _directory = server.end();
    let id = std::fs::read_to_string(data.join("server-id")).unwrap();
    let err = put_back(&config(&data), &folder).unwrap_err();
    assert_eq!(told(&err), "a backup is restored only into an empty catalogue, and this one has users");
    assert_eq!(std::fs::read_to_string(data.join("server-id")).unwrap(), id);
    // Its bundles alone are in the way, too; and then that they were another catalogue's.
    for entry in std::fs::read_dir(&data).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("catalogue.sqlite") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    let err = put_back(&config(&data), &folder).unwrap_err();
    assert_eq!(
        told(&err),
        "a backup is restored only into an empty storage, and this one holds 1 bundle that the backup does not have"
    );
    for name in files(&data.join("blobs")) {
        std::fs::remove_file(data.join("blobs").join(&name[..2]).join(&name)).unwrap();
    }
    let err = put_back(&config(&data), &folder).unwrap_err();
    assert!(matches!(err, BackupError::StorageOfAnother), "{err:?}");
    std::fs::remove_file(data.join("blobs/catalogue-id")).unwrap();
    put_back(&config(&data), &folder).unwrap();
    assert!(checked(&config(&data)).is_clean());
}

/// Where a restore was interrupted it is repeated.
#[test]
fn half_of_a_restore_is_made_whole() {
    let (place, folder) = backed_up();
    let data = place.path().join("data");
    let catalogue = folder.join("catalogue.sqlite");
    let kept = std::fs::read(&catalogue).unwrap();
    // All is checked before anything is written.
    std::fs::write(&catalogue, b"other").unwrap();
    let err = put_back(&config(&data), &folder).unwrap_err();
    assert!(told(&err).ends_with(&format!("has 5 bytes, and was written with {}", kept.len())), "{err}");
    assert_eq!(files(&data.join("blobs")), Vec::<String>::new());
    std::fs::write(&catalogue, &kept).unwrap();
    let [name] = files(&folder.join("blobs")).try_into().unwrap();
    let there = data.join("blobs").join(&name[..2]);
    std::fs::create_dir_all(&there).unwrap();
    for half in ["", &name] {
        if !half.is_empty() {
            std::fs::write(there.join(half), b"half").unwrap();
        }
        put_back(&config(&data), &folder).unwrap();
        assert!(checked(&config(&data)).is_clean());
        for file in ["catalogue.sqlite", "catalogue.sqlite-wal", "catalogue.sqlite-shm", "blobs/catalogue-id"] {
            let _ = std::fs::remove_file(data.join(file));
        }
    }
}

#[test]
fn a_backup_that_is_damaged_or_none() {
    let (place, folder) = backed_up();
    let data = place.path().join("data");
    let refused = |what: &str| {
        let err = put_back(&config(&data), &folder).unwrap_err();
        assert!(told(&err).contains(what), "{err}");
        assert!(!data.join("blobs/catalogue-id").exists(), "nothing was written");
    };
    let [name] = files(&folder.join("blobs")).try_into().unwrap();
    let blob = folder.join("blobs").join(&name[..2]).join(&name);
    let bytes = std::fs::read(&blob).unwrap();
    let mut other = bytes.clone();
    other[40] ^= 1;
    std::fs::write(&blob, &other).unwrap();
    refused("has the SHA-256 ");
    std::fs::remove_file(&blob).unwrap();
    refused("is not there");
    assert!(!data.exists(), "what is damaged leaves no empty cluster behind");
    std::fs::write(&blob, &bytes).unwrap();
    let path = folder.join("backup.json");
    let manifest = std::fs::read_to_string(&path).unwrap();
    for (from, to, what) in [
        ("\"format\": 1", "\"format\": 2", "with the format 2; this program, ramp "),
        ("\"kind\": \"sqlite\"", "\"kind\": \"redis\"", "of the kind `redis`, and this one is of the kind `sqlite`"),
        ("\"schema\": ", "\"schema\": 9", "with a catalogue of the schema 9"),
        ("\"file\": \"catalogue.sqlite\"", "\"file\": \"../catalogue.sqlite\"", "which is not a file in it"),
        ("\"server\": \"", "\"server\": \"x", "which is not the id of one"),
        ("\"name\": \"", "\"name\": \"../", "which is not the name of one"),
        ("\"format\": 1", "\"format\": one", "its `backup.json` cannot be read: expected value"),
    ] {
        assert!(manifest.contains(from), "{manifest}");
        std::fs::write(&path, manifest.replacen(from, to, 1)).unwrap();
        refused(what);
    }
    std::fs::remove_file(&path).unwrap();
    refused("it has no `backup.json`, which is written last");
    assert!(!data.join("catalogue.sqlite").exists() || checked(&config(&data)).bundles == 0);
}

/// A catalogue that was tampered with has nothing removed or read outside of the storage.
#[test]
fn bundles_that_are_somewhere_else() {
    let server = TestServer::of("7.22");
    server.upload("/v2/modules", bundle(1)).ok();
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (other, folder) = (place.path().join("other.zip"), place.path().join("backup"));
    std::fs::write(&other, b"of somebody else").unwrap();
    let catalogue = rusqlite::Connection::open(server.directory.path().join("catalogue.sqlite")).unwrap();
    for name in [other.to_str().unwrap(), "../../other.zip"] {
        catalogue.execute("UPDATE builds SET blob = ?1", [name]).unwrap();
        let done = back_up(&config(server.directory.path()), &folder).unwrap();
        assert_eq!((done.bundles, &done.lacking[..]), (0, &[name.to_owned()][..]));
        assert_eq!(std::fs::read(&other).unwrap(), b"of somebody else");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}

#[test]
fn a_catalogue_that_makes_no_copies() {
    let place = ramp_fixtures::directory::tempdir().unwrap();
    let (data, folder) = (place.path().join("data"), place.path().join("backup"));
    std::fs::create_dir(&data).unwrap();
    let mut config = config(&data);
    config.store = Some(Arc::new(in_memory()));
    let err = back_up(&config, &folder).unwrap_err();
    assert!(matches!(err, BackupError::NoCopies) && !folder.exists(), "{err:?}");
}
