//! A file that comes to its place whole, or not at all.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

const PREFIX: &str = ".ramp-";

/// A file that is written in the directory of its place, and put there when it is whole. Dropped before, it leaves nothing
/// behind, and what was in its place stays as it was.
#[derive(Debug)]
pub(crate) struct Beside {
    hidden: Hidden,
    path: PathBuf,
}

/// Where the file is until then.
#[derive(Debug)]
enum Hidden {
    /// Without a name, so that nothing is left even where the process is killed.
    #[cfg(target_os = "linux")]
    Nameless { file: File, directory: PathBuf },
    /// Where the system or the file system knows no such files.
    Named(NamedTempFile),
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
    /// For a path at which there is a file, or nothing. Where it is a link to a file, that file is replaced, not the link.
    pub(crate) fn new(path: &Path) -> io::Result<Self> {
        let path = if path.is_file() { path.canonicalize()? } else { path.to_owned() };
        let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        #[cfg(target_os = "linux")]
        if let Some(file) = nameless::open(directory)? {
            let directory = directory.to_owned();
            return Ok(Self { hidden: Hidden::Nameless { file, directory }, path });
        }
        let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(directory);
        // Without the name of the temporary file, which means nothing to anyone.
        let file = file.map_err(|err| plain(&err))?;
        Ok(Self { hidden: Hidden::Named(file), path })
    }

    /// The file, to write to.
    pub(crate) fn file(&mut self) -> &mut File {
        match &mut self.hidden {
            #[cfg(target_os = "linux")]
            Hidden::Nameless { file, .. } => file,
            Hidden::Named(file) => file.as_file_mut(),
        }
    }

    /// Puts the file in its place, with the mode of a file that was written plainly.
    pub(crate) fn put(mut self) -> io::Result<()> {
        set_mode(self.file(), 0o644)?;
        match self.hidden {
            #[cfg(target_os = "linux")]
            Hidden::Nameless { file, directory } => nameless::put(&file, &directory, &self.path),
            Hidden::Named(file) => file.persist(&self.path).map(drop).map_err(|err| plain(&err.error)),
        }
    }
}

/// The system's error alone, without the name of a temporary file.
pub(crate) fn plain(err: &io::Error) -> io::Error {
    let inner = || err.get_ref()?.source()?.downcast_ref::<io::Error>()?.raw_os_error();
    let system = err.raw_os_error().or_else(inner);
    system.map_or_else(|| err.kind().into(), io::Error::from_raw_os_error)
}

/// Gives a temporary file, which only its owner may read, the mode that a file written plainly would have.
#[cfg(unix)]
pub(crate) fn set_mode(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(std::fs::Permissions::from_mode(mode))
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

    use super::{PREFIX, plain};

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
        let name = |name: &Path| linkat(CWD, link(file), CWD, name, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from);
        match name(path) {
            // A link replaces nothing; a name of its own does.
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {
                let named = tempfile::Builder::new().prefix(PREFIX).make_in(directory, name);
                let named = named.map_err(|err| plain(&err))?.into_temp_path();
                named.persist(path).map_err(|err| plain(&err.error))
            }
            result => result,
        }
    }

    fn link(file: &File) -> PathBuf {
        PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
    }
}
