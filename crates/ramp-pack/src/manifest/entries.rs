//! What a manifest holds.

use super::error::{ManifestError, ManifestWarning, Position};
use ramp_core::metadata::Value;

/// A manifest that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Manifest {
    /// The members of the mapping at the top, in its order, each key once; known to the packer or not.
    pub entries: Vec<(String, Value, Position)>,
    /// What is odd about it, in the order of the text.
    pub warnings: Vec<ManifestWarning>,
    /// The keys that are there with values that cannot be used; see [`read_all`](Self::read_all).
    pub broken: Vec<String>,
}

impl Manifest {
    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(name, ..)| name == key).map(|(_, value, _)| value)
    }

    /// The place of a key.
    pub fn position(&self, key: &str) -> Option<Position> {
        self.entries.iter().find(|(name, ..)| name == key).map(|(.., position)| *position)
    }
}

/// A manifest, and where the values of its entries are, in their order.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) manifest: Manifest,
    pub(super) values: Vec<Written>,
    /// Why those entries cannot be used that are not there.
    pub(super) errors: Vec<ManifestError>,
}

/// A value as it stands in the text.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) position: Position,
    /// Its text, where it is one of YAML.
    pub(super) text: Option<String>,
}
