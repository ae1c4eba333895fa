//! What a directory and a bucket do alike, as `object_store` has both.

use std::collections::HashSet;

use futures_util::TryStreamExt as _;
use object_store::{Error, ObjectStore, ObjectStoreExt as _};

use super::error::StorageError;

/// Removes a blob; it is not an error if it is not there.
pub(super) async fn remove(store: &impl ObjectStore, name: &str) -> Result<(), StorageError> {
    match store.delete(&name.into()).await {
        Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
        Err(err) => Err(StorageError::failed(err)),
    }
}

/// The names of all blobs.
pub(super) async fn names(store: &impl ObjectStore) -> Result<HashSet<String>, StorageError> {
    let names = store.list(None).map_ok(|meta| meta.location.to_string());
    names.try_collect().await.map_err(StorageError::failed)
}
