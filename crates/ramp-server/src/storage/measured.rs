//! A blob against its name, which has the SHA-256 of its bytes.

use sha2::{Digest as _, Sha256};

use super::error::StorageError;
use super::interface::Storage;

/// What a blob is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) bytes: u64,
    /// Whether they are those that it is named by.
    pub(crate) is_whole: bool,
}

/// Reads a blob; `None` where it is not there.
pub(crate) async fn measure(storage: &dyn Storage, name: &str) -> Result<Option<Measured>, StorageError> {
    let (mut sha256, mut bytes) = (Sha256::new(), 0_u64);
    let mut sink = |piece: &[u8]| {
        sha256.update(piece);
        bytes = bytes.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Ok(())
    };
    if !storage.read(name, &mut sink).await? {
        return Ok(None);
    }
    let digest = ramp_core::Digest256(sha256.finalize().into()).to_string();
    let is_whole = name.split('/').next_back().is_some_and(|file| file.starts_with(&digest));
    Ok(Some(Measured { bytes, is_whole }))
}
