//! Asking the store, from tasks that must not block.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::catalogue::Store;
use super::error::StoreError;

/// How many questions are asked at a time. A thread and, with Redis, a connection is taken for each; SQLite does one after
/// the other anyhow.
const AT_A_TIME: usize = 16;
/// How long a question may wait for its turn: where a store hangs, others are told soon.
const PATIENCE: Duration = Duration::from_secs(20);

/// A store, and turns to ask it.
#[derive(Debug)]
pub(crate) struct Asking {
    store: Arc<dyn Store>,
    turns: Semaphore,
    waiting: AtomicU64,
}

impl Asking {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, turns: Semaphore::new(AT_A_TIME), waiting: AtomicU64::new(0) }
    }

    /// The store, for a thread that may block.
    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// How many questions wait for their turn.
    pub(crate) fn waiting(&self) -> u64 {
        self.waiting.load(Ordering::Relaxed)
    }

    /// Asks the store, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let waits = Waits::among(&self.waiting);
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await.map_err(|_| StoreError::Busy)?;
        let _turn = turn.map_err(|_| StoreError::Poisoned)?;
        drop(waits);
        let store = Arc::clone(&self.store);
        let answer = tokio::task::spawn_blocking(move || question(store.as_ref()));
        answer.await.map_err(|_| StoreError::Poisoned)?
    }
}

/// One of those who wait, until this is dropped.
struct Waits<'a>(&'a AtomicU64);

impl<'a> Waits<'a> {
    fn among(waiting: &'a AtomicU64) -> Self {
        waiting.fetch_add(1, Ordering::Relaxed);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
