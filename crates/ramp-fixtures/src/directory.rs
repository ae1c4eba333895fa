//! A directory for what a test keeps on disk.

use std::io;
use std::path::Path;

use tempfile::TempDir;

/// Where Linux has a file system in memory.
const IN_MEMORY: &str = "/dev/shm";

/// Bytes that must be free there: servers that are tested want 128 MiB.
const ROOM: u64 = 1 << 30;

/// A directory that is removed when it is dropped: in memory where the machine has room there, and else, or where `TMPDIR` says where, as
/// [`tempfile::tempdir`] makes it.
///
/// A server writes through to the disk before it acknowledges. That is two thirds of the time that its tests take, and no test sees what it is
/// for, which is the loss of power.
///
/// # Errors
///
/// As [`tempfile::tempdir`].
pub fn tempdir() -> io::Result<TempDir> {
    if std::env::var_os("TMPDIR").is_none() && has_room(Path::new(IN_MEMORY)) {
        if let Ok(made) = tempfile::tempdir_in(IN_MEMORY) {
            return Ok(made);
        }
    }
    tempfile::tempdir()
}

#[cfg(target_os = "linux")]
fn has_room(path: &Path) -> bool {
    rustix::fs::statvfs(path).is_ok_and(|found| {
        // A test may load a module from there, or run a script.
        let is_barred = found.f_flag.contains(rustix::fs::StatVfsMountFlags::NOEXEC);
        !is_barred && found.f_bavail.saturating_mul(found.f_frsize) >= ROOM
    })
}

#[cfg(not(target_os = "linux"))]
fn has_room(_: &Path) -> bool {
    false
}
