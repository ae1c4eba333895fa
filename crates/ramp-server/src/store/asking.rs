//! Asking the store, from tasks that must not block.

use std::sync::Arc;
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
}

impl Asking {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, turns: Semaphore::new(AT_A_TIME) }
    }

    /// The store, for a thread that may block.
    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref()
    }

    /// Asks the store, on a thread that may block.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire()).await.map_err(|_| StoreError::Busy)?;
        let _turn = turn.map_err(|_| StoreError::Poisoned)?;
        let store = Arc::clone(&self.store);
        let answer = tokio::task::spawn_blocking(move || question(store.as_ref()));
        answer.await.map_err(|_| StoreError::Poisoned)?
    }
}
