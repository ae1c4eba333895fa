//! The folder in which a server lives.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, open, statat};
use rustix::process::Pid;

use crate::environment::{environment, temporary};
use crate::kept::Kept;

/// A socket's path has at most 107 bytes on Linux and 103 on macOS.
const MAX_SOCKET_PATH: usize = 100;
const SOCKET: &str = "s";
const PREFIX: &str = "ramp-probe-";

/// A folder that only its owner can enter; gone when dropped, and with it all that lives there.
#[derive(Debug)]
pub(crate) struct Home {
    pub(crate) kept: Kept,
    /// The folder itself, whatever is put in its place.
    folder: OwnedFd,
}

/// Who is met at the socket.
#[derive(Debug)]
pub(crate) enum Met {
    /// The server, or what it has started.
    Server(UnixStream),
    /// Nobody yet.
    Nobody,
    /// Somebody else, to whom nothing was said.
    Another,
}

impl Home {
    /// Has a program watch over it: in the system's folder for temporary files, or where that one's name is too long for a socket, in
    /// `/tmp`.
    pub(crate) fn new(program: &Path, wanted: &[String]) -> io::Result<Self> {
        let usual = std::path::absolute(temporary())?;
        let fits = |root: &Path| root.as_os_str().as_bytes().len() + PREFIX.len() + 8 + SOCKET.len();
        let root = if fits(&usual) <= MAX_SOCKET_PATH { usual } else { PathBuf::from("/tmp") };
        let kept = Kept::start(program, &root, PREFIX, environment(wanted))?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = open(kept.folder(), flags, Mode::empty())?;
        Ok(Self { kept, folder })
    }

    pub(crate) fn path(&self) -> &Path {
        self.kept.folder()
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.path().join(SOCKET)
    }

    /// Connects to the socket in this folder: never by a link to another, and only to who is in that server's process group.
    pub(crate) fn connect(&self, server: Pid) -> Met {
        match statat(&self.folder, SOCKET, AtFlags::SYMLINK_NOFOLLOW) {
            Err(_) => return Met::Nobody,
            Ok(found) if FileType::from_raw_mode(found.st_mode) != FileType::Socket => return Met::Another,
            Ok(_) => {}
        }
        let Ok(stream) = self.reach() else { return Met::Nobody };
        if is_of(&stream, server) { Met::Server(stream) } else { Met::Another }
    }

    #[cfg(target_os = "linux")]
    fn reach(&self) -> io::Result<UnixStream> {
        use std::os::fd::AsRawFd as _;
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let socket = rustix::fs::openat(&self.folder, SOCKET, flags, Mode::empty())?;
        // Once more of what was opened, since it may have changed meanwhile.
        if FileType::from_raw_mode(rustix::fs::fstat(&socket)?.st_mode) != FileType::Socket {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        UnixStream::connect(format!("/proc/self/fd/{}", socket.as_raw_fd()))
    }

    #[cfg(not(target_os = "linux"))]
    fn reach(&self) -> io::Result<UnixStream> {
        UnixStream::connect(self.socket())
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

/// Whether that server, or what it has started, has listened there.
#[cfg(target_os = "linux")]
fn is_of(stream: &UnixStream, server: Pid) -> bool {
    let peer = rustix::net::sockopt::socket_peercred(stream);
    peer.is_ok_and(|peer| peer.pid == server || rustix::process::getpgid(Some(peer.pid)).is_ok_and(|of| of == server))
}

#[cfg(not(target_os = "linux"))]
fn is_of(_: &UnixStream, _: Pid) -> bool {
    true
}
