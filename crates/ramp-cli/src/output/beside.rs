//! A file that comes to its place whole, or not at all.

mod passing;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use self::passing::Passing;

/// The mode of a file that is written plainly: what the user lets others do is the user's matter.
#[cfg(unix)]
fn plain() -> u32 {
    use std::sync::OnceLock;

    use rustix::fs::Mode;
    use rustix::process::umask;

    // It can only be asked for by setting it, for whose moment others get files that are more private, and none that are less.
    static KEPT: OnceLock<u32> = OnceLock::new();
    let kept = KEPT.get_or_init(|| {
        let mask = umask(Mode::RWXG | Mode::RWXO);
        umask(mask);
        #[allow(clippy::useless_conversion, reason = "elsewhere it has 16 bits")]
        let mask = mask.as_raw_mode().into();
        mask
    });
    0o666 & !kept
}

#[cfg(not(unix))]
const fn plain() -> u32 {
    0o644
}

/// A file that is written in the directory of its place, and put there when it is whole. Dropped before, it leaves nothing
/// behind, and what was in its place stays as it was.
#[derive(Debug)]
pub(crate) struct Beside {
    hidden: Hidden,
    path: PathBuf,
    /// Who may read and write it in its place.
    mode: u32,
}

/// Where the file is until then.
#[derive(Debug)]
enum Hidden {
    /// Without a name, so that nothing is left even where the process is killed.
    #[cfg(target_os = "linux")]
    Nameless { file: File, directory: PathBuf },
    /// Where the system or the file system knows no such files.
    Named(Passing<File>),
}

/// What is at a path that is to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A file, or nothing: a new file can be put there.
    File,
    Directory,
    /// A device, a pipe, a socket: nothing may be put in its place.
    Device,
}

impl Place {
    pub(crate) fn of(path: &Path) -> Self {
        match path.metadata() {
            Ok(found) if found.is_dir() => Self::Directory,
            Ok(found) if !found.is_file() => Self::Device,
            _ => Self::File,
        }
    }
}

impl Beside {
    /// For a path at which there is a file, or nothing. Where it is a link to a file, that file is replaced, not the link; where it leads
    /// nowhere, that is an error.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let path = if path.is_file() { path.canonicalize()? } else { path.to_owned() };
        if path.is_symlink() && !path.exists() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "it is a link that leads nowhere"));
        }
        let mode = mode_of(&path).unwrap_or_else(plain);
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        #[cfg(target_os = "linux")]
        if let Some(file) = nameless::open(directory)? {
            let directory = directory.to_owned();
            return Ok(Self { hidden: Hidden::Nameless { file, directory }, path, mode });
        }
        Ok(Self { hidden: Hidden::Named(Passing::empty(directory)?), path, mode })
    }

    /// The file, to write to.
    pub(crate) fn file(&mut self) -> &mut File {
        match &mut self.hidden {
            #[cfg(target_os = "linux")]
            Hidden::Nameless { file, .. } => file,
            Hidden::Named(named) => &mut named.file,
        }
    }

    /// Puts the file in its place, with the mode of the one that it replaces, else of one that was written plainly.
    pub(crate) fn put(mut self) -> io::Result<()> {
        let mode = self.mode;
        set_mode(self.file(), mode)?;
        match self.hidden {
            #[cfg(target_os = "linux")]
            Hidden::Nameless { file, directory } => nameless::put(&file, &directory, &self.path),
            Hidden::Named(named) => named.rename(|name| Ok(name.persist(&self.path)?)),
        }
    }

    /// The same, where nothing is there: what is, be it a link that leads nowhere, stays, and is an error.
    pub(crate) fn put_new(mut self) -> io::Result<()> {
        set_mode(self.file(), plain())?;
        match self.hidden {
            #[cfg(target_os = "linux")]
            Hidden::Nameless { file, .. } => nameless::put_new(&file, &self.path),
            Hidden::Named(named) => named.rename(|name| Ok(name.persist_noclobber(&self.path)?)),
        }
    }
}

/// Gives a temporary file, which only its owner may read, the mode that a file written plainly would have.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Who may read and write the file there.
#[cfg(unix)]
fn mode_of(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(path.metadata().ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode_of(_: &Path) -> Option<u32> {
    None
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &File, _: u32) -> io::Result<()> {
    Ok(())
}

/// Files without a name, which can be given one.
#[cfg(target_os = "linux")]
mod nameless {
    use std::fs::File;
    use std::io;
    use std::os::fd::AsRawFd as _;
    use std::path::{Path, PathBuf};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open as open_at};
    use rustix::io::Errno;

    use super::passing::Passing;

    /// A file in that directory; `None` where there are none without a name.
    pub(super) fn open(directory: &Path) -> io::Result<Option<File>> {
        let flags = OFlags::RDWR | OFlags::TMPFILE | OFlags::CLOEXEC;
        match open_at(directory, flags, Mode::RUSR | Mode::WUSR).map(File::from) {
            // It can be given no name without this.
            Ok(file) => Ok(link(&file).exists().then_some(file)),
            // The file system, or the system, does not know them.
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => Ok(None),
            Err(err) => Err(err.into()),
        }
    }

    /// Gives it its name, over that of a file that is there.
    pub(super) fn put(file: &File, directory: &Path, path: &Path) -> io::Result<()> {
        match put_new(file, path) {
            // A link replaces nothing; a name of its own does.
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {
                let named = Passing::new(directory, |name| put_new(file, name))?;
                named.rename(|name| Ok(name.persist(path)?))
            }
            result => result,
        }
    }

    /// Gives it its name, where nothing has it.
    pub(super) fn put_new(file: &File, path: &Path) -> io::Result<()> {
        linkat(CWD, link(file), CWD, path, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
    }

    fn link(file: &File) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As the system says it, whichever kind of file is made.
    #[test]
    fn a_directory_that_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing");
        let errors = [Passing::empty(&missing).unwrap_err(), Beside::new(&missing.join("file")).unwrap_err()];
        for err in errors {
            assert_eq!(err.to_string(), "No such file or directory (os error 2)");
        }
    }

    #[test]
    fn what_is_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let by_name = || Beside {
            hidden: Hidden::Named(Passing::empty(folder.path()).unwrap()),
            path: path.clone(),
            mode: plain(),
        };
        let beside = || [Beside::new(&path).unwrap(), by_name()];
        for new in beside() {
            assert!(!path.exists());
            new.put_new().unwrap();
            for other in beside() {
                assert_eq!(other.put_new().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
            }
            std::fs::remove_file(&path).unwrap();
        }
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
}
