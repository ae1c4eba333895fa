//! A directory of this machine.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use object_store::local::LocalFileSystem;

use super::error::StorageError;
use super::interface::{Sink, Storage, Work};
use super::objects;

/// What a file is called by until it is whole.
const PART: &str = "part";

/// A directory, best on the file system of the server's data directory: then bundles are moved there, and not copied.
#[derive(Debug)]
pub struct Directory(LocalFileSystem, PathBuf);

impl Directory {
    /// Opens a directory, which is made if there is none.
    ///
    /// # Errors
    ///
    /// [`StorageError::File`] where it cannot be made, [`StorageError::Failed`] where it cannot be used.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let path = path.into();
        std::fs::create_dir_all(&path).map_err(StorageError::of(&path))?;
        // However it is written, and whatever links lead there.
        let path = path.canonicalize().map_err(StorageError::of(&path))?;
        Ok(Self(LocalFileSystem::new_with_prefix(&path).map_err(StorageError::failed)?, path))
    }
}

impl Storage for Directory {
    fn directory(&self) -> Option<PathBuf> {
        Some(self.1.clone())
    }

    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()> {
        Box::pin(async move {
            let to = self.0.path_to_filesystem(&name.into()).map_err(StorageError::failed)?;
            let from = file.to_owned();
            tokio::task::spawn_blocking(move || move_durably(&from, &to)).await.map_err(|_| StorageError::Task)?
        })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        Box::pin(async move {
            objects::remove(&self.0, name).await?;
            let path = self.0.path_to_filesystem(&name.into()).map_err(StorageError::failed)?;
            tokio::task::spawn_blocking(move || finish_removal(&path)).await.map_err(|_| StorageError::Task)?
        })
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        let root = self.1.clone();
        Box::pin(
            async move { tokio::task::spawn_blocking(move || names_in(&root)).await.map_err(|_| StorageError::Task)? },
        )
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        Box::pin(async move {
            let path = self.0.path_to_filesystem(&name.into()).map_err(StorageError::failed)?;
            // A pipe would be waited for.
            if path.metadata().is_ok_and(|found| !found.is_file()) {
                let what = io::Error::new(io::ErrorKind::InvalidData, "it is not a file");
                return Err(StorageError::file(path, what));
            }
            objects::read(&self.0, name, sink).await
        })
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        Box::pin(objects::mark(&self.0))
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        Box::pin(async move {
            objects::set_mark(&self.0, id, over).await?;
            let path = self.0.path_to_filesystem(&objects::MARK.into()).map_err(StorageError::failed)?;
            let synced = move || {
                File::open(&path).and_then(|file| file.sync_all()).map_err(StorageError::of(&path))?;
                path.parent().map_or(Ok(()), sync_directory)
            };
            tokio::task::spawn_blocking(synced).await.map_err(|_| StorageError::Task)?
        })
    }
}

/// The files in its folders, by folder and name: where blobs are. Whatever else is there, and however it is called, is somebody else's.
fn names_in(root: &Path) -> Result<HashSet<String>, StorageError> {
    let mut names = HashSet::new();
    for folder in std::fs::read_dir(root).map_err(StorageError::of(root))? {
        let folder = folder.map_err(StorageError::of(root))?.path();
        if !folder.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(&folder).map_err(StorageError::of(&folder))? {
            let file = file.map_err(StorageError::of(&folder))?;
            let parts = [folder.file_name(), Some(file.file_name().as_os_str())]
                .map(|part| part.and_then(|name| name.to_str()).map(str::to_owned));
            if let [Some(folder), Some(file)] = parts {
                names.insert(format!("{folder}/{file}"));
            }
        }
    }
    Ok(names)
}

/// Moves a file within a file system, or copies it to another one; content and name are on disk afterwards.
fn move_durably(from: &Path, to: &Path) -> Result<(), StorageError> {
    let directory = to.parent().unwrap_or(to);
    std::fs::create_dir_all(directory).map_err(StorageError::of(directory))?;
    File::open(from).and_then(|file| file.sync_all()).map_err(StorageError::of(from))?;
    match std::fs::rename(from, to) {
        Err(err) if err.kind() == io::ErrorKind::CrossesDevices => {
            let beside = to.with_extension(PART);
            let copied = std::fs::copy(from, &beside)
                .and_then(|_| File::open(&beside)?.sync_all())
                .and_then(|()| std::fs::rename(&beside, to));
            if let Err(err) = copied {
                // Half of it is of use to nobody; if it cannot be removed, it goes with the blob.
                let _ = std::fs::remove_file(&beside);
                return Err(StorageError::file(beside, err));
            }
        }
        moved => moved.map_err(StorageError::of(to))?,
    }
    sync_directory(directory)?;
    directory.parent().map_or(Ok(()), sync_directory)
}

/// Removes half of a blob, where whoever copied it from another file system has died; the names are gone from the disk afterwards.
fn finish_removal(path: &Path) -> Result<(), StorageError> {
    let part = path.with_extension(PART);
    match std::fs::remove_file(&part) {
        Err(err) if err.kind() != io::ErrorKind::NotFound => return Err(StorageError::file(part, err)),
        _ => {}
    }
    match path.parent().filter(|directory| directory.exists()) {
        Some(directory) => sync_directory(directory),
        None => Ok(()),
    }
}

/// A new name in a directory survives the loss of power only once the directory is on disk too.
fn sync_directory(path: &Path) -> Result<(), StorageError> {
    // Elsewhere a directory cannot be opened as a file.
    if cfg!(unix) {
        let synced = File::open(path).and_then(|directory| directory.sync_all());
        synced.map_err(StorageError::of(path))?;
    }
    Ok(())
}
