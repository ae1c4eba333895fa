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

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use ramp_fixtures::bundle::BundleBuilder;

    use crate::digest::Digest256;
    use crate::facts::{gather, gather_with_contents};
    use crate::limits::Limits;

    #[test]
    fn what_is_kept_is_what_was_measured() {
        for bundle in [BundleBuilder::good(), BundleBuilder::with_dependency()] {
            let (bundle, limits) = (bundle.build(), Limits::default());
            let (facts, contents) = gather_with_contents(Cursor::new(&bundle), &limits).unwrap();
            assert_eq!(facts, gather(Cursor::new(&bundle), &limits).unwrap());
            let archive = facts.archive.unwrap();
            let module = archive.module.unwrap();
            assert_eq!(Digest256::of(&contents.module.unwrap()), module.sha256);
            assert_eq!(contents.dependencies.len(), archive.dependencies.len());
            for (index, bytes) in &contents.dependencies {
                let measured = archive.contents.get(*index).cloned().flatten().unwrap();
                assert_eq!(Digest256::of(bytes), measured.sha256);
            }
        }
    }

    #[test]
    fn what_is_no_bundle_has_no_contents() {
        let (facts, contents) = gather_with_contents(Cursor::new(b"PK"), &Limits::default()).unwrap();
        assert!(facts.archive.is_err());
        assert_eq!(contents, super::Contents::default());
    }
}
