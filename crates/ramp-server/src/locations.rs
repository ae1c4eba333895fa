//! The stores and storages that a text can name.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::ServerError;
use crate::private;
use crate::storage::{Directory, Storage};
use crate::store::{RedisStore, SqliteStore, Store};

/// Opens the catalogue that a text names: `sqlite`, a file in the data directory, or `redis://[user:password@]host[:port][/db]`,
/// `rediss://…`, which is the same over TLS, or `redis+unix:///path`; servers can share these. What is acknowledged is then as durable as that Redis server makes it:
/// `appendonly yes`, `appendfsync always`.
///
/// # Errors
///
/// [`ServerError::StoreLocation`], [`ServerError::Store`], [`ServerError::IsBackup`], [`ServerError::File`] where the data directory cannot be made.
pub fn open_store(location: &str, data_dir: &Path) -> Result<Arc<dyn Store>, ServerError> {
    if ["redis://", "rediss://", "redis+unix://"].iter().any(|scheme| location.starts_with(scheme)) {
        return Ok(Arc::new(RedisStore::open(location)?));
    }
    if location != "sqlite" {
        // Whatever comes after the scheme may hold a password.
        let location = location.split_once("://").map_or(location, |(scheme, _)| scheme).to_owned();
        return Err(ServerError::StoreLocation { location });
    }
    must_be_no_backup(data_dir)?;
    private::directory(data_dir).map_err(|source| ServerError::File { path: data_dir.to_owned(), source })?;
    Ok(Arc::new(SqliteStore::open(&catalogue_in(data_dir))?))
}

/// The file in a data directory that the catalogue is in, where it is one.
pub(crate) const CATALOGUE: &str = "catalogue.sqlite";

/// The path of that file.
pub(crate) fn catalogue_in(data_dir: &Path) -> PathBuf {
    data_dir.join(CATALOGUE)
}

/// What says that a folder is a backup.
pub(crate) const BACKUP: &str = "backup.json";

/// Refuses a backup in the place of a data directory: opening its catalogue already changes the file, which then is not as it was written.
pub(crate) fn must_be_no_backup(data_dir: &Path) -> Result<(), ServerError> {
    if data_dir.join(BACKUP).symlink_metadata().is_ok() {
        return Err(ServerError::IsBackup { path: data_dir.to_owned() });
    }
    Ok(())
}

/// Opens the storage that a text names: a directory, which is made if there is none, or `s3://bucket/prefix`, which reads its
/// credentials from the usual `AWS_…` variables and is there with the feature `s3`.
///
/// # Errors
///
/// [`ServerError::StorageLocation`], [`ServerError::Storage`].
pub fn open_storage(location: &str) -> Result<Arc<dyn Storage>, ServerError> {
    match location.strip_prefix("s3://") {
        Some(bucket) => open_bucket(location, bucket),
        None => Ok(Arc::new(Directory::open(location)?)),
    }
}

#[cfg(feature = "s3")]
fn open_bucket(location: &str, bucket: &str) -> Result<Arc<dyn Storage>, ServerError> {
    let (bucket, prefix) = bucket.split_once('/').unwrap_or((bucket, ""));
    // A prefix is not a path where it has empty parts, as object_store has it.
    if bucket.is_empty() || object_store::path::Path::parse(prefix).is_err() {
        let what = "it is not an `s3://bucket/prefix`";
        return Err(ServerError::StorageLocation { location: location.to_owned(), what });
    }
    Ok(Arc::new(crate::storage::Bucket::open(bucket, prefix)?))
}

#[cfg(not(feature = "s3"))]
fn open_bucket(location: &str, _: &str) -> Result<Arc<dyn Storage>, ServerError> {
    let what = "it was built without the feature `s3`";
    Err(ServerError::StorageLocation { location: location.to_owned(), what })
}
