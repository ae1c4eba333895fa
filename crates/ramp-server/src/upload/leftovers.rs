//! What could not be put in order at once, because the catalogue or the storage was away or full.
//!
//! A claim that stays keeps its place from everybody, and a blob that stays is an orphan. Both are tried again until they are
//! gone; what this process cannot do any more, its next start does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::error::ServerError;
use crate::storage::{Storage, StorageError};
use crate::store::{Asking, Claim};

/// How long to wait before everything is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// A claim that was not committed, as far as is known, and its blob; or only a blob that is nobody's.
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
    list: Mutex<Vec<Leftover>>,
    more: Notify,
}

impl Leftovers {
    pub(crate) fn new(asking: Arc<Asking>, storage: Arc<dyn Storage>) -> Self {
        Self { asking, storage, list: Mutex::default(), more: Notify::new() }
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
        let mut list = self.take().into_iter();
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
            // It stays, as what nobody knows; who has the storage now may remove it.
            Err(StorageError::Taken) => Ok(Cleared::Gone),
            removed => Ok(removed.map(|()| Cleared::Gone)?),
        }
    }

    fn add(&self, leftover: Leftover) {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).push(leftover);
        self.more.notify_one();
    }

    fn take(&self) -> Vec<Leftover> {
        std::mem::take(&mut self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
