//! A module that need not be inflated, since whoever packed it has done so.

use crate::bundle::{Ending, Entry, Measured};
use crate::digest::Digest256;
use crate::module::ModuleFacts;

/// What is known of a module by whoever compressed it, and inflated again what came of that: so much that it need not be inflated
/// once more to be judged. Only what is compared with a bundle byte by byte is taken for known.
#[derive(Debug, Clone)]
pub struct KnownModule<'a> {
    /// What it was compressed to, with DEFLATE: pieces, one after the other.
    pub data: Vec<&'a [u8]>,
    /// Bytes that this inflates to.
    pub size: u64,
    /// CRC-32 of what it inflates to.
    pub crc32: u32,
    /// SHA-256 of what it inflates to.
    pub sha256: Digest256,
    /// What [`inspect`](crate::module::inspect) says of it.
    pub facts: &'a ModuleFacts,
}

impl KnownModule<'_> {
    /// Bytes that it was compressed to.
    pub(super) fn compressed_size(&self) -> u64 {
        self.data.iter().map(|piece| piece.len() as u64).sum()
    }

    /// Whether an entry claims to be it.
    pub(super) fn is_claimed_by(&self, entry: &Entry) -> bool {
        let claimed = (entry.claimed_method, entry.claimed_compressed_size, entry.claimed_size);
        claimed == (8, self.compressed_size(), self.size)
    }

    /// What inflating it would measure.
    pub(super) fn measured(&self) -> Measured {
        Measured {
            size: self.size,
            compressed_size: self.compressed_size(),
            crc32: self.crc32,
            sha256: self.sha256,
            ending: Ending::Whole,
            hidden_signature: None,
        }
    }
}
