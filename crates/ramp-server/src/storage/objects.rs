//! What a directory and a bucket do alike, as `object_store` has both.

use futures_util::TryStreamExt as _;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutMode};

use super::error::StorageError;
use super::interface::Sink;

/// Where the id of the catalogue stands; no blob has such a name.
pub(crate) const MARK: &str = "catalogue-id";
/// How long it may be, in bytes: ours have 72.
const LONGEST_MARK: usize = 1 << 10;

/// Removes a blob; it is not an error if it is not there.
pub(super) async fn remove(store: &impl ObjectStore, name: &str) -> Result<(), StorageError> {
    match store.delete(&name.into()).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(err) => Err(StorageError::failed(err)),
    }
}

/// The names of all blobs.
#[cfg(feature = "s3")]
pub(super) async fn names(store: &impl ObjectStore) -> Result<std::collections::HashSet<String>, StorageError> {
    let names = store.list(None).map_ok(|meta| meta.location.to_string());
    let mut names: std::collections::HashSet<String> = names.try_collect().await.map_err(StorageError::failed)?;
    names.retain(|name| ![MARK, TRIED].contains(&name.as_str()));
    Ok(names)
}

/// Gives the bytes of a blob to `sink`; `false` if it is not there.
pub(super) async fn read(store: &impl ObjectStore, name: &str, sink: &mut Sink<'_>) -> Result<bool, StorageError> {
    let found = match store.get(&name.into()).await {
        Ok(found) => found,
        Err(Error::NotFound { .. }) => return Ok(false),
        Err(err) => return Err(StorageError::failed(err)),
    };
    let mut pieces = found.into_stream();
    while let Some(piece) = pieces.try_next().await.map_err(StorageError::failed)? {
        sink(&piece).map_err(StorageError::failed)?;
    }
    Ok(true)
}

/// What is written so that one knows that the storage can be written to; no blob has such a name.
#[cfg(feature = "s3")]
const TRIED: &str = "written";

/// Writes an object over and over: to remove it would be another request, and there is one of it at the most.
#[cfg(feature = "s3")]
pub(super) async fn try_writing(store: &impl ObjectStore) -> Result<(), StorageError> {
    store.put(&TRIED.into(), "x".into()).await.map(drop).map_err(StorageError::failed)
}

/// How many bytes all objects take.
#[cfg(feature = "s3")]
pub(super) async fn bytes(store: &impl ObjectStore) -> Result<Option<u64>, StorageError> {
    let sizes = store.list(None).map_ok(|meta| meta.size);
    let sum = sizes.try_fold(0_u64, async |sum, size| Ok(sum.saturating_add(size))).await;
    sum.map(Some).map_err(StorageError::failed)
}

pub(super) async fn mark(store: &impl ObjectStore) -> Result<Option<String>, StorageError> {
    let mut id = Vec::new();
    let mut keep = |piece: &[u8]| {
        id.extend_from_slice(piece);
        if id.len() > LONGEST_MARK {
            let what = format!("`{MARK}` has more than {LONGEST_MARK} bytes");
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, what));
        }
        Ok(())
    };
    let is_there = read(store, MARK, &mut keep).await?;
    Ok(is_there.then(|| String::from_utf8_lossy(&id).trim().to_owned()))
}

pub(super) async fn set_mark(store: &impl ObjectStore, id: &str, over: bool) -> Result<(), StorageError> {
    let mode = if over { PutMode::Overwrite } else { PutMode::Create };
    match store.put_opts(&MARK.into(), format!("{id}\n").into(), mode.into()).await {
        Ok(_) | Err(Error::AlreadyExists { .. }) => Ok(()),
        Err(err) => Err(StorageError::failed(err)),
    }
}
