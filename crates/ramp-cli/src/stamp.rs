//! Whether a file is still the one that was read.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What tells one state of a file from another: what it is, how long, and when it was written to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    written: Option<std::time::SystemTime>,
    #[cfg(unix)]
    identity: [i128; 4],
}

impl Stamp {
    /// Of a file that is open.
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        file.metadata().map(|metadata| Self::made(&metadata))
    }

    /// Whether what lies there now is that file, in that state.
    pub(crate) fn is_of(&self, path: &Path) -> bool {
        path.metadata().is_ok_and(|metadata| Self::made(&metadata) == *self)
    }

    fn made(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        use std::os::unix::fs::MetadataExt as _;
        Self {
            length: metadata.len(),
            written: metadata.modified().ok(),
            // The time of the last change of any kind cannot be set.
            #[cfg(unix)]
            identity: [
                metadata.dev().into(),
                metadata.ino().into(),
                metadata.ctime().into(),
                metadata.ctime_nsec().into(),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn another_file_or_another_state_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        fs::write(&one, "aaa").unwrap();
        fs::write(&other, "bbb").unwrap();
        let stamp = Stamp::of(&File::open(&one).unwrap()).unwrap();
        assert!(stamp.is_of(&one) && !stamp.is_of(&other));
        fs::write(&one, "aaaa").unwrap();
        assert!(!stamp.is_of(&one));
        let stamp = Stamp::of(&File::open(&one).unwrap()).unwrap();
        fs::rename(&other, &one).unwrap();
        assert!(!stamp.is_of(&one));
        fs::remove_file(&one).unwrap();
        assert!(!stamp.is_of(&one));
    }
}
