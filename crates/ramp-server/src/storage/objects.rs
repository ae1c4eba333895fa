//! What a directory and a bucket do alike, as `object_store` has both.

use futures_util::TryStreamExt as _;
use object_store::{Error, ObjectStore, ObjectStoreExt as _, PutMode};

use super::error::StorageError;
use super::interface::Sink;

/// Where the id of the catalogue stands; no blob has such a name.
pub(super) const MARK: &str = "catalogue-id";

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
    names.try_collect().await.map_err(StorageError::failed)
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

pub(super) async fn mark(store: &impl ObjectStore) -> Result<Option<String>, StorageError> {
    let mut id = Vec::new();
    let mut keep = |piece: &[u8]| {
        id.extend_from_slice(piece);
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
