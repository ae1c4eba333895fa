//! The directory in which a server lives.

use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use tempfile::TempDir;

/// A socket's path has at most 107 bytes on Linux and 103 on macOS.
const MAX_SOCKET_PATH: usize = 100;
const SOCKET: &str = "s";

/// A directory that only its owner can enter; gone when dropped.
#[derive(Debug)]
pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    /// In the system's directory for temporary files, or where that one's name is too long for a socket, in `/tmp`.
    pub(crate) fn new() -> io::Result<Self> {
        let usual = std::path::absolute(env::temp_dir())?;
        let fits = |root: &Path| root.as_os_str().as_bytes().len() + "/ramp-probe-XXXXXX/".len() + SOCKET.len();
        let root = if fits(&usual) <= MAX_SOCKET_PATH { usual } else { PathBuf::from("/tmp") };
        let directory = tempfile::Builder::new()
            .prefix("ramp-probe-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir_in(root)?;
        Ok(Self { directory })
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path().join(SOCKET)
    }

    /// Writes the server's configuration.
    pub(crate) fn configure(&self, text: &str) -> io::Result<PathBuf> {
        let path = self.path().join("redis.conf");
        fs::write(&path, text)?;
        Ok(path)
    }

    /// Copies a module that may not be executed to where it may.
    pub(crate) fn copy(&self, module: &Path) -> io::Result<PathBuf> {
        let path = self.path().join(module.file_name().unwrap_or("module.so".as_ref()));
        fs::copy(module, &path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        Ok(path)
    }
}
