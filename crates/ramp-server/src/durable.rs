//! What survives the loss of power: names in directories, too.

use std::fs::File;
use std::io;
use std::path::Path;

/// A new name in a directory, or one that is gone, is so on disk only once the directory is on disk too.
pub(crate) fn directory(path: &Path) -> io::Result<()> {
    // Elsewhere a directory cannot be opened as a file.
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// The same of the directory that a file is in.
pub(crate) fn directory_of(file: &Path) -> io::Result<()> {
    match file.parent() {
        Some(parent) if parent.as_os_str().is_empty() => directory(Path::new(".")),
        Some(parent) => directory(parent),
        None => Ok(()),
    }
}

/// A file that was written, whole.
pub(crate) fn file(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
