//! A file that is to stay as it is while it is read.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::reader::Input;
use crate::error::CliError;

/// A file, and what it was when it was opened.
pub(super) struct Still {
    file: File,
    path: PathBuf,
    opened: (u64, Option<SystemTime>),
}

impl Still {
    pub(super) fn new(file: File, path: &Path) -> io::Result<Self> {
        let opened = state(&file)?;
        Ok(Self { file, path: path.to_owned(), opened })
    }
}

/// How long it is, and when it was written to: a name more or less changes nothing of what is read.
fn state(file: &File) -> io::Result<(u64, Option<SystemTime>)> {
    let metadata = file.metadata()?;
    Ok((metadata.len(), metadata.modified().ok()))
}

impl Input for Still {
    fn failure(&self) -> Option<CliError> {
        let is_still = state(&self.file).is_ok_and(|now| now == self.opened);
        (!is_still).then(|| CliError::ChangedWhileRead { path: self.path.clone() })
    }
}

impl Read for Still {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.file.read(buffer)
    }
}

impl Seek for Still {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_meanwhile_is_told_and_what_is_renamed_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        std::fs::write(&one, "aaa").unwrap();
        let still = Still::new(File::open(&one).unwrap(), &one).unwrap();
        std::fs::rename(&one, &other).unwrap();
        std::fs::write(&one, "another").unwrap();
        assert!(still.failure().is_none());
        std::fs::write(&other, "a").unwrap();
        assert!(matches!(still.failure(), Some(CliError::ChangedWhileRead { path }) if path == one));
    }
}
