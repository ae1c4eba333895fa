//! What stands where a file of a server or of a backup should be, and is none: whoever opened it would wait, or read, for ever.

#![cfg(unix)]

use std::os::unix::fs::symlink;
use std::path::Path;

use ramp_server::{BackupError, Server, ServerError, Strangers, check};
use rustix::fs::{CWD, Mode, mkfifoat};

use super::{back_up, backed_up, config, put_back};
use crate::support::{TestServer, files};

fn pipe(path: &Path) {
    let _ = std::fs::remove_file(path);
    mkfifoat(CWD, path, Mode::RUSR | Mode::WUSR).unwrap();
}

fn link(to: &Path, path: &Path) {
    let _ = std::fs::remove_file(path);
    symlink(to, path).unwrap();
}

/// An error and its causes.
fn told(err: &dyn std::error::Error) -> String {
    std::iter::successors(Some(err), |err| err.source()).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[test]
fn a_backup_of_something_else_than_files() {
    let (place, folder) = backed_up();
    let data = place.path().join("data");
    let [name] = files(&folder.join("blobs")).try_into().unwrap();
    let blob = folder.join("blobs").join(&name[..2]).join(&name);
    for path in [folder.join("backup.json"), folder.join("catalogue.sqlite"), blob.clone()] {
        let whole = std::fs::read(&path).unwrap();
        let elsewhere = place.path().join("elsewhere");
        std::fs::write(&elsewhere, &whole).unwrap();
        let refused = |what: &str| {
            let text = told(&put_back(&config(&data), &folder).unwrap_err());
            assert!(
                text.ends_with(&format!("cannot use `{}`: it is {what}, not a regular file", path.display())),
                "{text}"
            );
        };
        pipe(&path);
        refused("a named pipe");
        link(&elsewhere, &path);
        refused("a symbolic link");
        link(Path::new("/dev/zero"), &path);
        refused("a symbolic link");
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &whole).unwrap();
    }
    // A folder on the way is no link, either.
    let (on_the_way, moved) = (blob.parent().unwrap(), place.path().join("moved"));
    std::fs::rename(on_the_way, &moved).unwrap();
    symlink(&moved, on_the_way).unwrap();
    let text = told(&put_back(&config(&data), &folder).unwrap_err());
    assert!(text.ends_with("it is below something that is not a directory, not a regular file"), "{text}");
    assert!(!data.exists(), "nothing was made");
}

/// No more is read than was written.
#[test]
fn a_bundle_that_has_grown() {
    let (place, folder) = backed_up();
    let [name] = files(&folder.join("blobs")).try_into().unwrap();
    let blob = folder.join("blobs").join(&name[..2]).join(&name);
    let size = blob.metadata().unwrap().len();
    // A hole, which is read as zeros.
    std::fs::File::options().append(true).open(&blob).unwrap().set_len(1 << 40).unwrap();
    let err = put_back(&config(&place.path().join("data")), &folder).unwrap_err();
    assert!(err.to_string().ends_with(&format!("has more than the {size} bytes that it was written with")), "{err}");
    let manifest = folder.join("backup.json");
    std::fs::File::options().append(true).open(manifest).unwrap().set_len(1 << 40).unwrap();
    let text = told(&put_back(&config(&place.path().join("data")), &folder).unwrap_err());
    assert!(text.ends_with(": it has more than 67108864 bytes"), "{text}");
}

/// Neither a server nor a command waits for what is in the data directory.
#[test]
fn a_data_directory_of_something_else_than_files() {
    let directory = TestServer::of("7.22").end();
    let data = directory.path();
    let place = tempfile::tempdir().unwrap();
    let backup = place.path().join("never-made");
    for name in ["lock", "server-id", "catalogue.sqlite", "catalogue.sqlite-wal", "blobs/catalogue-id"] {
        let path = data.join(name);
        let whole = std::fs::read(&path).ok();
        pipe(&path);
        let refused =
            |text: String| assert!(text.ends_with("it is a named pipe, not a regular file"), "{name}: {text}");
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let started = runtime.block_on(Server::start(&config(data)));
        refused(told(&started.map(drop).unwrap_err()));
        // Neither of them takes the lock.
        if name != "lock" {
            refused(told(&check(&config(data), Strangers::Keep, &mut |_, _| {}).unwrap_err()));
            refused(told(&back_up(&config(data), &backup).unwrap_err()));
        }
        let removing = check(&config(data), Strangers::Remove, &mut |_, _| {}).unwrap_err();
        assert!(
            matches!(removing, ServerError::File { .. } | ServerError::Store(_) | ServerError::Storage(_)),
            "{removing:?}"
        );
        refused(told(&removing));
        std::fs::remove_file(&path).unwrap();
        if let Some(whole) = whole {
            std::fs::write(&path, whole).unwrap();
        }
    }
    pipe(&data.join("lock"));
    let (_place, folder) = backed_up();
    let err = put_back(&config(data), &folder).unwrap_err();
    assert!(matches!(err, BackupError::Server(ServerError::File { .. })), "{err:?}");
    assert!(!backup.exists());
}
