//! What came of it.

/// What was backed up, or put back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct BackedUp {
    /// How many bundles are in the backup.
    pub bundles: usize,
    /// Bytes of the bundles and the catalogue.
    pub bytes: u64,
    /// Bundles of the catalogue that the storage did not have, or that were damaged in it; the backup has none of them.
    pub lacking: Vec<String>,
}
