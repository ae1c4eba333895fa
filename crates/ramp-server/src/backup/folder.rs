//! The folder that a backup is made in: empty before, and again where that fails.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::{BackupError, Occupied};
use super::files::failed;
use super::manifest;
use crate::storage::is_blob_name;
use crate::{durable, private};

/// The folder that a backup is made in.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// Whether it was made for this.
    is_new: bool,
}

impl Folder {
    pub(super) const BLOBS: &str = "blobs";

    /// Takes a folder that is empty or not there, and neither in the folder of the bundles nor in the data directory, where it would be taken
    /// for something of the server's own.
    pub(super) fn take(path: &Path, storage: Option<&Path>, data_dir: &Path) -> Result<Self, BackupError> {
        let taken = |by| BackupError::Taken { path: path.to_owned(), by };
        let full = resolved(path).map_err(failed(path))?;
        if storage.is_some_and(|storage| full.starts_with(storage)) {
            return Err(taken(Occupied::Bundles));
        }
        if full.starts_with(data_dir.canonicalize().map_err(failed(data_dir))?) {
            return Err(taken(Occupied::Data));
        }
        let is_new = match std::fs::read_dir(path) {
            Ok(mut entries) => match entries.next() {
                None => false,
                Some(_) if path.join(manifest::NAME).exists() => return Err(taken(Occupied::Backup)),
                Some(_) if path.join(Self::BLOBS).exists() => {
                    return Err(taken(Occupied::Unfinished));
                }
                Some(_) => return Err(taken(Occupied::Files)),
            },
            Err(err) if err.kind() == io::ErrorKind::NotFound => true,
            Err(err) if err.kind() == io::ErrorKind::NotADirectory => return Err(taken(Occupied::File)),
            Err(err) => return Err(failed(path)(err)),
        };
        private::directory(path).map_err(failed(path))?;
        let blobs = path.join(Self::BLOBS);
        // Whoever makes this has the folder for its own; another that found it empty, too, is told, and removes nothing.
        match private::new_directory(&blobs) {
            Err(err) if err.kind() == io::ErrorKind::AlreadyExists => return Err(taken(Occupied::Unfinished)),
            made => made.map_err(failed(&blobs))?,
        }
        Ok(Self { path: path.to_owned(), is_new })
    }

    pub(super) fn root(&self) -> &Path {
        &self.path
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Where a bundle belongs; `None` where its name is not that of one. A catalogue that was tampered with could name what is somewhere else.
    pub(super) fn blob(&self, name: &str) -> Option<PathBuf> {
        is_blob_name(name).then(|| self.path.join(Self::BLOBS).join(name))
    }

    /// What is in it is on disk afterwards, by its names.
    pub(super) fn sync(&self) -> Result<(), BackupError> {
        let blobs = self.path.join(Self::BLOBS);
        for entry in std::fs::read_dir(&blobs).map_err(failed(&blobs))? {
            let folder = entry.map_err(failed(&blobs))?.path();
            durable::directory(&folder).map_err(failed(&folder))?;
        }
        durable::directory(&blobs).map_err(failed(&blobs))?;
        durable::directory(&self.path).map_err(failed(&self.path))?;
        durable::directory_of(&self.path).map_err(failed(&self.path))
    }

    /// Removes what was made of a backup that failed: all that backups have in them, since it was empty, and no other has begun since.
    pub(super) fn remove(&self) {
        // Whoever is told of the failure sees what is left.
        let _ = std::fs::remove_dir_all(self.path.join(Self::BLOBS));
        if let Ok(entries) = std::fs::read_dir(&self.path) {
            for entry in entries.flatten() {
                let is_ours = entry.file_name().to_string_lossy().starts_with("catalogue.");
                if is_ours || entry.file_name().to_string_lossy().starts_with(manifest::NAME) {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
        if self.is_new {
            let _ = std::fs::remove_dir(&self.path);
        }
    }
}

/// Where a path leads, whatever links are on the way, also where its end is not there yet.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let mut resolved = PathBuf::new();
    for part in path.components() {
        // What is not there has no links, and is left the way it was entered.
        if part == Component::ParentDir {
            resolved.pop();
            continue;
        }
        resolved.push(part);
        match resolved.canonicalize() {
            Ok(full) => resolved = full,
            Err(err) if matches!(err.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(err) => return Err(err),
        }
    }
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn one_of_many_has_the_folder() {
        for _ in 0..20 {
            let directory = tempfile::tempdir().unwrap();
            let (to, data) = (directory.path().join("backup"), directory.path().join("data"));
            std::fs::create_dir(&data).unwrap();
            std::fs::create_dir(&to).unwrap();
            let at_once = Barrier::new(4);
            let taken = || {
                at_once.wait();
                Folder::take(&to, None, &data)
            };
            let taken: Vec<_> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(taken)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(taken.iter().filter(|taken| taken.is_ok()).count(), 1, "{taken:?}");
        }
    }
}
