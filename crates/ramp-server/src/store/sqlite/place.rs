//! Whether what stands at the catalogue's path is what is open. A file that was removed, or that another was put in the place of, can be
//! written to all the same; nobody who opens the path afterwards sees it.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;

/// The files that a catalogue is in, as they were when they were opened.
#[derive(Debug)]
pub(super) struct Place(PathBuf, Vec<(PathBuf, Which)>);

impl Place {
    /// Of a catalogue that was just opened. What was committed last is in the file beside it.
    pub(super) fn of(path: &Path) -> Result<Self, StoreError> {
        let mut files = vec![(path.to_owned(), which(&path.metadata().map_err(failed)?))];
        let log = beside(path, "-wal");
        if let Ok(found) = log.metadata() {
            files.push((log, which(&found)));
        }
        Ok(Self(path.to_owned(), files))
    }

    /// The catalogue's path.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Fails where one of them is not there any more.
    pub(super) fn confirm(&self) -> Result<(), StoreError> {
        for (path, opened) in &self.1 {
            if which(&path.metadata().map_err(failed)?) != *opened {
                return Err(failed(io::Error::other("another file was put in its place")));
            }
        }
        Ok(())
    }
}

/// The path of a file that SQLite has beside its database.
pub(super) fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn failed(source: io::Error) -> StoreError {
    StoreError::failed("the catalogue's file", source)
}

/// What tells a file from another one in its place.
#[cfg(unix)]
type Which = (u64, u64);

#[cfg(unix)]
fn which(found: &Metadata) -> Which {
    use std::os::unix::fs::MetadataExt as _;
    (found.dev(), found.ino())
}

/// Elsewhere a file that is open is not removed.
#[cfg(not(unix))]
type Which = bool;

#[cfg(not(unix))]
fn which(found: &Metadata) -> Which {
    found.is_file()
}
