//! What a storage must do.

use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use super::error::StorageError;

/// Work of a storage that is under way.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send + 'a>>;

/// What takes the bytes of a blob.
pub type Sink<'a> = dyn FnMut(&[u8]) -> io::Result<()> + Send + 'a;

/// A storage of bundles.
///
/// A blob's name is a path of a folder and a file, of lower-case letters, digits, `-` and `.`, and no two uploads have the
/// same: nothing is ever overwritten. Work that is dropped half way must leave nothing that [`names`](Storage::names) would list
/// as a whole blob.
pub trait Storage: Send + Sync + std::fmt::Debug {
    /// The directory of this machine that the blobs are in, if they are in one: the server keeps away from it.
    fn directory(&self) -> Option<PathBuf> {
        None
    }

    /// Puts the file there under `name`, whole or not at all; once this is done, it stays there though the power fails. The file
    /// may be moved, so that it is gone then.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where it is not there.
    fn put<'a>(&'a self, name: &'a str, file: &'a Path) -> Work<'a, ()>;

    /// Removes a blob, and what was left of putting it; it is not an error if it is not there. Once this is done, it
    /// stays gone though the power fails.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where it may be there still.
    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()>;

    /// The names of all blobs. Others' files may be among them, which are left alone; what the storage itself keeps beside them is not.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where they cannot be listed.
    fn names(&self) -> Work<'_, HashSet<String>>;

    /// Gives the bytes of a blob to `sink`, piece by piece, which can end it by an error; `false` if it is not there.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where it cannot be read, or `sink` has ended it.
    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool>;

    /// Puts something there that is no blob, and takes it back, so that one knows that blobs can be put there now. By default the mark is
    /// asked for, which says that the storage answers.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where blobs could not be put there.
    fn try_writing(&self) -> Work<'_, ()> {
        Box::pin(async move { self.mark().await.map(drop) })
    }

    /// How many bytes the blobs take, where that can be told; by default it is not.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where they cannot be listed.
    fn bytes(&self) -> Work<'_, Option<u64>> {
        Box::pin(async { Ok(None) })
    }

    /// The id of the catalogue whose blobs these are: what [`set_mark`](Storage::set_mark) has left beside them.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where that cannot be told.
    fn mark(&self) -> Work<'_, Option<String>>;

    /// Leaves the id of a catalogue beside the blobs, where no list of blobs has it. Where there is one, it stays, unless `over`.
    ///
    /// # Errors
    ///
    /// [`StorageError`], where it is not known to be there.
    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()>;
}
