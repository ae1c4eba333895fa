//! The directory that is unpacked into, held open: whatever somebody else puts in place of a folder meanwhile, nothing is written
//! elsewhere. Every folder below it is opened from the one above, and never through a link.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt as _;
use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use crate::error::CliError;

/// What the directories are called into which files are written before they are moved.
const STAGING: &str = ".ramp-unpack-";
/// Where what is replaced is kept meanwhile.
const REPLACED: &str = "replaced";
/// How often a name for one is tried.
const TRIES: usize = 100;

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
    /// Makes the directory if it is not there, and removes what an interrupted run has left in it.
    pub(super) fn open(path: &Path) -> Result<Self, CliError> {
        let failed = |source| CliError::WriteFile { path: path.to_owned(), source };
        let missing: Vec<&Path> =
            path.ancestors().take_while(|p| !p.as_os_str().is_empty() && fs::symlink_metadata(p).is_err()).collect();
        let outside: Vec<PathBuf> = missing.into_iter().rev().map(Path::to_owned).collect();
        let opened = fs::create_dir_all(path).and_then(|()| Dir::open_ambient_dir(path, ambient_authority()));
        let dir = opened.inspect_err(|_| remove(&outside)).map_err(failed)?;
        clear(&dir);
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
            if components.peek().is_none() && (!force || found.is_dir()) {
                return Err(CliError::Exists { path });
            }
        }
        Ok(())
    }

    /// A place in it to write files to before they are moved.
    pub(super) fn stage(&self) -> Result<Staging, CliError> {
        let failed = |source| CliError::WriteFile { path: self.path.clone(), source };
        for number in 0..TRIES {
            let name = format!("{STAGING}{}-{number}", std::process::id());
            match self.dir.create_dir(&name) {
                Err(err) if err.kind() == ErrorKind::AlreadyExists => continue,
                made => made.map_err(failed)?,
            }
            // Another run that clears up can take it away before it is locked.
            let Ok(dir) = self.dir.open_dir_nofollow(&name) else { continue };
            let Some(lock) = locked(&dir) else { continue };
            if dir.create_dir(REPLACED).is_ok() {
                let parent = self.dir.try_clone().map_err(failed)?;
                return Ok(Staging { parent, name, dir, path: self.path.clone(), _lock: lock });
            }
        }
        Err(failed(io::Error::from(ErrorKind::AlreadyExists)))
    }

    /// Moves the files that were staged under their numbers into place; what was moved is taken back where a later move fails.
    pub(super) fn place(&mut self, staging: &Staging, files: Vec<PathBuf>) -> Result<Vec<PathBuf>, CliError> {
        let mut done: Vec<(Dir, OsString, Option<String>)> = Vec::new();
        let mut places = Vec::new();
        for (number, to) in files.into_iter().enumerate() {
            let moved = self.folder_of(&to).and_then(|folder| {
                let name = to.file_name().ok_or(ErrorKind::InvalidFilename)?.to_owned();
                let kept = staging.replace(number, &folder, &name)?;
                Ok((folder, name, kept))
            });
            match moved {
                Ok(moved) => done.push(moved),
                Err(source) => {
                    for (folder, name, kept) in done.into_iter().rev() {
                        // Best effort: the first failure is the one to tell.
                        let _ = match kept {
                            Some(kept) => staging.dir.rename(kept, &folder, name),
                            None => folder.remove_file(name),
                        };
                    }
                    return Err(CliError::WriteFile { path: self.path.join(to), source });
                }
            }
            places.push(self.path.join(to));
        }
        Ok(places)
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

/// Files that are written and not yet in their places. It is removed when it is dropped, or else by the next run.
#[derive(Debug)]
pub(super) struct Staging {
    parent: Dir,
    name: String,
    dir: Dir,
    path: PathBuf,
    /// As long as it is held, other runs know that this one is at work.
    _lock: File,
}

impl Staging {
    /// A file with that number, which is to go to `to`; what more it may be is the umask's to say.
    pub(super) fn create(&self, number: usize, to: &Path, executable: bool) -> Result<File, CliError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        cap_std::fs::OpenOptionsExt::mode(&mut options, if executable { 0o777 } else { 0o666 });
        #[cfg(not(unix))]
        let _ = executable;
        let file = self.dir.open_with(number.to_string(), &options);
        file.map(cap_std::fs::File::into_std).map_err(|source| CliError::WriteFile { path: self.path.join(to), source })
    }

    /// Moves the file with that number to its place. What was there is kept under the name that comes back, and is there again where
    /// the move fails.
    fn replace(&self, number: usize, folder: &Dir, name: &OsStr) -> io::Result<Option<String>> {
        let kept = format!("{REPLACED}/{number}");
        let kept = match folder.rename(name, &self.dir, &kept) {
            Ok(()) => Some(kept),
            Err(err) if err.kind() == ErrorKind::NotFound => None,
            Err(err) => return Err(err),
        };
        if let Err(err) = self.dir.rename(number.to_string(), folder, name) {
            if let Some(kept) = &kept {
                self.dir.rename(kept, folder, name)?;
            }
            return Err(err);
        }
        Ok(kept)
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be removed, the next run removes.
        let _ = self.parent.remove_dir_all(&self.name);
    }
}

/// The lock on a directory, unless another process has it.
fn locked(dir: &Dir) -> Option<File> {
    // What it is held open by cannot be locked on all systems.
    let file = dir.open(".").ok()?.into_std();
    // Elsewhere directories cannot be locked; there nothing is cleared up.
    (file.try_lock().is_ok() || cfg!(not(unix))).then_some(file)
}

/// Removes what runs have left that were interrupted: nobody holds the lock on it.
fn clear(dir: &Dir) {
    if cfg!(not(unix)) {
        return;
    }
    let entries = dir.entries().into_iter().flatten().filter_map(Result::ok);
    for name in entries.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().starts_with(STAGING)) {
        // What cannot be removed hurts nobody.
        if let Some(_lock) = dir.open_dir_nofollow(&name).ok().as_ref().and_then(locked) {
            let _ = dir.remove_dir_all(&name);
        }
    }
}
