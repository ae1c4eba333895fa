//! What could not be put in order at once, because the catalogue or the storage was away or full.
//!
//! A claim that stays keeps its place from everybody, and a blob that stays is an orphan. Both are tried again until they are
//! gone; what this process cannot do any more, its next start does.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::app::App;
use crate::error::ServerError;
use crate::store::Claim;

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
pub(crate) enum Fate {
    /// It is gone.
    Gone,
    /// The claim was committed after all; the answer had got lost.
    Committed,
}

/// What is left over.
#[derive(Debug, Default)]
pub(crate) struct Leftovers {
    list: Mutex<Vec<Leftover>>,
    more: Notify,
}

impl Leftovers {
    fn add(&self, leftover: Leftover) {
        self.list.lock().unwrap_or_else(PoisonError::into_inner).push(leftover);
        self.more.notify_one();
    }

    fn take(&self) -> Vec<Leftover> {
        std::mem::take(&mut self.list.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Clears a leftover away, now or, where that fails, later: then it is not known yet what becomes of it.
pub(crate) async fn clear(app: &Arc<App>, leftover: Leftover) -> Option<Fate> {
    match try_to_clear(app, &leftover).await {
        Ok(fate) => Some(fate),
        Err(err) => {
            let error = &err as &dyn std::error::Error;
            tracing::warn!(error, blob = leftover.blob, "left over; it is tried again");
            app.leftovers.add(leftover);
            None
        }
    }
}

async fn try_to_clear(app: &Arc<App>, leftover: &Leftover) -> Result<Fate, ServerError> {
    if let Some(claim) = leftover.claim.clone() {
        if !app.ask(move |store| store.abandon(&claim)).await? {
            return Ok(Fate::Committed);
        }
    }
    app.blobs.remove(&leftover.blob).await?;
    Ok(Fate::Gone)
}

/// Tries everything that is left over again; whether that was all.
pub(crate) async fn settle(app: &Arc<App>) -> bool {
    let mut list = app.leftovers.take().into_iter();
    for leftover in list.by_ref() {
        if try_to_clear(app, &leftover).await.is_err() {
            app.leftovers.add(leftover);
            list.for_each(|leftover| app.leftovers.add(leftover));
            return false;
        }
    }
    true
}

/// Settles whenever there is something, for as long as the server runs.
pub(crate) async fn tend(app: Arc<App>) {
    loop {
        app.leftovers.more.notified().await;
        while !settle(&app).await {
            tokio::time::sleep(AGAIN).await;
        }
    }
}
