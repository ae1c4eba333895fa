//! What keeps a backup from being made or restored.

use std::fmt;
use std::io;
use std::path::PathBuf;

use ramp_core::text::count;

use crate::error::ServerError;
use crate::storage::StorageError;
use crate::store::{Fault, StoreError};

/// How many records or bundles are named.
const SOME: usize = 5;

/// The first of them.
fn some(all: impl ExactSizeIterator<Item = String>) -> String {
    let number = all.len();
    let mut told: Vec<String> = all.take(SOME).collect();
    if let Some(more) = number.checked_sub(SOME).filter(|more| *more > 0) {
        told.push(format!("and {more} more"));
    }
    told.join("; ")
}

/// A backup cannot be made, or restored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// What is kept cannot be opened or asked.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A file of the backup cannot be read or written.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The folder for a backup has something in it.
    #[error("`{}` cannot take a backup: it {by}", path.display())]
    Taken {
        /// The folder.
        path: PathBuf,
        /// What it is or has.
        by: Occupied,
    },
    /// The catalogue is of a kind that cannot be backed up.
    #[error("this kind of catalogue makes no copies of itself, and cannot be backed up")]
    NoCopies,
    /// Bundles were deleted as fast as they were copied.
    #[error("while the bundles were copied, others were deleted, {} one after the other", count(rounds, "time"))]
    Unsettled {
        /// How often the catalogue was copied.
        rounds: usize,
    },
    /// The folder is not a backup.
    #[error("`{}` is not a backup: {what}", path.display())]
    NoBackup {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// What the backup holds is not what was written.
    #[error("the backup is damaged: `{}` {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// Two things in a backup say different things of its bundles.
    #[error("the backup contradicts itself: {what}")]
    Contradiction {
        /// What says what.
        what: String,
    },
    /// The catalogue, or that of the backup, has records that no server could read.
    #[error("the catalogue has {} that cannot be read: {}", count(faults.len(), "record"), some(faults.iter().map(ToString::to_string)))]
    Unreadable {
        /// Which, and why not.
        faults: Vec<Fault>,
    },
    /// Bundles are there that cannot be read.
    #[error("{} cannot be read: {}", count(bundles.len(), "bundle"), some(bundles.iter().map(|(name, why)| format!("`{name}`: {why}"))))]
    UnreadableBundles {
        /// Their names in the storage, and why not.
        bundles: Vec<(String, String)>,
    },
    /// The backup is of another kind of catalogue.
    #[error("the backup is of a catalogue of the kind `{backup}`, and this one is of the kind `{store}`")]
    OtherKind {
        /// The kind of the backup.
        backup: String,
        /// The kind of the catalogue that was named.
        store: &'static str,
    },
    /// The backup was made by a newer version of this program.
    #[error(
        "the backup was made by ramp {by}, with {what} {found}; this program, ramp {}, knows those up to {known}",
        env!("CARGO_PKG_VERSION")
    )]
    Newer {
        /// The version that made it.
        by: String,
        /// What is newer: `a catalogue of the schema`, `the format`.
        what: &'static str,
        /// The number found.
        found: i64,
        /// The newest number known.
        known: i64,
    },
    /// The catalogue that should take the backup holds something.
    #[error("a backup is restored only into an empty catalogue, and this one has {what}")]
    CatalogueInUse {
        /// What it has: `users`.
        what: &'static str,
    },
    /// The storage that should take the bundles holds others.
    #[error(
        "a backup is restored only into an empty storage, and this one holds {} that the backup does not have",
        count(bundles, "bundle")
    )]
    StorageInUse {
        /// How many.
        bundles: usize,
    },
    /// What is restored would be put into the backup itself.
    #[error("a backup is restored elsewhere, and `{}` is in it", path.display())]
    IntoItself {
        /// The data directory, or the folder for the bundles.
        path: PathBuf,
    },
    /// The storage that should take the bundles is another catalogue's.
    #[error("a backup is restored only into a storage of its own, and this one is that of another catalogue")]
    StorageOfAnother,
}

/// What keeps a folder from taking a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Occupied {
    /// There is a backup in it.
    Backup,
    /// There is a backup in it that was interrupted.
    Unfinished,
    /// There is something else in it.
    Files,
    /// It is a file.
    File,
    /// It is where the bundles are kept.
    Bundles,
    /// It is where the server keeps everything else.
    Data,
}

impl fmt::Display for Occupied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Backup => "holds a backup already",
            Self::Unfinished => "holds a backup that was not finished",
            Self::Files => "is not empty",
            Self::File => "is not a directory",
            Self::Bundles => "is in the folder that the bundles are kept in",
            Self::Data => "is in the server's data directory",
        })
    }
}

impl From<StoreError> for BackupError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NoCopies => Self::NoCopies,
            error => Self::Server(error.into()),
        }
    }
}

impl From<StorageError> for BackupError {
    fn from(error: StorageError) -> Self {
        Self::Server(error.into())
    }
}
