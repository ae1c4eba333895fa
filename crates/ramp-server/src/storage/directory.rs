//! A directory of this machine.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use object_store::local::LocalFileSystem;

use super::error::StorageError;
use super::interface::{Sink, Storage, Work};
use super::name::is_blob_name;
use super::objects;
use crate::{durable, private, regular, space};

/// What a file is called by until it is whole.
const PART: &str = "part";

/// A directory, best on the file system of the server's data directory: then bundles are moved there, and not copied.
#[derive(Debug)]
pub struct Directory(LocalFileSystem, PathBuf);

impl Directory {
    /// Opens a directory, which is made, for its owner alone, if there is none.
    ///
    /// # Errors
    ///
    /// [`StorageError::File`] where it cannot be made, [`StorageError::Failed`] where it cannot be used.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, StorageError> {
        let path = path.into();
        private::directory(&path).map_err(StorageError::of(&path))?;
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
            regular::must_be(&path).map_err(StorageError::of(&path))?;
            objects::read(&self.0, name, sink).await
        })
    }

    fn try_writing(&self) -> Work<'_, ()> {
        let root = self.1.clone();
        Box::pin(async move {
            let tried = move || space::try_writing(&root).map_err(StorageError::of(&root));
            tokio::task::spawn_blocking(tried).await.map_err(|_| StorageError::Task)?
        })
    }

    fn bytes(&self) -> Work<'_, Option<u64>> {
        let root = self.1.clone();
        Box::pin(async move {
            let measured = move || {
                let names = names_in(&root)?;
                // One that is removed meanwhile takes nothing any more.
                let blobs = names.iter().filter(|name| is_blob_name(name));
                let sizes = blobs.filter_map(|name| root.join(name).metadata().ok()).map(|found| found.len());
                Ok(Some(sizes.fold(0, u64::saturating_add)))
            };
            tokio::task::spawn_blocking(measured).await.map_err(|_| StorageError::Task)?
        })
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        Box::pin(async move {
            let path = self.0.path_to_filesystem(&objects::MARK.into()).map_err(StorageError::failed)?;
            regular::must_be(&path).map_err(StorageError::of(&path))?;
            objects::mark(&self.0).await
        })
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        Box::pin(async move {
            objects::set_mark(&self.0, id, over).await?;
            let path = self.0.path_to_filesystem(&objects::MARK.into()).map_err(StorageError::failed)?;
            let synced = move || {
                private::close(&path);
                durable::file(&path).map_err(StorageError::of(&path))?;
                path.parent().map_or(Ok(()), sync_directory)
            };
            tokio::task::spawn_blocking(synced).await.map_err(|_| StorageError::Task)?
        })
    }
}

/// The files in its folders of two hexadecimal digits, where blobs are, by folder and name. Whatever else is there is somebody else's, but for what is
/// the storage's own: it is named, and folders of it are not entered, which may be closed to this server, such as `lost+found`.
fn names_in(root: &Path) -> Result<HashSet<String>, StorageError> {
    let mut names = HashSet::new();
    for entry in std::fs::read_dir(root).map_err(StorageError::of(root))? {
        let entry = entry.map_err(StorageError::of(root))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name == objects::MARK || space::is_tried(&name) {
            continue;
        }
        let folder = entry.path();
        if !(name.len() == 2 && name.bytes().all(|digit| digit.is_ascii_hexdigit()) && folder.is_dir()) {
            names.insert(name);
            continue;
        }
        for file in std::fs::read_dir(&folder).map_err(StorageError::of(&folder))? {
            let file = file.map_err(StorageError::of(&folder))?.file_name();
            names.insert(format!("{name}/{}", file.to_string_lossy()));
        }
    }
    Ok(names)
}

/// Moves a file within a file system, or copies it to another one; content and name are on disk afterwards.
fn move_durably(from: &Path, to: &Path) -> Result<(), StorageError> {
    let directory = to.parent().unwrap_or(to);
    private::directory(directory).map_err(StorageError::of(directory))?;
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
    durable::directory(path).map_err(StorageError::of(path))
}
