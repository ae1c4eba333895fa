//! Files that must be files. Whoever opens a pipe waits for somebody at its other end, and a device may never end; what is kept by a server, or
//! handed to it as a backup, is neither.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::path::{Component, Path};

use ramp_core::text::count;
#[cfg(unix)]
use rustix::fs::OFlags;

/// Opens a file, or the one that a link leads to, and waits for nobody.
///
/// # Errors
///
/// As of [`OpenOptions::open`]; [`io::ErrorKind::InvalidInput`] where it is not a regular file.
pub(crate) fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // What is asked for here may be something else when it is opened, so that both are needed: a device can do something when it is opened.
    must_be(path)?;
    #[cfg(unix)]
    waiting_for_nobody(options, OFlags::empty());
    opened(path, options)
}

/// Opens a file below a folder to read it. No link is followed: neither it nor the folders that lead there are links.
///
/// # Errors
///
/// As of [`open`].
pub(crate) fn open_below(folder: &Path, name: &Path) -> io::Result<File> {
    let mut path = folder.to_owned();
    let mut parts = name.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(part) = part else { return Err(not_one("a path that leads out of its folder")) };
        path.push(part);
        let found = path.symlink_metadata()?;
        if parts.peek().is_some() && !found.is_dir() {
            return Err(not_one("below something that is not a directory"));
        }
        if parts.peek().is_none() {
            is_regular(&found)?;
        }
    }
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    waiting_for_nobody(&mut options, OFlags::NOFOLLOW);
    opened(&path, &options)
}

/// Whether a file that was opened is what its path leads to still.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let one = |found: io::Result<Metadata>| found.ok().map(|found| (found.dev(), found.ino()));
    let opened = one(file.metadata());
    opened.is_some() && opened == one(path.metadata())
}

/// Whether a file that was opened is what its path leads to still. Here nobody removes what is open.
#[cfg(not(unix))]
pub(crate) fn is_at(_: &File, _: &Path) -> bool {
    true
}

/// What a file has in it, or the one that a link leads to.
///
/// # Errors
///
/// As of [`open`] and [`all_of`].
pub(crate) fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    all_of(open(path, OpenOptions::new().read(true))?, most)
}

/// What a file has in it, of which no more is read than it may have.
///
/// # Errors
///
/// [`io::ErrorKind::InvalidData`] where it has more than `most` bytes.
pub(crate) fn all_of(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    let read = file.take(most.saturating_add(1)).read_to_end(&mut content)?;
    if u64::try_from(read).is_ok_and(|read| read <= most) {
        return Ok(content);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has more than {}", count(most, "byte"))))
}

/// Refuses what is not a regular file, nor a link to one, for whoever opens it by its path only. What is not there is left to them.
///
/// # Errors
///
/// As of [`open`].
pub(crate) fn must_be(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(found) => is_regular(&found),
        Err(err) if err.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(err) => Err(err),
    }
}

fn opened(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let file = options.open(path)?;
    is_regular(&file.metadata()?)?;
    Ok(file)
}

fn is_regular(found: &Metadata) -> io::Result<()> {
    if found.is_file() { Ok(()) } else { Err(not_one(kind(found))) }
}

fn not_one(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a regular file"))
}

#[cfg(unix)]
fn waiting_for_nobody(options: &mut OpenOptions, more: OFlags) {
    let flags = (OFlags::NONBLOCK | more).bits().cast_signed();
    std::os::unix::fs::OpenOptionsExt::custom_flags(options, flags);
}

fn kind(found: &Metadata) -> &'static str {
    if found.is_dir() {
        return "a directory";
    }
    if found.is_symlink() {
        return "a symbolic link";
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        let kind = found.file_type();
        if kind.is_fifo() {
            return "a named pipe";
        }
        if kind.is_socket() {
            return "a socket";
        }
        if kind.is_char_device() || kind.is_block_device() {
            return "a device";
        }
    }
    "something else"
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_file_is_told_from_one() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        std::fs::create_dir(at("folder")).unwrap();
        std::fs::write(at("folder/file"), b"abc").unwrap();
        std::os::unix::fs::symlink("folder", at("link")).unwrap();
        std::os::unix::fs::symlink("file", at("folder/link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), rustix::fs::Mode::RUSR).unwrap();
        let told = |name: &str| open_below(folder.path(), Path::new(name)).unwrap_err().to_string();
        assert_eq!(told("pipe"), "it is a named pipe, not a regular file");
        assert_eq!(told("folder"), "it is a directory, not a regular file");
        assert_eq!(told("folder/link"), "it is a symbolic link, not a regular file");
        assert_eq!(told("link/file"), "it is below something that is not a directory, not a regular file");
        assert_eq!(told("../other"), "it is a path that leads out of its folder, not a regular file");
        assert_eq!(all_of(open_below(folder.path(), Path::new("folder/file")).unwrap(), 3).unwrap(), b"abc");
        assert_eq!(read(&at("folder/link"), 2).unwrap_err().to_string(), "it has more than 2 bytes");
        let pipe = open(&at("pipe"), OpenOptions::new().append(true)).unwrap_err();
        assert_eq!(pipe.to_string(), "it is a named pipe, not a regular file");
        assert_eq!(read(Path::new("/dev/zero"), 9).unwrap_err().to_string(), "it is a device, not a regular file");
    }
}
