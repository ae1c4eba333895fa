//! The bundles, as files named by their content.
//!
//! A blob is named by the SHA-256 of its bytes and by the claim that put it there, so it belongs to exactly one build:
//! who deletes a build may delete its blob, whatever others upload meanwhile.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read;
use std::path::Path as FilePath;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use crate::error::ServerError;

/// Size of the pieces in which a bundle goes to remote storage, in bytes: the least that S3 takes.
const PIECE: u64 = 5 << 20;
/// How many pieces may be under way to remote storage, of all bundles together. Each is in memory.
const PIECES: usize = 4;

/// The storage of the bundles: a directory, or a bucket.
#[derive(Debug, Clone)]
pub struct Blobs {
    store: Arc<dyn ObjectStore>,
    local: Option<Arc<LocalFileSystem>>,
    turns: Arc<Semaphore>,
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
        Ok(Self::of(local.clone(), Some(local)))
    }

    fn of(store: Arc<dyn ObjectStore>, local: Option<Arc<LocalFileSystem>>) -> Self {
        Self { store, local, turns: Arc::new(Semaphore::new(PIECES)) }
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
        Ok(Self::of(Arc::new(object_store::prefix::PrefixStore::new(store, prefix)), None))
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

    /// Sends the file: in one request, or in pieces that are seen together at the end. What fails on the way is taken back.
    async fn copy(&self, path: &Path, file: &FilePath) -> Result<(), ServerError> {
        let failed = |source| ServerError::File { path: file.to_owned(), source };
        let source = File::open(file).map_err(failed)?;
        let length = source.metadata().map_err(failed)?.len();
        if length <= PIECE {
            let turn = self.turn().await?;
            let (_, bytes) = read_piece(source, file).await?;
            self.store.put(path, bytes.into()).await?;
            drop(turn);
            return Ok(());
        }
        let mut upload = self.store.put_multipart(path).await?;
        let done = match self.send(source, file, upload.as_mut()).await {
            Ok(()) => upload.complete().await.map(drop).map_err(ServerError::from),
            Err(err) => Err(err),
        };
        if done.is_err() {
            // Pieces that are never put together are paid for, and no list of objects shows them.
            if let Err(err) = upload.abort().await {
                tracing::warn!(blob = %path, error = &err as &dyn std::error::Error, "its pieces may be left in the storage");
            }
        }
        done
    }

    /// Sends all pieces. None is under way any more when this returns.
    async fn send(
        &self,
        mut source: File,
        file: &FilePath,
        upload: &mut dyn MultipartUpload,
    ) -> Result<(), ServerError> {
        let mut sending: JoinSet<object_store::Result<()>> = JoinSet::new();
        let sent = async {
            loop {
                let turn = self.turn().await?;
                while let Some(sent) = sending.try_join_next() {
                    sent.map_err(|_| ServerError::Task)??;
                }
                let (back, bytes) = read_piece(source, file).await?;
                if bytes.is_empty() {
                    break;
                }
                source = back;
                let part = upload.put_part(bytes.into());
                sending.spawn(async move {
                    let sent = part.await;
                    drop(turn);
                    sent
                });
            }
            while let Some(sent) = sending.join_next().await {
                sent.map_err(|_| ServerError::Task)??;
            }
            Ok(())
        }
        .await;
        sending.shutdown().await;
        sent
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, ServerError> {
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| ServerError::Task)
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

/// The next piece of a file; an empty one at its end.
async fn read_piece(source: File, path: &FilePath) -> Result<(File, Vec<u8>), ServerError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::new();
        let read = (&source).take(PIECE).read_to_end(&mut piece);
        read.map(|_| (source, piece))
    });
    let failed = |source| ServerError::File { path: path.to_owned(), source };
    read.await.map_err(|_| ServerError::Task)?.map_err(failed)
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
