//! A folder beside the places that files go to: they are written there first, and moved when all of them are whole.
//!
//! One run at a time has it, and holds the lock on the file by which it is told from a folder of somebody else's. Before the first
//! move a journal says where each file goes, so that whoever finds the folder later can take back what was moved.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use cap_fs_ext::DirExt as _;
use cap_std::fs::{Dir, OpenOptions};

use super::moves::{Left, folder_of, is_same, put};
use crate::error::CliError;

/// What the folder is called.
pub(super) const NAME: &str = ".ramp-unpack";
/// The file that is locked, and what it says.
const MARK: &str = "ramp-unpack";
const MARK_TEXT: &str = "`ramp unpack` writes here first. What is in `replaced` was where `moves` says.\n";
/// Where what is replaced is kept meanwhile.
const REPLACED: &str = "replaced";
/// Where each file goes, as an array of paths in the order of their numbers.
const JOURNAL: &str = "moves";
/// What the journal is called until it is whole.
const UNFINISHED: &str = "moves-";
/// What the journal is called once everything is in its place.
const DONE: &str = "done";
/// How often it is tried to get it, while others make it and remove it.
const TRIES: usize = 100;
/// The largest journal that is read: a zip has fewer files than fit.
const LONGEST_JOURNAL: u64 = 512 << 20;

/// Files that are written and not yet in their places. Dropped, it leaves nothing behind but what it could not put back.
#[derive(Debug)]
pub(super) struct Staging {
    parent: Dir,
    dir: Dir,
    path: PathBuf,
    /// Numbers of files that could only be moved, so that nothing but this tells whose the file in their place is.
    moved: Vec<usize>,
    /// As long as it is held, other runs know that this one is at work.
    _lock: File,
}

impl Staging {
    /// Takes the folder in `parent`, which is at `path`, and undoes what an interrupted run has left half done.
    pub(super) fn open(parent: &Dir, path: &Path) -> Result<Self, CliError> {
        let failed = |source| CliError::WriteFile { path: path.to_owned(), source };
        for _ in 0..TRIES {
            match parent.create_dir(NAME) {
                Err(err) if err.kind() != ErrorKind::AlreadyExists => return Err(failed(err)),
                _ => {}
            }
            let dir = match parent.open_dir_nofollow(NAME) {
                Ok(dir) => dir,
                // Another run has removed it.
                Err(err) if err.kind() == ErrorKind::NotFound => continue,
                Err(_) => return Err(CliError::InTheWay { path: path.join(NAME) }),
            };
            let Some(mark) = mark(&dir, path)? else { continue };
            if mark.try_lock().is_err() {
                return Err(CliError::Busy { path: path.to_owned() });
            }
            // It may have been removed, and made anew by somebody else, before it was locked.
            if !is_current(parent, &mark) {
                continue;
            }
            // Whose it is can exchange what is in it, whoever writes it.
            if !is_own(&dir) {
                return Err(CliError::InTheWay { path: path.join(NAME) });
            }
            let parent = parent.try_clone().map_err(failed)?;
            let found = Self { parent, dir, path: path.to_owned(), moved: Vec::new(), _lock: mark };
            found.clear()?;
            found.dir.create_dir(REPLACED).map_err(failed)?;
            return Ok(found);
        }
        Err(failed(ErrorKind::AlreadyExists.into()))
    }

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

    /// Writes down where the files go, by their numbers, before any of them is moved.
    pub(super) fn announce(&self, places: &[PathBuf]) -> Result<(), CliError> {
        let write = || {
            let mut file = self.dir.create(UNFINISHED)?.into_std();
            file.write_all(&serde_json::to_vec(places)?)?;
            file.sync_all()?;
            self.dir.rename(UNFINISHED, &self.dir, JOURNAL)
        };
        write().map_err(|source| CliError::WriteFile { path: self.path.clone(), source })
    }

    /// Moves the file with that number to its place. Nothing is written over: with `force`, what was there is kept until all is done.
    pub(super) fn place(&mut self, number: usize, folder: &Dir, name: &OsStr, force: bool) -> io::Result<()> {
        if force {
            if folder.symlink_metadata(name).is_ok_and(|found| found.is_dir()) {
                return Err(ErrorKind::IsADirectory.into());
            }
            match folder.rename(name, &self.dir, replaced(number)) {
                Err(err) if err.kind() != ErrorKind::NotFound => return Err(err),
                _ => {}
            }
        }
        if put(&self.dir, &number.to_string(), folder, name)? == Left::Nothing {
            self.moved.push(number);
        }
        Ok(())
    }

    /// Lets everything stay where it was moved to.
    pub(super) fn commit(&self) -> Result<(), CliError> {
        let failed = |source| CliError::WriteFile { path: self.path.clone(), source };
        self.dir.rename(JOURNAL, &self.dir, DONE).map_err(failed)
    }

    /// Takes back what was moved and is not to stay, and empties the folder.
    pub(super) fn clear(&self) -> Result<(), CliError> {
        let failed = |source| CliError::WriteFile { path: self.path.join(NAME), source };
        let is_done = self.dir.symlink_metadata(DONE).is_ok();
        if !is_done {
            let places = self.journal().map_err(failed)?;
            for (number, to) in places.iter().enumerate() {
                if let Err(source) = self.take_back(number, to) {
                    let kept = self.path.join(NAME).join(replaced(number));
                    return Err(CliError::Replaced { kept, path: self.path.join(to), source });
                }
            }
        }
        self.empty(is_done).map_err(failed)
    }

    /// Removes what a run makes here; the journal last, since it says what the rest is.
    fn empty(&self, is_done: bool) -> io::Result<()> {
        let remove_replaced = if is_done { Dir::remove_dir_all } else { Dir::remove_dir };
        there(remove_replaced(&self.dir, REPLACED))?;
        for entry in self.dir.entries()? {
            let name = entry?.file_name();
            if name == UNFINISHED || name.to_str().is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
                self.dir.remove_file(&name)?;
            }
        }
        there(self.dir.remove_file(JOURNAL))?;
        there(self.dir.remove_file(DONE))
    }

    /// Where the files go; nowhere where nothing was moved yet.
    fn journal(&self) -> io::Result<Vec<PathBuf>> {
        let file = match self.dir.open(JOURNAL) {
            Ok(file) => file,
            Err(err) if err.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(err) => return Err(err),
        };
        let mut text = Vec::new();
        file.take(LONGEST_JOURNAL).read_to_end(&mut text)?;
        Ok(serde_json::from_slice(&text)?)
    }

    /// Removes the file with that number from its place if it is there, and puts back what was there before. What somebody else
    /// has put there meanwhile stays.
    fn take_back(&self, number: usize, to: &Path) -> io::Result<()> {
        let kept = replaced(number);
        let was_there = self.dir.symlink_metadata(&kept).is_ok();
        let folder = match folder_of(&self.parent, to) {
            Err(_) if !was_there => return Ok(()),
            folder => folder?,
        };
        let name = to.file_name().ok_or(ErrorKind::InvalidFilename)?;
        if self.moved.contains(&number) || is_same(&self.dir, &number.to_string(), &folder, name) {
            folder.remove_file(name)?;
        }
        if was_there && put(&self.dir, &kept, &folder, name)? == Left::Link {
            self.dir.remove_file(&kept)?;
        }
        Ok(())
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // What cannot be taken back, the next run tells of.
        let is_empty = |dir: &Dir| dir.entries().is_ok_and(|entries| entries.count() == 1);
        if self.clear().is_ok() && is_empty(&self.dir) {
            // The mark is the last to go: who finds the folder without it finds it empty.
            let _ = self.dir.remove_file(MARK).and_then(|()| self.parent.remove_dir(NAME));
        }
    }
}

fn replaced(number: usize) -> String {
    format!("{REPLACED}/{number}")
}

/// What removing gave, which may be done already.
fn there(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|err| if err.kind() == ErrorKind::NotFound { Ok(()) } else { Err(err) })
}

/// The file that is locked, made where the folder in `path` is empty; `None` where another run makes or removes it.
fn mark(dir: &Dir, path: &Path) -> Result<Option<File>, CliError> {
    let in_the_way = || Err(CliError::InTheWay { path: path.join(NAME) });
    let failed = |source| CliError::WriteFile { path: path.join(NAME), source };
    match dir.symlink_metadata(MARK) {
        Ok(found) if !found.is_file() => return in_the_way(),
        Ok(_) => {
            let Ok(file) = dir.open(MARK) else { return Ok(None) };
            let file = file.into_std();
            let mut text = Vec::new();
            (&file).take(MARK_TEXT.len() as u64 + 1).read_to_end(&mut text).map_err(failed)?;
            // A run that was killed early may have written none of it.
            return if MARK_TEXT.as_bytes().starts_with(&text) { Ok(Some(file)) } else { in_the_way() };
        }
        Err(_) => {}
    }
    let mut names = dir.entries().map_err(failed)?.filter_map(|entry| Some(entry.ok()?.file_name()));
    if names.any(|name| name != MARK) {
        return in_the_way();
    }
    match dir.open_with(MARK, OpenOptions::new().write(true).create_new(true)) {
        Ok(mut file) => file.write_all(MARK_TEXT.as_bytes()).map(|()| Some(file.into_std())).map_err(failed),
        Err(err) if matches!(err.kind(), ErrorKind::AlreadyExists | ErrorKind::NotFound) => Ok(None),
        Err(err) => Err(failed(err)),
    }
}

/// Whether the folder is of the user who makes files in it now.
fn is_own(dir: &Dir) -> bool {
    #[cfg(unix)]
    {
        use cap_std::fs::MetadataExt as _;
        let made = dir.create(UNFINISHED).and_then(|file| file.metadata()).map(|made| made.uid());
        made.is_ok_and(|user| dir.dir_metadata().is_ok_and(|dir| dir.uid() == user))
    }
    #[cfg(not(unix))]
    {
        let _ = dir;
        true
    }
}

/// Whether the mark is still the one that is found by its name.
fn is_current(parent: &Dir, mark: &File) -> bool {
    let named = Path::new(NAME).join(MARK);
    #[cfg(unix)]
    {
        use cap_std::fs::MetadataExt as _;
        use std::os::unix::fs::MetadataExt as _;
        let found = parent.symlink_metadata(named).map(|found| (found.dev(), found.ino()));
        found.is_ok_and(|found| mark.metadata().is_ok_and(|mark| (mark.dev(), mark.ino()) == found))
    }
    #[cfg(not(unix))]
    {
        let _ = mark;
        parent.symlink_metadata(named).is_ok()
    }
}
