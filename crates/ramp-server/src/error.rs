//! What keeps the server from starting or from doing its work.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use ramp_core::text::count;

use crate::storage::StorageError;
use crate::store::StoreError;

/// The server cannot start, or cannot go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// The catalogue cannot be opened or asked.
    #[error("the catalogue cannot be used")]
    Store(#[from] StoreError),
    /// A file of the server cannot be read or written.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another server has the data directory or the directory with the bundles, or a check that changes what is stored.
    #[error("another server, or a check that adopts or removes bundles, uses `{}`", path.display())]
    InUse {
        /// The data directory, or the directory with the bundles.
        path: PathBuf,
    },
    /// The storage of the bundles cannot be opened or used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The storage holds the bundles of another catalogue.
    #[error("the storage holds the bundles of the catalogue {mark}, but this one is {catalogue}")]
    OtherCatalogue {
        /// The id of the catalogue that was given.
        catalogue: String,
        /// The id that stands in the storage.
        mark: String,
    },
    /// The catalogue is a copy of the one whose bundles the storage holds, or was put back from a backup.
    #[error("since this catalogue {catalogue} was last used, another copy of it has looked after the storage")]
    OlderCatalogue {
        /// The id of both.
        catalogue: String,
    },
    /// The server that last used the storage has not ended, as far as is known, and is not at work with this catalogue: this may be an older
    /// copy of its own.
    #[error(
        "this catalogue {catalogue} may be older than the bundles: the server that last used them has not ended, or was killed"
    )]
    PerhapsOlderCatalogue {
        /// The id of the catalogue.
        catalogue: String,
    },
    /// A backup was being put back, and only some of it is there.
    #[error("the restore of a backup into this catalogue did not end, and only some of it is there")]
    HalfRestored,
    /// The catalogue has bundles, and the storage is new.
    #[error("the catalogue has {}, and the storage was never used, and holds none", count(bundles, "bundle"))]
    NewStorage {
        /// How many bundles the catalogue has.
        bundles: usize,
    },
    /// The storage holds bundles, and does not say of which catalogue.
    #[error("the storage holds {}, but does not say of which catalogue", count(bundles, "bundle"))]
    UnmarkedStorage {
        /// How many bundles it holds.
        bundles: usize,
    },
    /// No such kind of storage, or not in this build.
    #[error("`{location}` is not a storage for bundles in this build: {what}")]
    StorageLocation {
        /// What was given.
        location: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The data directory is a backup.
    #[error("`{}` is a backup, and no data directory: what uses it as one changes it", path.display())]
    IsBackup {
        /// The directory.
        path: PathBuf,
    },
    /// The server has the directory for something else.
    #[error("bundles cannot be kept in `{}`: {what}", path.display())]
    StorageDirectory {
        /// The directory.
        path: PathBuf,
        /// What the server does there.
        what: &'static str,
    },
    /// No such kind of catalogue, or not in this build.
    #[error("`{location}` is not a catalogue: there are `sqlite`, `redis://…`, `rediss://…` and `redis+unix://…`")]
    StoreLocation {
        /// What was given, without credentials.
        location: String,
    },
    /// The target has no release, so that nobody knows which endpoints there are.
    #[error("the target must name a release, so that the endpoints are known")]
    NoRelease,
    /// The catalogue is that of a later release.
    #[error("the catalogue was served as Redis Software {was}, and {now} is older")]
    NewerRelease {
        /// The release that it was last served as.
        was: String,
        /// The one that it is to be served as.
        now: String,
    },
    /// The catalogue is that of an older release, and nobody has said that its cluster is to be upgraded.
    #[error(
        "the catalogue was served as Redis Software {was}, and nothing says that its cluster is to be upgraded to {now}"
    )]
    OlderRelease {
        /// The release that it was last served as.
        was: String,
        /// The one that it would be served as.
        now: String,
    },
    /// The catalogue is that of a release which this version does not know, as a later version of the program may.
    #[error("the catalogue was served as Redis Software {was}, which is not known here")]
    UnknownRelease {
        /// The release that it was last served as.
        was: String,
    },
    /// The target is not one that can be played.
    #[error("the target cannot be simulated")]
    Target(#[source] ramp_core::TargetError),
    /// Something is to be downloaded where nodes take dependencies out of the bundle, and a bootstrap names no modules.
    #[error(
        "nodes of {release} download nothing: name no source to download from, or a target up to 7.22, or from 8.0.6 on"
    )]
    NoDownloads {
        /// The release that is played.
        release: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Plain HTTP was asked for where others could hear the passwords.
    #[error("{address} is not a loopback address; plain HTTP is served there only behind a proxy that is named")]
    PlainHttp {
        /// The address.
        address: SocketAddr,
    },
    /// Nobody could sign in by that name, or it is not one that a cluster takes.
    #[error("the name `{name}` of the first admin {what}")]
    AdminName {
        /// What was given, escaped, and cut where it is long.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nobody could sign in with that password.
    #[error("the password of the first admin has {}, and must have 1 to {most}", count(bytes, "byte"))]
    AdminPassword {
        /// How many bytes it has.
        bytes: usize,
        /// How many it may have.
        most: usize,
    },
    /// A certificate cannot be for that.
    #[error("`{name}` is neither a DNS name nor an address, so no certificate can be made for it")]
    CertificateName {
        /// What was given.
        name: String,
    },
    /// The certificate or its key cannot be used.
    #[error("the certificate or its key cannot be used: {what}")]
    Tls {
        /// What is wrong.
        what: String,
    },
    /// The system has no random numbers.
    #[error("the system provides no random numbers")]
    Random,
    /// A password cannot be hashed.
    #[error("the password cannot be hashed")]
    Hash,
    /// Threads or signals are not to be had.
    #[error("the server's threads cannot be started")]
    Runtime {
        /// Why not.
        source: io::Error,
    },
    /// A task of the server panicked or was cancelled.
    #[error("a task of the server has died")]
    Task,
}

impl ServerError {
    /// Whether the disk is full, or a quota reached.
    pub(crate) fn out_of_space(&self) -> bool {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if let Some(error) = error.downcast_ref::<io::Error>() {
                return matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
            }
            cause = error.source();
        }
        false
    }
}
