//! The list of modules as it is answered: written once, and shared by all who ask for it until it changes.
//!
//! Without that, each of many who ask at the same time would have the whole list in memory for themselves.

use axum::body::Bytes;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::app::App;
use crate::error::ServerError;
use crate::object;
use crate::store::StoreError;

/// The list as it was last written, with the catalogue's revision.
#[derive(Debug, Default)]
pub(crate) struct Listing(Mutex<Option<(String, Bytes)>>);

/// The list of modules, as JSON.
pub(crate) async fn modules(app: &App) -> Result<Bytes, ServerError> {
    let revision = app.ask(|store| store.revision()).await?;
    // Who waits here gets what the one before has written, if it is new enough.
    let mut written = app.listing.0.lock().await;
    if let Some((_, bytes)) = written.as_ref().filter(|(of, _)| *of == revision) {
        return Ok(bytes.clone());
    }
    // The old one first goes.
    *written = None;
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
    *written = Some((revision, bytes.clone()));
    Ok(bytes)
}
