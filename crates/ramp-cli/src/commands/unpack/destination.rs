//! The directory that is unpacked into, held open: whatever somebody else puts in place of a folder meanwhile, nothing is written
//! elsewhere. Every folder below it is opened from the one above, and never through a link.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt as _;
use cap_std::ambient_authority;
use cap_std::fs::Dir;

use super::staging::Staging;
use crate::error::CliError;
use crate::tell;

/// A directory to unpack into. What was made for it is removed again, unless it is to be [kept](Self::keep).
#[derive(Debug)]
pub(super) struct Destination {
    pub(super) path: PathBuf,
    dir: Dir,
    /// Directories on the way to it that did not exist before, the outermost first.
    outside: Vec<PathBuf>,
    /// Folders in it that did not exist before, with those that they are in.
    inside: Vec<(Dir, OsString)>,
}

impl Destination {
    /// Makes the directory if it is not there.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let failed = |source| CliError::WriteFile { path: path.to_owned(), source };
        if let Some(link) = path.ancestors().find(|path| path.is_symlink() && !path.exists()) {
            return Err(CliError::LinkToNothing { path: link.to_owned() });
        }
        let missing: Vec<&Path> =
            path.ancestors().take_while(|p| !p.as_os_str().is_empty() && fs::symlink_metadata(p).is_err()).collect();
        let outside: Vec<PathBuf> = missing.into_iter().rev().map(Path::to_owned).collect();
        let made = fs::create_dir_all(path).map_err(|err| match err.kind() {
            // What exists is a file.
            ErrorKind::AlreadyExists => ErrorKind::NotADirectory.into(),
            _ => err,
        });
        let opened = made.and_then(|()| Dir::open_ambient_dir(path, ambient_authority()));
        let dir = opened.inspect_err(|_| remove(&outside)).map_err(failed)?;
        Ok(Self { path: path.to_owned(), dir, outside, inside: Vec::new() })
    }

    /// Whether a file may be put at `to`: no link on the way, and nothing there without `force`.
    pub(super) fn check(&self, to: &Path, force: bool) -> Result<(), CliError> {
        let mut inside = PathBuf::new();
        let mut components = to.components().peekable();
        while let Some(component) = components.next() {
            inside.push(component);
            let Ok(found) = self.dir.symlink_metadata(&inside) else { return Ok(()) };
            let path = self.path.join(&inside);
            if found.is_symlink() {
                return Err(CliError::Link { path });
            }
            match components.peek() {
                None if found.is_dir() => return Err(CliError::IsFolder { path }),
                None if !force => return Err(CliError::Exists { path }),
                _ => {}
            }
        }
        Ok(())
    }

    /// Where files are written to before they are moved; nobody else has it meanwhile.
    pub(super) fn stage(&self) -> Result<Staging, CliError> {
        Staging::open(&self.dir, &self.path)
    }

    /// Moves the files that were staged under their numbers into place; what was moved is taken back where a later move fails.
    pub(super) fn place(&mut self, staging: &mut Staging, files: &[PathBuf], force: bool) -> Result<(), CliError> {
        staging.announce(files)?;
        for (number, to) in files.iter().enumerate() {
            let moved = self.folder_of(to).and_then(|folder| {
                let name = to.file_name().ok_or(ErrorKind::InvalidFilename)?;
                staging.place(number, &folder, name, force)
            });
            if let Err(source) = moved {
                if let Err(left) = staging.clear() {
                    tell::failure(&left);
                }
                let path = self.path.join(to);
                // It came there since it was looked for.
                let came = source.kind() == ErrorKind::AlreadyExists && !force;
                return Err(if came { CliError::Exists { path } } else { CliError::WriteFile { path, source } });
            }
        }
        staging.commit()
    }

    /// The folder that a file goes to, made if it is not there; never by a link.
    fn folder_of(&mut self, to: &Path) -> io::Result<Dir> {
        let mut folder = self.dir.try_clone()?;
        for name in to.parent().into_iter().flat_map(Path::components) {
            let name: &OsStr = name.as_os_str();
            match folder.create_dir(name) {
                Ok(()) => self.inside.push((folder.try_clone()?, name.to_owned())),
                Err(err) if err.kind() == ErrorKind::AlreadyExists => {}
                Err(err) => return Err(err),
            }
            folder = folder.open_dir_nofollow(name)?;
        }
        Ok(folder)
    }

    /// Lets stay what was made.
    pub(super) fn keep(mut self) {
        self.outside.clear();
        self.inside.clear();
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        for (folder, name) in self.inside.iter().rev() {
            // What somebody else put something into stays.
            let _ = folder.remove_dir(name);
        }
        remove(&self.outside);
    }
}

fn remove(made: &[PathBuf]) {
    for path in made.iter().rev() {
        let _ = fs::remove_dir(path);
    }
}
