//! Records as the text that both stores keep, and the text that is kept for the server.

use ramp_core::metadata::{Value, json};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::StoreError;

/// A record of that kind, from what is kept of it.
pub(crate) fn read<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::corrupt(what, source))
}

/// JSON that was kept as it came; its keys have their order.
pub(crate) fn value(what: &'static str, text: &str) -> Result<Value, StoreError> {
    let document = json::read(text.as_bytes()).map_err(|source| StoreError::corrupt(what, source))?;
    Ok(document.root)
}

/// What is kept of a record of that kind.
pub(crate) fn write<T: Serialize>(what: &'static str, record: &T) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|source| StoreError::corrupt(what, source))
}
