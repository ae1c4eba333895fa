//! What is in a bundle, kept as it is read.

use crate::error::Error;

/// The content of a bundle's module and dependencies, as [`gather_with_contents`](super::gather_with_contents) read it. Whether it is
/// sound is for the facts to say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Contents {
    /// The module, where the bundle has one, of which no more came out than is reasonable.
    pub module: Option<Vec<u8>>,
    /// The files under `deps/` that could be read: the positions of their entries in the directory, and their content, no longer than
    /// claimed there.
    pub dependencies: Vec<(usize, Vec<u8>)>,
}

/// Content that is being read, where it is wanted.
pub(super) struct Piecemeal(Option<Vec<u8>>);

impl Piecemeal {
    pub(super) fn new(is_wanted: bool) -> Self {
        Self(is_wanted.then(Vec::new))
    }

    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), Error> {
        if let Some(bytes) = &mut self.0 {
            let size = (bytes.len() as u64).saturating_add(piece.len() as u64);
            bytes.try_reserve(piece.len()).map_err(|_| Error::OutOfMemory { size })?;
            bytes.extend_from_slice(piece);
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Option<Vec<u8>> {
        self.0
    }
}
