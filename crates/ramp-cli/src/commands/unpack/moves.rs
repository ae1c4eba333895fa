//! Moves in folders that are held open: none leads through a link, and none overwrites.

use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path};

use cap_fs_ext::DirExt as _;
use cap_std::fs::Dir;

/// What is left of a file at the place that it was moved from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Left {
    /// The same file, by another name.
    Link,
    Nothing,
}

/// Puts a file at a place where there is nothing, by another name for it where the file system has such.
pub(super) fn put(from: &Dir, file: &str, folder: &Dir, name: &OsStr) -> io::Result<Left> {
    match from.hard_link(file, folder, name) {
        Ok(()) => Ok(Left::Link),
        Err(err) if err.kind() == io::ErrorKind::AlreadyExists => Err(err),
        Err(_) => rename(from, file, folder, name).map(|()| Left::Nothing),
    }
}

fn rename(from: &Dir, file: &str, folder: &Dir, name: &OsStr) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(from, file, folder, name, RenameFlags::NOREPLACE) {
            // The file system does not know how.
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            renamed => return Ok(renamed?),
        }
    }
    match folder.symlink_metadata(name) {
        Ok(_) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(err) if err.kind() == io::ErrorKind::NotFound => from.rename(file, folder, name),
        Err(err) => Err(err),
    }
}

/// Whether two names are of one file.
pub(super) fn is_same(one: &Dir, file: &str, other: &Dir, name: &OsStr) -> bool {
    #[cfg(unix)]
    {
        use cap_std::fs::MetadataExt as _;
        let id = |dir: &Dir, name: &OsStr| dir.symlink_metadata(name).map(|found| (found.dev(), found.ino()));
        id(one, file.as_ref()).is_ok_and(|one| id(other, name).is_ok_and(|other| one == other))
    }
    #[cfg(not(unix))]
    {
        let _ = (one, file, other, name);
        false
    }
}

/// The folder that a file is in, from the folder that its path is of.
pub(super) fn folder_of(dir: &Dir, to: &Path) -> io::Result<Dir> {
    let parents = to.parent().into_iter().flat_map(Path::components);
    parents.map(Component::as_os_str).try_fold(dir.try_clone()?, |folder, name| folder.open_dir_nofollow(name))
}
