//! What keeps a storage from its work.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

/// What keeps a storage from its work.
///
/// Where an [`io::Error`] of the kind `StorageFull` or `QuotaExceeded` is among the causes, clients are told that there is no
/// space left.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// A file of this machine cannot be read or written.
    #[error("cannot use `{}`", path.display())]
    File {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The storage failed, or cannot be reached.
    #[error("the storage of the bundles failed")]
    Failed {
        /// Why it failed.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Another server has begun to look after the bundles.
    #[error("the storage has been taken over by another server")]
    Taken,
    /// A task of this process has died.
    #[error("a task of the server has died")]
    Task,
}

impl StorageError {
    /// A file of this machine cannot be read or written.
    pub fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File { path: path.into(), source }
    }

    /// The storage failed, or cannot be reached.
    pub fn failed(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { source: source.into() }
    }

    /// As [`file`](Self::file), for `map_err`.
    pub(super) fn of(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::file(path, source)
    }
}
