//! Files and directories that are for their owner alone: what has hashes of passwords, or keys, in it.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

/// Makes a directory that others cannot enter, where there is none. One that is there stays as it is.
pub(crate) fn directory(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if path.exists() {
        return Err(io::Error::new(io::ErrorKind::NotADirectory, "it is not a directory"));
    }
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    match new_directory(path) {
        // Somebody else was faster.
        Err(_) if path.is_dir() => Ok(()),
        made => made,
    }
}

/// Makes a directory that others cannot enter. One that is there is an error, and so not this one's.
pub(crate) fn new_directory(path: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "on Unix it is told the mode"))]
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// How a file is opened that is made thereby, and that others cannot read.
pub(crate) fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a file that others cannot read, where there is none; one that is there is closed to them.
pub(crate) fn file(path: &Path) -> io::Result<()> {
    // One that is there is not opened: closing it again would end the locks that this process has on it.
    match new_file().open(path) {
        Err(err) if err.kind() != io::ErrorKind::AlreadyExists => return Err(err),
        _ => {}
    }
    close(path);
    Ok(())
}

/// Writes a file that others cannot read, in the place of one that is there; it is on the disk then.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    // What is there may be open to others, and so may be whoever has it open.
    match std::fs::remove_file(path) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(err),
        _ => {}
    }
    let mut file = new_file().open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Closes a file to others, where it is there and one's own.
#[cfg(unix)]
pub(crate) fn close(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = path.metadata() else { return };
    let mut permissions = found.permissions();
    if permissions.mode() & 0o077 != 0 {
        permissions.set_mode(permissions.mode() & !0o077);
        if let Err(err) = std::fs::set_permissions(path, permissions) {
            tracing::warn!(error = %err, path = %path.display(), "others may read it, and this cannot be changed");
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn close(_: &Path) {}
