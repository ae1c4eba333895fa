//! Backups of what a server keeps: the catalogue as it is at one moment, and the bundles that it names, in a folder.
//!
//! ```text
//! backup.json            what is in it, with the size and the SHA-256 of each file; written last
//! catalogue.sqlite       the catalogue, or `catalogue.redis`
//! blobs/ab/…             the bundles, by their names in the storage
//! ```
//!
//! Bundles are never changed, so copying them takes no lock. One that is deleted after the catalogue was copied, and before it was copied itself,
//! makes that copy a state without its bundle: the catalogue is copied again then, until all that it names is there.

mod agreement;
mod error;
mod files;
mod folder;
mod manifest;
mod outcome;
mod reading;
mod restoring;
mod taking;

use std::path::Path;

pub use self::error::{BackupError, Occupied};
pub use self::outcome::BackedUp;
use crate::config::Config;
use crate::error::ServerError;

/// Backs up what a server keeps to a folder, which must be empty or not there; the server may be at work. `progress` is told how many bundles are
/// done, and of how many. What fails leaves no folder.
///
/// # Errors
///
/// [`BackupError`]; of [`ServerError`] that of a [`check`](crate::check()), where catalogue and storage do not belong together.
pub fn backup(
    config: &Config,
    to: &Path,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<BackedUp, BackupError> {
    runtime()?.block_on(taking::take(config, to, progress))
}

/// Puts back what [`backup`] has made, where nothing is kept yet and no server is at work: no catalogue, or one that holds nothing; a storage that is
/// no other catalogue's, and has no bundles but those of the backup, as where a restore was interrupted. The catalogue comes last, and gets an
/// identity of its own, so that it is never taken for the one that was backed up. `progress` is told how many files are done, and of how many: each bundle
/// is read twice, to be checked before anything is written.
///
/// # Errors
///
/// [`BackupError`].
pub fn restore(
    config: &Config,
    from: &Path,
    progress: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<BackedUp, BackupError> {
    runtime()?.block_on(restoring::restore(config, from, progress))
}

fn runtime() -> Result<tokio::runtime::Runtime, ServerError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|source| ServerError::Runtime { source })
}
