//! A bucket of S3-compatible storage.

use std::collections::HashSet;
use std::fs::File;
use std::io::Read as _;
use std::path::Path as FilePath;
use std::sync::Arc;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{MultipartUpload, ObjectStoreExt as _};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;

use super::error::StorageError;
use super::interface::{Sink, Storage, Work};
use super::objects;
use crate::causes::causes;

/// Size of the pieces in which a bundle goes to the bucket, in bytes: the least that S3 takes.
const PIECE: u64 = 5 << 20;
/// How many pieces may be under way, of all bundles together. Each is in memory.
const PIECES: usize = 4;

/// A bucket of S3-compatible storage, or what is below a prefix in it.
#[derive(Debug)]
pub struct Bucket {
    store: PrefixStore<AmazonS3>,
    turns: Arc<Semaphore>,
}

impl Bucket {
    /// The bucket of that name, with the credentials of the usual `AWS_…` variables. The prefix may be empty. Nothing is asked of
    /// it yet.
    ///
    /// # Errors
    ///
    /// [`StorageError::Failed`] where the prefix is none, or the variables do not say enough.
    pub fn open(bucket: &str, prefix: &str) -> Result<Self, StorageError> {
        // Fails only where a provider was chosen already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let prefix = Path::parse(prefix).map_err(StorageError::failed)?;
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build().map_err(StorageError::failed)?;
        Ok(Self { store: PrefixStore::new(store, prefix), turns: Arc::new(Semaphore::new(PIECES)) })
    }

    /// Sends the file: in one request, or in pieces that are seen together at the end. What fails on the way is taken back.
    async fn copy(&self, path: &Path, file: &FilePath) -> Result<(), StorageError> {
        let source = File::open(file).map_err(StorageError::of(file))?;
        let length = source.metadata().map_err(StorageError::of(file))?.len();
        if length <= PIECE {
            let turn = self.turn().await?;
            let (_, bytes) = read_piece(source, file).await?;
            self.store.put(path, bytes.into()).await.map_err(StorageError::failed)?;
            drop(turn);
            return Ok(());
        }
        let mut upload = self.store.put_multipart(path).await.map_err(StorageError::failed)?;
        let done = match self.send(source, file, upload.as_mut()).await {
            Ok(()) => upload.complete().await.map(drop).map_err(StorageError::failed),
            Err(err) => Err(err),
        };
        if done.is_err() {
            // Pieces that are never put together are paid for, and no list of objects shows them.
            if let Err(err) = upload.abort().await {
                tracing::warn!(blob = %path, error = causes(&err), "its pieces may be left in the storage");
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
    ) -> Result<(), StorageError> {
        let mut sending: JoinSet<object_store::Result<()>> = JoinSet::new();
        let sent = async {
            loop {
                let turn = self.turn().await?;
                while let Some(sent) = sending.try_join_next() {
                    sent.map_err(|_| StorageError::Task)?.map_err(StorageError::failed)?;
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
                sent.map_err(|_| StorageError::Task)?.map_err(StorageError::failed)?;
            }
            Ok(())
        }
        .await;
        sending.shutdown().await;
        sent
    }

    async fn turn(&self) -> Result<OwnedSemaphorePermit, StorageError> {
        Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StorageError::Task)
    }
}

impl Storage for Bucket {
    fn put<'a>(&'a self, name: &'a str, file: &'a FilePath) -> Work<'a, ()> {
        Box::pin(async move { self.copy(&name.into(), file).await })
    }

    fn remove<'a>(&'a self, name: &'a str) -> Work<'a, ()> {
        Box::pin(objects::remove(&self.store, name))
    }

    fn names(&self) -> Work<'_, HashSet<String>> {
        Box::pin(objects::names(&self.store))
    }

    fn read<'a>(&'a self, name: &'a str, sink: &'a mut Sink<'_>) -> Work<'a, bool> {
        Box::pin(objects::read(&self.store, name, sink))
    }

    fn try_writing(&self) -> Work<'_, ()> {
        Box::pin(objects::try_writing(&self.store))
    }

    fn bytes(&self) -> Work<'_, Option<u64>> {
        Box::pin(objects::bytes(&self.store))
    }

    fn mark(&self) -> Work<'_, Option<String>> {
        Box::pin(objects::mark(&self.store))
    }

    fn set_mark<'a>(&'a self, id: &'a str, over: bool) -> Work<'a, ()> {
        Box::pin(objects::set_mark(&self.store, id, over))
    }
}

/// The next piece of a file; an empty one at its end.
async fn read_piece(source: File, path: &FilePath) -> Result<(File, Vec<u8>), StorageError> {
    let read = tokio::task::spawn_blocking(move || {
        let mut piece = Vec::new();
        let read = (&source).take(PIECE).read_to_end(&mut piece);
        read.map(|_| (source, piece))
    });
    read.await.map_err(|_| StorageError::Task)?.map_err(StorageError::of(path))
}
