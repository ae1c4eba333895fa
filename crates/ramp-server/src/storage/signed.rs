//! Objects of a bucket for whoever reads them over HTTP: their keys, and URLs that are signed.

use std::time::Duration;

use futures_util::TryStreamExt as _;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::signer::Signer as _;
use object_store::{ObjectMeta, ObjectStore as _, RetryConfig};
use tokio::runtime::Runtime;

use super::error::StorageError;

/// How long a URL can be used: longer than anybody reads a bundle. It ends before with credentials that are for less.
const VALID: Duration = Duration::from_secs(12 * 60 * 60);

/// How long a request is tried again for.
const PATIENCE: Duration = Duration::from_secs(30);

/// A bucket of S3-compatible storage to read from. Its methods block, and are not for a thread of an asynchronous runtime.
#[derive(Debug)]
pub struct SignedBucket {
    store: AmazonS3,
    runtime: Runtime,
}

impl SignedBucket {
    /// The bucket of that name, with the credentials of the usual `AWS_…` variables. Nothing is asked of it yet.
    ///
    /// # Errors
    ///
    /// [`StorageError::Failed`] where the variables do not say enough.
    pub fn open(bucket: &str) -> Result<Self, StorageError> {
        // Fails only where a provider was chosen already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Somebody waits for it: not for minutes, as a server may.
        let retry = RetryConfig { max_retries: 2, retry_timeout: PATIENCE, ..RetryConfig::default() };
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry).build();
        let store = store.map_err(StorageError::failed)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        Ok(Self { store, runtime: runtime.map_err(StorageError::failed)? })
    }

    /// The keys of what is below a prefix, in order; where it is not `recursive`, of what is right below it.
    ///
    /// # Errors
    ///
    /// [`StorageError::Failed`]: the prefix is none, or the storage cannot be asked.
    pub fn keys(&self, prefix: &str, recursive: bool) -> Result<Vec<String>, StorageError> {
        let prefix = Path::parse(prefix).map_err(StorageError::failed)?;
        let prefix = Some(&prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let found: Result<Vec<ObjectMeta>, _> = self.runtime.block_on(async {
            if recursive {
                self.store.list(prefix).try_collect().await
            } else {
                self.store.list_with_delimiter(prefix).await.map(|found| found.objects)
            }
        });
        let mut keys: Vec<String> =
            found.map_err(StorageError::failed)?.into_iter().map(|meta| meta.location.to_string()).collect();
        keys.sort();
        Ok(keys)
    }

    /// A URL by which an object can be read, by ranges too. Whether it is there is not looked at.
    ///
    /// # Errors
    ///
    /// [`StorageError::Failed`]: the key is none, or there are no credentials.
    pub fn url(&self, key: &str) -> Result<String, StorageError> {
        let path = Path::parse(key).map_err(StorageError::failed)?;
        let signed = self.runtime.block_on(self.store.signed_url(axum::http::Method::GET, &path, VALID));
        signed.map(String::from).map_err(StorageError::failed)
    }
}
