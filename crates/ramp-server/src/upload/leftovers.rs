//! What is still to be put in order: claims that died, and blobs that are nobody's any more.
//!
//! A claim that stays keeps its place from everybody, and a blob that stays takes space for nothing. Where the catalogue or the storage is
//! away, both are tried again until they are gone. What this process cannot do any more, its next start does: the catalogue keeps the
//! claims with their owner, and the blobs among the discarded until they are known to be gone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::error::ServerError;
use crate::storage::{Storage, StorageError};
use crate::store::{Asking, Claim};

/// How long to wait before everything is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A claim that was not committed, as far as is known, and its blob; or only a blob that is discarded.
#[derive(Debug, Clone)]
pub(crate) struct Leftover {
    pub(crate) claim: Option<Claim>,
    pub(crate) blob: String,
}

/// What became of a leftover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cleared {
    /// It is gone.
    Gone,
    /// The claim was committed after all; the answer had got lost.
    Committed,
}

/// What is left over, and how it is cleared away.
#[derive(Debug)]
pub(crate) struct Leftovers {
    asking: Arc<Asking>,
    storage: Arc<dyn Storage>,
    /// The claim, if there is one, by the blob.
    list: Mutex<HashMap<String, Option<Claim>>>,
    more: Notify,
}

impl Leftovers {
    pub(crate) fn new(asking: Arc<Asking>, storage: Arc<dyn Storage>) -> Self {
        Self { asking, storage, list: Mutex::default(), more: Notify::new() }
    }

    /// Takes up what a server of this id has left when it died. Only the catalogue is asked for that here; what cannot be removed from the
    /// storage now is tried again.
    pub(crate) async fn take_up(&self, owner: &str) -> Result<(), ServerError> {
        let owner = owner.to_owned();
        for (claim, _) in self.asking.ask(move |store| store.pending(&owner)).await? {
            // The blob is discarded only where the claim was dropped: another server that goes by the same id, as one whose data directory
            // was copied, may be about to commit it. Its upload fails then, and is not acknowledged without its blob.
            self.asking.ask(move |store| store.abandon(&claim)).await?;
        }
        self.remove_discarded().await
    }

    /// Removes what the catalogue has discarded, by whichever server.
    pub(crate) async fn remove_discarded(&self) -> Result<(), ServerError> {
        let mut discarded = self.asking.ask(|store| store.discarded()).await?.into_iter();
        for blob in discarded.by_ref() {
            tracing::info!(blob, "removing what was left");
            if self.clear(Leftover { claim: None, blob }).await.is_none() {
                break;
            }
        }
        // Where one cannot be removed, the storage may be away: the others wait with it.
        discarded.for_each(|blob| self.add(Leftover { claim: None, blob }));
        Ok(())
    }

    /// Clears a leftover away, now or, where that fails, later: then it is not known yet what becomes of it.
    pub(crate) async fn clear(&self, leftover: Leftover) -> Option<Cleared> {
        match self.try_to_clear(&leftover).await {
            Ok(cleared) => Some(cleared),
            Err(err) => {
                let error = &err as &dyn std::error::Error;
                tracing::warn!(error, blob = leftover.blob, "left over; its removal is tried again");
                self.add(leftover);
                None
            }
        }
    }

    /// Tries everything that is left over again; whether that was all.
    pub(crate) async fn settle(&self) -> bool {
        let mut list = self.take().into_iter().map(|(blob, claim)| Leftover { claim, blob });
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
        if let Some(claim) = leftover.claim.clone() {
            if !self.asking.ask(move |store| store.abandon(&claim)).await? {
                return Ok(Cleared::Committed);
            }
        }
        match self.storage.remove(&leftover.blob).await {
            // It stays; who has the storage now may remove it.
            Err(StorageError::Taken) => return Ok(Cleared::Gone),
            removed => removed?,
        }
        let blob = leftover.blob.clone();
        self.asking.ask(move |store| store.forget(&blob)).await?;
        Ok(Cleared::Gone)
    }

    fn add(&self, Leftover { claim, blob }: Leftover) {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = list.entry(blob).or_default();
        *kept = kept.take().or(claim);
        drop(list);
        self.more.notify_one();
    }

    fn take(&self) -> HashMap<String, Option<Claim>> {
        std::mem::take(&mut self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
