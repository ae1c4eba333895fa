//! Removing a folder in which a module was at home: whatever it left there, and however.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::fs::{AtFlags, Dir, FileType, Mode, OFlags, chmod, chmodat, open, openat, renameat, rmdir, unlinkat};
use rustix::io::Errno;

/// How long it may take: somebody may be putting more there all the while.
const PATIENCE: Duration = Duration::from_secs(120);

/// Removes a folder and all that is in it. Folders that forbid it are opened first, and none that is elsewhere is entered. However deep
/// they lie in each other, it takes four open files: what is in a folder is moved up before that one is removed.
///
/// # Errors
///
/// What cannot be removed, or opened for it; that there is nothing to remove is none.
pub(crate) fn folder(path: &Path) -> io::Result<()> {
    match cleared(path) {
        Err(Errno::NOENT) | Ok(()) => Ok(()),
        Err(err) => Err(err.into()),
    }
}

fn cleared(path: &Path) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    // Where somebody has put a link in its place, it is not looked behind.
    if FileType::from_raw_mode(rustix::fs::lstat(path)?.st_mode).is_dir() {
        chmod(path, Mode::RWXU)?;
    }
    let top = open(path, flags, Mode::empty())?;
    let mut moved = 0;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let names = names(&top)?;
        if names.is_empty() {
            break;
        }
        for name in &names {
            remove(&top, name, flags, &mut moved)?;
        }
    }
    rmdir(path)
}

/// Removes what has that name; what is in it is moved up.
fn remove(top: &OwnedFd, name: &CStr, flags: OFlags, moved: &mut u64) -> Result<(), Errno> {
    if !is_folder(unlinkat(top, name, AtFlags::empty()))? {
        return Ok(());
    }
    chmodat(top, name, Mode::RWXU, AtFlags::empty())?;
    let folder = openat(top, name, flags, Mode::empty())?;
    for below in names(&folder)? {
        if is_folder(unlinkat(&folder, &below, AtFlags::empty()))? {
            // To be moved, a folder has to let its parent be changed.
            chmodat(&folder, &below, Mode::RWXU, AtFlags::empty())?;
            move_up(top, &folder, &below, moved)?;
        }
    }
    unlinkat(top, name, AtFlags::REMOVEDIR)
}

/// Whether what was not removed is a folder; Linux says so in one way, and others in another.
fn is_folder(unlinked: Result<(), Errno>) -> Result<bool, Errno> {
    match unlinked {
        Ok(()) | Err(Errno::NOENT) => Ok(false),
        Err(Errno::ISDIR | Errno::PERM) => Ok(true),
        Err(err) => Err(err),
    }
}

fn move_up(top: &OwnedFd, folder: &OwnedFd, below: &CStr, moved: &mut u64) -> Result<(), Errno> {
    loop {
        *moved += 1;
        match renameat(folder, below, top, format!("moved-{moved}")) {
            Err(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR) => {}
            outcome => return outcome,
        }
    }
}

fn names(folder: impl AsFd) -> Result<Vec<CString>, Errno> {
    /// So many at once; more come in the next round.
    const AT_ONCE: usize = 100_000;
    let entries = Dir::read_from(folder)?.map(|entry| entry.map(|entry| entry.file_name().to_owned()));
    let names = entries.filter(|name| !matches!(name.as_deref().map(CStr::to_bytes), Ok(b"." | b"..")));
    names.take(AT_ONCE).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn what_is_closed_is_opened() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("kept"), "kept").unwrap();
        let folder = outside.path().join("home");
        fs::create_dir_all(folder.join("a/b")).unwrap();
        fs::write(folder.join("a/b/c"), "").unwrap();
        fs::create_dir(folder.join("moved-1")).unwrap();
        fs::write(folder.join("moved-1/x"), "").unwrap();
        symlink(outside.path(), folder.join("link")).unwrap();
        symlink(outside.path(), folder.join("a/b/link")).unwrap();
        for closed in ["a/b", "a", ""] {
            fs::set_permissions(folder.join(closed), fs::Permissions::from_mode(0o000)).unwrap();
        }
        super::folder(&folder).unwrap();
        assert!(!folder.exists() && outside.path().join("kept").exists());
        super::folder(&folder).unwrap();
    }

    #[test]
    fn a_link_in_its_place_leads_nowhere() {
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(outside.path().join("other")).unwrap();
        fs::write(outside.path().join("other/kept"), "kept").unwrap();
        symlink("other", outside.path().join("home")).unwrap();
        assert!(folder(&outside.path().join("home")).is_err());
        assert!(outside.path().join("other/kept").exists());
    }

    #[test]
    fn depth_costs_nothing() {
        let outside = tempfile::tempdir().unwrap();
        let folder = outside.path().join("home");
        fs::create_dir(&folder).unwrap();
        let mut below = open(&folder, OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        for _ in 0..1100 {
            rustix::fs::mkdirat(&below, "d", Mode::RWXU).unwrap();
            below = openat(&below, "d", OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).unwrap();
        }
        super::folder(&folder).unwrap();
        assert!(!folder.exists());
    }
}
