//! A blob against its name, which has the SHA-256 of its bytes.

use ramp_core::Digest256;
use sha2::{Digest as _, Sha256};

use super::error::StorageError;
use super::interface::Storage;
use super::name::is_bundle_name;

/// What a blob is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    pub(crate) bytes: u64,
    /// Whether they are those that it is named by.
    pub(crate) is_whole: bool,
}

/// Size and digest of what goes by.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    sha256: Sha256,
    size: u64,
}

impl Meter {
    pub(crate) fn take(&mut self, piece: &[u8]) {
        self.sha256.update(piece);
        self.size = self.size.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
    }

    /// The size, and the SHA-256 as 64 hexadecimal digits.
    pub(crate) fn done(self) -> (u64, String) {
        (self.size, Digest256(self.sha256.finalize().into()).to_string())
    }
}

/// Reads a blob; `None` where it is not there.
pub(crate) async fn measure(storage: &dyn Storage, name: &str) -> Result<Option<Measured>, StorageError> {
    let mut meter = Meter::default();
    let mut sink = |piece: &[u8]| {
        meter.take(piece);
        Ok(())
    };
    if !storage.read(name, &mut sink).await? {
        return Ok(None);
    }
    let (bytes, sha256) = meter.done();
    Ok(Some(Measured { bytes, is_whole: is_bundle_name(name, &sha256) }))
}
