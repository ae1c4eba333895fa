//! What is still to be put in order: claims that died, and blobs that are nobody's any more.
//!
//! A claim that stays keeps its place from everybody, and a blob that stays takes space for nothing. Where the catalogue or the storage is
//! away, both are tried again until they are gone. What this process cannot do any more, its next start does: the catalogue keeps the
//! claims with their owner, and the blobs among the discarded until they are known to be gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::causes::causes;
use crate::error::ServerError;
use crate::storage::{Storage, StorageError, is_blob_name, measure};
use crate::store::{Asking, Claim, StoreError};

/// How long to wait before everything is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A blob, and what is left with it.
#[derive(Debug, Clone)]
pub(crate) struct Leftover {
    pub(crate) of: Of,
    pub(crate) blob: String,
}

/// Of what a blob is left.
#[derive(Debug, Clone)]
pub(crate) enum Of {
    /// It is discarded, and no claim speaks of it.
    Nobody,
    /// Of a claim that was not committed, as far as is known, and whose upload this process acknowledges to nobody.
    Failed(Claim),
    /// Of a claim that another process has left. In a catalogue that is not the newest, its upload may have been acknowledged since.
    Inherited(Claim),
}

/// What became of a leftover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cleared {
    /// It is gone.
    Gone,
    /// The claim is committed: the answer had got lost, or its bundle is there whole.
    Committed,
}

/// What is left over, and how it is cleared away.
#[derive(Debug)]
pub(crate) struct Leftovers {
    asking: Arc<Asking>,
    storage: Arc<dyn Storage>,
    /// By the blob.
    list: Mutex<HashMap<String, Of>>,
    more: Notify,
}

impl Leftovers {
    pub(crate) fn new(asking: Arc<Asking>, storage: Arc<dyn Storage>) -> Self {
        Self { asking, storage, list: Mutex::default(), more: Notify::new() }
    }

    /// Takes up what a server of this id has left when it died. A claim whose bundle is there, whole, is committed: whoever sent it got no
    /// answer, or got one that a catalogue from a backup does not know of. The others are dropped. What the storage does not do now is tried
    /// again.
    pub(crate) async fn take_up(&self, owner: &str) -> Result<(), ServerError> {
        let owner = owner.to_owned();
        for (claim, blob) in self.asking.ask(move |store| store.pending(&owner)).await? {
            // Another server that goes by the same id, as one whose data directory was copied, may be about to commit it. Where it was
            // dropped, its upload fails then, and is not acknowledged without its blob.
            if self.clear(Leftover { of: Of::Inherited(claim), blob: blob.clone() }).await == Some(Cleared::Committed) {
                tracing::info!(blob, "an upload that a server was killed in is kept: its bundle had come whole");
            }
        }
        self.remove_discarded().await
    }

    /// Removes what the catalogue has discarded, by whichever server.
    pub(crate) async fn remove_discarded(&self) -> Result<(), ServerError> {
        let mut discarded = self.asking.ask(|store| store.discarded()).await?.into_iter();
        for blob in discarded.by_ref() {
            tracing::info!(blob, "removing what was left");
            if self.clear(Leftover { of: Of::Nobody, blob }).await.is_none() {
                break;
            }
        }
        // Where one cannot be removed, the storage may be away: the others wait with it.
        discarded.for_each(|blob| self.add(Leftover { of: Of::Nobody, blob }));
        Ok(())
    }

    /// How many leftovers wait to be cleared away.
    pub(crate) fn waiting(&self) -> u64 {
        let list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        list.len().try_into().unwrap_or(u64::MAX)
    }

    /// Clears a leftover away, now or, where that fails, later: then it is not known yet what becomes of it.
    pub(crate) async fn clear(&self, leftover: Leftover) -> Option<Cleared> {
        match self.try_to_clear(&leftover).await {
            Ok(cleared) => Some(cleared),
            Err(err) => {
                let error = causes(&err);
                tracing::warn!(error, blob = leftover.blob, "left over; its removal is tried again");
                self.add(leftover);
                None
            }
        }
    }

    /// Tries everything that is left over again; whether that was all.
    pub(crate) async fn settle(&self) -> bool {
        let mut list = self.take().into_iter().map(|(blob, of)| Leftover { of, blob });
        for leftover in list.by_ref() {
            if self.try_to_clear(&leftover).await.is_err() {
                self.add(leftover);
                list.for_each(|leftover| self.add(leftover));
                return false;
            }
        }
        true
    }

    /// Settles whenever there is something, for as long as the server runs.
    pub(crate) async fn tend(&self) {
        loop {
            self.more.notified().await;
            while !self.settle().await {
                tokio::time::sleep(AGAIN).await;
            }
        }
    }

    async fn try_to_clear(&self, leftover: &Leftover) -> Result<Cleared, ServerError> {
        if let Of::Inherited(claim) = &leftover.of {
            if self.finish(claim.clone(), &leftover.blob).await? {
                return Ok(Cleared::Committed);
            }
        }
        if let Of::Failed(claim) | Of::Inherited(claim) = leftover.of.clone() {
            if !self.asking.ask(move |store| store.abandon(&claim)).await? {
                return Ok(Cleared::Committed);
            }
        }
        // A catalogue that came from a backup may name what is somebody else's, or the storage's own.
        if is_blob_name(&leftover.blob) {
            match self.storage.remove(&leftover.blob).await {
                // It stays; who has the storage now may remove it.
                Err(StorageError::Taken) => return Ok(Cleared::Gone),
                removed => removed?,
            }
        }
        let blob = leftover.blob.clone();
        self.asking.ask(move |store| store.forget(&blob)).await?;
        Ok(Cleared::Gone)
    }

    /// Commits a claim whose bundle is in the storage as it was sent; whether it is.
    async fn finish(&self, claim: Claim, blob: &str) -> Result<bool, ServerError> {
        if !measure(self.storage.as_ref(), blob).await?.is_some_and(|measured| measured.is_whole) {
            return Ok(false);
        }
        match self.asking.ask(move |store| store.commit(&claim, None)).await {
            Err(StoreError::ClaimLost) => Ok(false),
            committed => Ok(committed.map(|()| true)?),
        }
    }

    fn add(&self, Leftover { of, blob }: Leftover) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = list.entry(blob).or_insert(Of::Nobody);
        if matches!(kept, Of::Nobody) {
            *kept = of;
        }
        drop(list);
        self.more.notify_one();
    }

    fn take(&self) -> HashMap<String, Of> {
        std::mem::take(&mut self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
