//! A file or a folder as a `.tgz` that is the same wherever and whenever it is made.
//!
//! What the reference's `tarfile.open(…, "w:gz").add(path, arcname=basename(path))` holds, less what differs from
//! machine to machine: owners, times, the order of directories, modes beyond whether a file can be run.

use ramp_core::text::count;
use std::ffi::OsString;
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::deflate::{DeflateWriter, available_threads};
use super::epoch::Epoch;
use ramp_core::Digest256;

/// How an archive of a dependency is made.
#[derive(Debug, Clone)]
pub struct ArchiveOptions {
    /// The time stamp of every file. Default: 0.
    pub epoch: Epoch,
    /// How many threads compress. Changes no byte. Default: as many as the machine runs at a time.
    pub threads: NonZeroUsize,
    /// Files and folders at most. Default 100,000.
    pub max_entries: usize,
    /// Bytes in all files together at most. Default 4 GiB, since a bundle cannot be larger.
    pub max_bytes: u64,
}

impl Default for ArchiveOptions {
    fn default() -> Self {
        let (epoch, threads) = (Epoch::default(), available_threads());
        Self { epoch, threads, max_entries: 100_000, max_bytes: 4 << 30 }
    }
}

/// An archive that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DependencyArchive {
    /// The name of the file or folder, which all names in the archive start with.
    pub name: String,
    /// SHA-256 of the archive.
    pub sha256: Digest256,
    /// Its size in bytes.
    pub size: u64,
    /// Files and folders in it.
    pub entries: usize,
}

/// An archive of a dependency could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// A file or folder could not be read.
    #[error("cannot read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The archive could not be written.
    #[error("cannot write the archive of {}", path.display())]
    Write {
        /// What was being put in.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The path ends in no name, such as `..`.
    #[error("{} does not end in a name that the archive could have", path.display())]
    NoName {
        /// The path.
        path: PathBuf,
    },
    /// A name that is not UTF-8.
    #[error("the name of {} is not UTF-8", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// A device, a socket, a pipe.
    #[error("{} is neither a file nor a folder", path.display())]
    Special {
        /// The path.
        path: PathBuf,
    },
    /// A link to what is not in the folder.
    #[error("the link {} leads out of the folder: {}", path.display(), target.display())]
    LinkLeaves {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// A link to a folder that it is in itself.
    #[error("the link {} leads back to a folder that it is in: {}", path.display(), target.display())]
    LinkReturns {
        /// The link.
        path: PathBuf,
        /// What it points to.
        target: PathBuf,
    },
    /// A file that was written to meanwhile.
    #[error("{} changed while it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// Too many files.
    #[error("there are more than {} in it, at {}", count(allowed, "file"), path.display())]
    TooMany {
        /// The first that was too many.
        path: PathBuf,
        /// [`ArchiveOptions::max_entries`].
        allowed: usize,
    },
    /// Too many bytes.
    #[error("its files hold more than {}, at {}", count(allowed, "byte"), path.display())]
    TooLarge {
        /// The first that was too much.
        path: PathBuf,
        /// [`ArchiveOptions::max_bytes`].
        allowed: u64,
    },
}

impl DependencyArchive {
    /// Packs a file or a folder into `out`.
    ///
    /// A link stands for what it points to, which must be in the folder: an archive in a bundle has files and folders and
    /// nothing else. Memory is bounded by the longest directory listings and 8 MiB.
    ///
    /// # Errors
    ///
    /// [`ArchiveError`]; `out` then holds a part of an archive.
    ///
    /// ```
    /// use ramp_pack::{ArchiveOptions, DependencyArchive};
    ///
    /// let folder = tempfile::tempdir().unwrap();
    /// let data = folder.path().join("data");
    /// std::fs::create_dir(&data).unwrap();
    /// std::fs::write(data.join("words.txt"), "one two").unwrap();
    ///
    /// let mut archive = Vec::new();
    /// let made = DependencyArchive::write(&data, &mut archive, &ArchiveOptions::default()).unwrap();
    /// assert_eq!((made.name.as_str(), made.entries), ("data", 2));
    /// assert_eq!(made.size, archive.len() as u64);
    /// ```
    pub fn write(path: &Path, out: impl Write, options: &ArchiveOptions) -> Result<Self, ArchiveError> {
        let name = path.file_name().ok_or_else(|| ArchiveError::NoName { path: path.to_owned() })?;
        let name = utf8(name.to_owned(), path)?;
        let metadata = fs::metadata(path).map_err(|source| ArchiveError::Read { path: path.to_owned(), source })?;
        let write_error = |source| ArchiveError::Write { path: path.to_owned(), source };
        let hashing = Hashing { out, sha256: Sha256::new(), size: 0 };
        let gzip = Gzip::new(hashing, options.threads).map_err(write_error)?;
        let root = fs::canonicalize(path).map_err(|source| ArchiveError::Read { path: path.to_owned(), source })?;
        let mut packer = Packer { tar: Builder::new(gzip), options, root, entries: 0, bytes: 0 };
        packer.tree(path.to_owned(), name.clone(), metadata)?;
        let Packer { tar, entries, .. } = packer;
        let hashing = tar.into_inner().and_then(Gzip::finish).map_err(write_error)?;
        Ok(Self { name, sha256: Digest256(hashing.sha256.finalize().into()), size: hashing.size, entries })
    }
}

/// What is to be put in.
struct Found {
    path: PathBuf,
    /// In the archive.
    name: String,
    metadata: Metadata,
    /// The folders that links on the way to it pointed to.
    followed: Rc<[PathBuf]>,
}

struct Packer<'a, W: Write> {
    tar: Builder<Gzip<W>>,
    options: &'a ArchiveOptions,
    /// The folder, without links in its path.
    root: PathBuf,
    entries: usize,
    bytes: u64,
}

impl<W: Write> Packer<'_, W> {
    /// Puts in what is at `path`, and what is below it, each folder's content sorted by name.
    fn tree(&mut self, path: PathBuf, name: String, metadata: Metadata) -> Result<(), ArchiveError> {
        let mut todo = vec![Found { path, name, metadata, followed: Rc::default() }];
        while let Some(Found { path, name, metadata, followed }) = todo.pop() {
            self.entries += 1;
            if self.entries + todo.len() > self.options.max_entries {
                return Err(ArchiveError::TooMany { path, allowed: self.options.max_entries });
            }
            let kind = metadata.file_type();
            if kind.is_dir() {
                self.append(&path, &format!("{name}/"), EntryType::Directory, 0o755, 0, io::empty())?;
                let mut children = self.children(&path, todo.len())?;
                // The last is taken first.
                children.sort_unstable_by(|a, b| b.cmp(a));
                for child in children {
                    let child_path = path.join(&child);
                    let metadata = fs::symlink_metadata(&child_path)
                        .map_err(|source| ArchiveError::Read { path: child_path.clone(), source })?;
                    let name = format!("{name}/{child}");
                    todo.push(if metadata.is_symlink() {
                        self.follow(&child_path, name, &followed)?
                    } else {
                        Found { path: child_path, name, metadata, followed: Rc::clone(&followed) }
                    });
                }
            } else if kind.is_file() {
                self.file(path, &name)?;
            } else {
                return Err(ArchiveError::Special { path });
            }
        }
        Ok(())
    }

    /// The names in a folder; bounded with those that are waiting already.
    fn children(&self, path: &Path, waiting: usize) -> Result<Vec<String>, ArchiveError> {
        let read_error = |source| ArchiveError::Read { path: path.to_owned(), source };
        let mut names = Vec::new();
        for child in fs::read_dir(path).map_err(read_error)? {
            let child = child.map_err(read_error)?;
            if self.entries + waiting + names.len() >= self.options.max_entries {
                return Err(ArchiveError::TooMany { path: child.path(), allowed: self.options.max_entries });
            }
            names.push(utf8(child.file_name(), &child.path())?);
        }
        Ok(names)
    }

    /// What a link in the folder points to. `followed` are the folders that links on the way to it pointed to.
    fn follow(&self, link: &Path, name: String, followed: &Rc<[PathBuf]>) -> Result<Found, ArchiveError> {
        let error = |source| ArchiveError::Read { path: link.to_owned(), source };
        let path = fs::canonicalize(link).map_err(error)?;
        let metadata = fs::metadata(&path).map_err(error)?;
        let target = || fs::read_link(link).unwrap_or_else(|_| path.clone());
        if !path.starts_with(&self.root) {
            return Err(ArchiveError::LinkLeaves { path: link.to_owned(), target: target() });
        }
        if !metadata.is_dir() {
            return Ok(Found { path, name, metadata, followed: Rc::clone(followed) });
        }
        let within = fs::canonicalize(link.parent().unwrap_or(link)).map_err(error)?;
        if within.starts_with(&path) || followed.contains(&path) {
            return Err(ArchiveError::LinkReturns { path: link.to_owned(), target: target() });
        }
        let followed = followed.iter().cloned().chain([path.clone()]).collect();
        Ok(Found { path, name, metadata, followed })
    }

    fn file(&mut self, path: PathBuf, name: &str) -> Result<(), ArchiveError> {
        let opened = File::open(&path).and_then(|file| file.metadata().map(|metadata| (file, metadata)));
        let (mut file, metadata) = match opened {
            Ok(opened) => opened,
            Err(source) => return Err(ArchiveError::Read { path, source }),
        };
        let size = metadata.len();
        self.bytes = self.bytes.saturating_add(size);
        if self.bytes > self.options.max_bytes {
            return Err(ArchiveError::TooLarge { path, allowed: self.options.max_bytes });
        }
        let mode = if executable(&metadata) { 0o755 } else { 0o644 };
        let mut content = Watched { file: Read::by_ref(&mut file).take(size), read: 0, failure: None };
        let appended = self.append(&path, name, EntryType::Regular, mode, size, &mut content);
        let (read, failure) = (content.read, content.failure.take());
        if let Some(source) = failure {
            return Err(ArchiveError::Read { path, source });
        }
        appended?;
        match file.read(&mut [0]) {
            Ok(0) if read == size => Ok(()),
            Ok(_) => Err(ArchiveError::Changed { path }),
            Err(source) => Err(ArchiveError::Read { path, source }),
        }
    }

    fn append(
        &mut self,
        path: &Path,
        name: &str,
        kind: EntryType,
        mode: u32,
        size: u64,
        content: impl Read,
    ) -> Result<(), ArchiveError> {
        let mut header = self.header(kind, mode, size);
        let appended = self.tar.append_data(&mut header, name, content);
        appended.map_err(|source| ArchiveError::Write { path: path.to_owned(), source })
    }

    fn header(&self, kind: EntryType, mode: u32, size: u64) -> Header {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(u64::try_from(self.options.epoch.seconds()).unwrap_or_default());
        header
    }
}

fn utf8(name: OsString, path: &Path) -> Result<String, ArchiveError> {
    name.into_string().map_err(|_| ArchiveError::NotUtf8 { path: path.to_owned() })
}

#[cfg(unix)]
fn executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> bool {
    false
}

/// Counts what is read, and keeps the failure of reading apart from that of writing.
struct Watched<R> {
    file: R,
    read: u64,
    failure: Option<io::Error>,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer);
        match read {
            Ok(read) => self.read += read as u64,
            Err(err) if err.kind() == io::ErrorKind::Interrupted => return Err(err),
            Err(err) => {
                let kind = err.kind();
                self.failure = Some(err);
                return Err(kind.into());
            }
        }
        read
    }
}

/// Gzip, without name and time, from no system in particular.
struct Gzip<W> {
    deflate: DeflateWriter<W>,
}

impl<W: Write> Gzip<W> {
    fn new(mut out: W, threads: NonZeroUsize) -> io::Result<Self> {
        // Magic, DEFLATE, no flags, time 0, no extra flags, unknown system.
        out.write_all(&[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF])?;
        Ok(Self { deflate: DeflateWriter::new(out, threads) })
    }

    fn finish(self) -> io::Result<W> {
        let (mut out, total) = self.deflate.finish()?;
        out.write_all(&total.crc32.to_le_bytes())?;
        // Modulo 4 GiB, as the format has it.
        out.write_all(total.size.to_le_bytes().first_chunk::<4>().unwrap_or(&[0; 4]))?;
        out.flush()?;
        Ok(out)
    }
}

impl<W: Write> Write for Gzip<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.deflate.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Hashing<W> {
    out: W,
    sha256: Sha256,
    size: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sha256.update(bytes.get(..written).unwrap_or_default());
        self.size += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
