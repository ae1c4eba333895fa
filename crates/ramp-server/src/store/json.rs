//! Records as the text that both stores keep.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::StoreError;

/// A record of that kind, from what is kept of it.
pub(super) fn read<T: DeserializeOwned>(what: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|source| StoreError::Corrupt { what, source })
}

/// What is kept of a record of that kind.
pub(super) fn write<T: Serialize>(what: &'static str, record: &T) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|source| StoreError::Corrupt { what, source })
}
