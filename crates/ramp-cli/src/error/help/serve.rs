//! What to do where a server does not start, or what it keeps cannot be checked, backed up or restored.

use std::io;

use ramp_server::storage::StorageError;
use ramp_server::store::StoreError;
use ramp_server::{BackupError, Occupied, PasswordError, ServerError};

pub(super) fn help(err: &ServerError) -> Option<String> {
    let help = match err {
        ServerError::Store(err) => return of_store(err),
        ServerError::OtherCatalogue { .. } => {
            "Check `--data-dir`, `--store` and `--blobs`: two that do not belong together were given. If the catalogue is lost, make one \
             of the bundles with `ramp store check --adopt --target RELEASE`."
        }
        ServerError::OlderCatalogue { .. } => {
            "Use the data directory that was used last, and the `--blobs` that it was used with. If this catalogue is the one to go on with, bring it up to what is in the \
             storage with `ramp store check --adopt --target RELEASE`; the other copy then starts no more."
        }
        ServerError::PerhapsOlderCatalogue { .. } => {
            "Start the server on the data directory that was used last, and ask again while it serves, or once it has ended."
        }
        ServerError::HalfRestored => {
            "Remove what there is of it, the data directory and the bundles, or name others, and run `ramp store restore` again."
        }
        ServerError::UnmarkedStorage { .. } => {
            "Check that they are the bundles of this catalogue, and say so with `ramp store check --adopt --target RELEASE`."
        }
        ServerError::InUse { .. } => {
            "Stop the server, or wait until the check has ended; or name another `--data-dir` or `--blobs`."
        }
        ServerError::StorageDirectory { .. } => {
            "Name a directory of its own with `--blobs`; without that option bundles are kept in `blobs` in the data directory."
        }
        ServerError::PlainHttp { .. } => {
            "Leave out `--plain-http`; or name the proxy that speaks TLS with clients, with `--behind-proxy ADDRESS`."
        }
        ServerError::AdminName { .. } => {
            "Set RAMP_ADMIN_USER to a name or an e-mail address of up to 256 bytes of ASCII, without spaces, colons, `&`, `<`, `>` and quotes."
        }
        ServerError::AdminPassword { .. } => {
            "Set RAMP_ADMIN_PASSWORD to a shorter one; without it, one is made and written to a file."
        }
        ServerError::CertificateName { .. } => {
            "Write a name such as ramp.example.com, or an address, after `--tls-name`."
        }
        ServerError::NewerRelease { was, .. } => {
            return Some(format!(
                "Name it with `--target {was}`, or another place with `--data-dir`: a cluster is upgraded, and not taken back to an older release."
            ));
        }
        ServerError::OlderRelease { was, now } => {
            return Some(format!(
                "Serve it as before with `--target {was}`; `--target {now}` upgrades its cluster, from which there is no way back."
            ));
        }
        ServerError::NewStorage { .. } => {
            "Name the storage that the catalogue was used with, with `--blobs`, or leave that out where it was `blobs` in the data directory. If the \
             bundles are lost, say so with `ramp store check --adopt --target RELEASE`, and upload them again."
        }
        ServerError::IsBackup { .. } => {
            "Restore it to a data directory with `ramp store restore`, which also says whether it is whole. What has changed in it is told there."
        }
        ServerError::UnknownRelease { .. } => {
            "Use the version of `ramp` that served it, or a later one; or another place with `--data-dir`."
        }
        ServerError::Listen { source, .. } => of_listening(source),
        ServerError::File { source, .. } | ServerError::Storage(StorageError::File { source, .. }) => of_file(source),
        ServerError::Storage(StorageError::Taken) => "Stop one of the two servers, and run `ramp store check`.",
        ServerError::Storage(StorageError::Failed { .. }) => {
            "Check `--blobs`, and for a bucket the variables that say who asks, and where: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, \
             AWS_ENDPOINT."
        }
        ServerError::StorageLocation { .. } => {
            "Name a directory, or in a build with the feature `s3` a bucket, as `s3://BUCKET/PREFIX`, with `--blobs`."
        }
        ServerError::StoreLocation { .. } => {
            "Leave out `--store`, and RAMP_STORE_URL, for a file in the data directory."
        }
        ServerError::NoRelease => "Name a release with `--target`; `ramp target list` lists them.",
        ServerError::Target(source) => return super::names::of_target(source),
        ServerError::NoDownloads { .. } => "Leave out `--dependencies-from`, or name another release with `--target`.",
        ServerError::Tls { .. } => {
            "Name a certificate and the key that belongs to it, both PEM, with `--cert` and `--key`; without them the server makes both in its \
             data directory, where those that it cannot use are to be moved away."
        }
        ServerError::Runtime { .. } => "Raise the limits on processes and open files (`ulimit -u`, `ulimit -n`).",
        _ => return None,
    };
    Some(help.to_owned())
}

/// Where an address cannot be listened on.
fn of_listening(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::AddrInUse => {
            "Stop the program that listens there, or name another port with `--listen ADDRESS:PORT`; port 0 is one that is free."
        }
        io::ErrorKind::PermissionDenied => {
            "Name a port from 1024 on with `--listen`; for one below, the program needs CAP_NET_BIND_SERVICE."
        }
        io::ErrorKind::AddrNotAvailable => {
            "Name an address of this machine with `--listen`; 0.0.0.0 and [::] are all that it has."
        }
        _ => "Name another address, or another port, with `--listen`.",
    }
}

/// Where a file of the server cannot be used.
fn of_file(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "Give it to the user that runs the server, or name another place with `--data-dir` or `--blobs`."
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "Make room there, or name another place with `--data-dir` or `--blobs`."
        }
        _ => "Name a directory that the server can write to with `--data-dir` or `--blobs`.",
    }
}

/// Where a catalogue is of another version, or cannot be reached.
fn of_store(err: &StoreError) -> Option<String> {
    Some(match err {
        StoreError::NewerSchema { by, copy, .. } => {
            let newer = match by {
                Some(by) => format!("Use ramp {by} or newer"),
                None => "Use the `ramp` that wrote it".to_owned(),
            };
            match copy {
                Some(copy) => format!(
                    "{newer}. To go back to how it was before, move `catalogue.sqlite` and what begins with `catalogue.sqlite-` away, copy `{}` to its \
                     place, and run `ramp store check --adopt --target RELEASE`, which puts uploads since then into it.",
                    copy.display()
                ),
                None => format!("{newer}, or restore a backup that this one has made."),
            }
        }
        StoreError::OlderSchema { .. } => {
            "Start `ramp serve` of this version on it once, which brings it forward and leaves a copy beside it."
                .to_owned()
        }
        StoreError::SchemaInUse { .. } => {
            "Stop every server, and every other program, that has `catalogue.sqlite` open, and start again.".to_owned()
        }
        StoreError::Failed { .. } => {
            "Check that the data directory can be read and written; or, with `--store`, that the Redis server answers there.".to_owned()
        }
        StoreError::Corrupt { .. } => {
            "Restore a backup; without one, make a catalogue of the bundles with `ramp store check --adopt --target RELEASE`.".to_owned()
        }
        _ => return None,
    })
}

/// Where a backup cannot be made or restored.
pub(super) fn of_backup(err: &BackupError) -> Option<String> {
    let help = match err {
        BackupError::Server(ServerError::InUse { .. }) => {
            "Stop the server; a backup is restored where none is at work. Or name another `--data-dir` or `--blobs`."
        }
        BackupError::Server(err) => return help(err),
        BackupError::Taken { by: Occupied::Unfinished, .. } => {
            "Remove it, or name a folder that is empty or not there."
        }
        BackupError::Taken { by: Occupied::Data | Occupied::Bundles, .. } => {
            "Name a folder elsewhere, best on another disk, that is empty or not there."
        }
        BackupError::Taken { .. } => "Name a folder that is empty or not there.",
        BackupError::Unsettled { .. } => "Back up when fewer modules are deleted.",
        BackupError::NoBackup { .. } => {
            "Name the folder that `ramp store backup` was given; one without `backup.json` was not finished, and is of no use."
        }
        BackupError::Damaged { .. } => "Restore an older backup, or copy that file from another copy of this one.",
        BackupError::Contradiction { .. } => "Restore another backup: this one is not as it was made.",
        BackupError::UnreadableBundles { .. } => {
            "See to those files, and back up again; `ramp store check` names all of them with their modules. What is lost for good is backed up without \
             once its file is gone, or its module deleted."
        }
        BackupError::Unreadable { .. } => {
            "`ramp store check` names all of them. A server could not read them, either; restore a backup that was made before."
        }
        BackupError::OtherKind { backup, .. } if backup == "sqlite" => "Leave out `--store`, and RAMP_STORE_URL.",
        BackupError::OtherKind { .. } => "Name a Redis server with `--store redis://…`.",
        BackupError::Newer { by, .. } => return Some(format!("Use ramp {by} or newer.")),
        BackupError::CatalogueInUse { .. } => {
            "Name a `--data-dir` that is not there yet, or with `--store` a Redis server that has no catalogue."
        }
        BackupError::IntoItself { .. } => "Name another place with `--data-dir` or `--blobs`.",
        BackupError::StorageInUse { .. } | BackupError::StorageOfAnother => {
            "Name a folder or a bucket that is empty with `--blobs`. Bundles that are still there are put into a new catalogue by \
             `ramp store check --adopt --target RELEASE`."
        }
        _ => return None,
    };
    Some(help.to_owned())
}

/// How many users are named.
const SOME: usize = 10;

/// Where no password was set.
pub(super) fn of_password(err: &PasswordError) -> Option<String> {
    Some(match err {
        PasswordError::Server(err) => return help(err),
        PasswordError::NoUser { known, .. } if known.is_empty() => {
            "Start the server, whose first start makes an admin.".to_owned()
        }
        PasswordError::NoUser { known, .. } => {
            let named: Vec<String> = known.iter().take(SOME).map(|name| format!("`{name}`")).collect();
            let more = known.len().saturating_sub(SOME);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("Name one that is there: {}{more}.", named.join(", "))
        }
        PasswordError::Length { .. } => "Choose another.".to_owned(),
        PasswordError::NotComplex { .. } => {
            "Choose another, of at least 8 characters, with upper and lower case, a number and a special character."
                .to_owned()
        }
        _ => return None,
    })
}
