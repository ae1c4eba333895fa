//! The list of modules as it is answered: written once, and shared by all who ask for it until it changes.
//!
//! Without that, each of many who ask at the same time would have the whole list in memory for themselves.

use std::time::Instant;

use axum::body::Bytes;
use ramp_core::knowledge::Release;
use tokio::sync::Mutex;

use super::module::Shown;
use crate::store::{Asking, StoreError, json};

/// The list as it was last written.
#[derive(Debug, Default)]
pub(crate) struct Listing(Mutex<Option<Written>>);

#[derive(Debug)]
struct Written {
    /// Since when it is not older than the catalogue.
    began: Instant,
    /// The catalogue's revision.
    revision: String,
    bytes: Bytes,
}

impl Listing {
    /// The list of modules as a release answers it: JSON.
    pub(crate) async fn modules(&self, asking: &Asking, release: &'static Release) -> Result<Bytes, StoreError> {
        let asked = Instant::now();
        // Who waits here takes what was begun after they asked, whatever has changed since.
        let mut written = self.0.lock().await;
        if let Some(list) = written.as_ref() {
            if list.began >= asked || asking.ask(|store| store.revision()).await? == list.revision {
                return Ok(list.bytes.clone());
            }
        }
        // The old one first goes.
        *written = None;
        let began = Instant::now();
        let fresh = asking.ask(move |store| {
            // In this order: a change that comes between is seen at the next question.
            let revision = store.revision()?;
            let modules = store.modules()?;
            let list = modules.iter().map(|module| Shown::new(module, release)).collect::<Result<Vec<_>, _>>()?;
            Ok((revision, Bytes::from(json::write("module", &list)?)))
        });
        let (revision, bytes) = fresh.await?;
        *written = Some(Written { began, revision, bytes: bytes.clone() });
        Ok(bytes)
    }
}
