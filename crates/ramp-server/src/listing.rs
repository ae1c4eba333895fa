//! The list of modules as it is answered: written once, and shared by all who ask for it until it changes.
//!
//! Without that, each of many who ask at the same time would have the whole list in memory for themselves.

use std::time::Instant;

use axum::body::Bytes;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::app::App;
use crate::error::ServerError;
use crate::object;
use crate::store::StoreError;

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

/// The list of modules, as JSON.
pub(crate) async fn modules(app: &App) -> Result<Bytes, ServerError> {
    let asked = Instant::now();
    // Who waits here takes what was begun after they asked, whatever has changed since.
    let mut written = app.listing.0.lock().await;
    if let Some(list) = written.as_ref() {
        if list.began >= asked || app.ask(|store| store.revision()).await? == list.revision {
            return Ok(list.bytes.clone());
        }
    }
    // The old one first goes.
    *written = None;
    let began = Instant::now();
    let release = app.release;
    let fresh = app.ask(move |store| {
        // In this order: a change that comes between is seen at the next question.
        let revision = store.revision()?;
        let modules = store.modules()?;
        let list: Value = modules.iter().map(|module| object::module(module, &release.name)).collect();
        let bytes = serde_json::to_vec(&list).map_err(|source| StoreError::Corrupt { what: "module", source })?;
        Ok((revision, Bytes::from(bytes)))
    });
    let (revision, bytes) = fresh.await?;
    *written = Some(Written { began, revision, bytes: bytes.clone() });
    Ok(bytes)
}
