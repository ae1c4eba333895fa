//! The bundles, as files named by their content.
//!
//! A blob is named by the SHA-256 of its bytes and by the claim that put it there, so it belongs to exactly one build:
//! who deletes a build may delete its blob, whatever others upload meanwhile.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path as FilePath;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _, WriteMultipart};

use crate::error::ServerError;

/// How much of a bundle is in memory while it is copied to remote storage, in bytes.
const CHUNK: usize = 1 << 20;
/// How many pieces may be under way to remote storage.
const PIECES: usize = 4;

/// The storage of the bundles: a directory, or a bucket.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<LocalFileSystem>>,
}

impl Blobs {
    /// Opens the storage that `location` names: a directory, which is made if there is none, or `s3://bucket/prefix`, which
    /// reads its credentials from the usual `AWS_…` variables and is there with the feature `s3`.
    ///
    /// # Errors
    ///
    /// [`ServerError::File`], [`ServerError::Blobs`], [`ServerError::BlobLocation`].
    pub fn open(location: &str) -> Result<Self, ServerError> {
        if location.starts_with("s3://") {
            return Self::bucket(location);
        }
        let path = FilePath::new(location);
        std::fs::create_dir_all(path).map_err(|source| ServerError::File { path: path.to_owned(), source })?;
        let local = Arc::new(LocalFileSystem::new_with_prefix(path)?);
        Ok(Self { store: local.clone(), local: Some(local) })
    }

    #[cfg(feature = "s3")]
    fn bucket(location: &str) -> Result<Self, ServerError> {
        let what = "it is no `s3://bucket/prefix`";
        let wrong = || ServerError::BlobLocation { location: location.to_owned(), what };
        let rest = location.strip_prefix("s3://").ok_or_else(wrong)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong());
        }
        // Fails only where a provider was chosen already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = object_store::aws::AmazonS3Builder::from_env().with_bucket_name(bucket).build()?;
        let prefix = Path::parse(prefix).map_err(|_| wrong())?;
        Ok(Self { store: Arc::new(object_store::prefix::PrefixStore::new(store, prefix)), local: None })
    }

    #[cfg(not(feature = "s3"))]
    fn bucket(location: &str) -> Result<Self, ServerError> {
        let what = "it was built without the feature `s3`";
        Err(ServerError::BlobLocation { location: location.to_owned(), what })
    }

    /// The name of the blob with these bytes that `claim` puts there.
    pub fn name(sha256: &str, claim: &str) -> String {
        format!("{}/{sha256}-{claim}.zip", sha256.get(..2).unwrap_or_default())
    }

    /// Whether a file in the storage is a blob, or a part of one: nothing else there is touched.
    pub(crate) fn is_name(name: &str) -> bool {
        let hex = |text: &str, length: usize| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit());
        let parts = name.split_once('/').and_then(|(directory, file)| {
            let (stem, end) = file.split_once('.')?;
            let (sha256, claim) = stem.split_once('-')?;
            Some(hex(directory, 2) && hex(sha256, 64) && hex(claim, 32) && ["zip", "part"].contains(&end))
        });
        parts.unwrap_or(false)
    }

    /// Puts the file there under `name`, whole or not at all; it is on disk when this returns. The file is gone then, if it
    /// could be moved.
    ///
    /// # Errors
    ///
    /// [`ServerError::File`], [`ServerError::Blobs`].
    pub async fn put(&self, name: &str, file: &FilePath) -> Result<(), ServerError> {
        let path = Path::from(name);
        match &self.local {
            Some(local) => {
                let to = local.path_to_filesystem(&path)?;
                let from = file.to_owned();
                tokio::task::spawn_blocking(move || move_durably(&from, &to)).await.map_err(|_| ServerError::Task)?
            }
            None => self.copy(&path, file).await,
        }
    }

    async fn copy(&self, path: &Path, file: &FilePath) -> Result<(), ServerError> {
        let failed = |source| ServerError::File { path: file.to_owned(), source };
        let mut reader = File::open(file).map_err(failed)?;
        let mut writer = WriteMultipart::new(self.store.put_multipart(path).await?);
        loop {
            let read = tokio::task::spawn_blocking(move || {
                let mut chunk = vec![0; CHUNK];
                let read = reader.read(&mut chunk)?;
                chunk.truncate(read);
                Ok((reader, chunk))
            });
            let (back, chunk) = match read.await.map_err(|_| ServerError::Task)? {
                Ok(read) => read,
                Err(err) => {
                    // What was sent so far must not stay behind; if that fails too, the bucket's own rules remove it.
                    let _ = writer.abort().await;
                    return Err(failed(err));
                }
            };
            if chunk.is_empty() {
                break;
            }
            reader = back;
            writer.wait_for_capacity(PIECES).await?;
            writer.put(chunk.into());
        }
        writer.finish().await?;
        Ok(())
    }

    /// Removes a blob; it is no error if it is not there.
    ///
    /// # Errors
    ///
    /// [`ServerError::Blobs`].
    pub async fn remove(&self, name: &str) -> Result<(), ServerError> {
        match self.store.delete(&Path::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(err) => Err(err.into()),
        }
    }

    /// The names of all blobs.
    ///
    /// # Errors
    ///
    /// [`ServerError::Blobs`].
    pub async fn names(&self) -> Result<HashSet<String>, ServerError> {
        Ok(self.store.list(None).map_ok(|meta| meta.location.to_string()).try_collect().await?)
    }
}

/// Moves a file within a file system, or copies it to another one; content and name are on disk afterwards.
fn move_durably(from: &FilePath, to: &FilePath) -> Result<(), ServerError> {
    let failed = |path: &FilePath| {
        let path = path.to_owned();
        move |source| ServerError::File { path, source }
    };
    let directory = to.parent().unwrap_or(to);
    std::fs::create_dir_all(directory).map_err(failed(directory))?;
    File::open(from).and_then(|file| file.sync_all()).map_err(failed(from))?;
    match std::fs::rename(from, to) {
        Err(err) if err.kind() == std::io::ErrorKind::CrossesDevices => {
            let beside = to.with_extension("part");
            let copied = std::fs::copy(from, &beside)
                .and_then(|_| File::open(&beside)?.sync_all())
                .and_then(|()| std::fs::rename(&beside, to));
            if let Err(err) = copied {
                // Half of it is of use to nobody; if it cannot be removed, the next start does it.
                let _ = std::fs::remove_file(&beside);
                return Err(failed(&beside)(err));
            }
        }
        moved => moved.map_err(failed(to))?,
    }
    sync_directory(directory)?;
    directory.parent().map_or(Ok(()), sync_directory)
}

/// A new name in a directory survives the loss of power only once the directory is on disk too.
fn sync_directory(path: &FilePath) -> Result<(), ServerError> {
    // Elsewhere a directory cannot be opened as a file.
    if cfg!(unix) {
        let synced = File::open(path).and_then(|directory| directory.sync_all());
        synced.map_err(|source| ServerError::File { path: path.to_owned(), source })?;
    }
    Ok(())
}
