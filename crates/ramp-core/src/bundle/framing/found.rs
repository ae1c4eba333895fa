//! What the walk finds, and the ranges that it goes over.

use serde::{Deserialize, Serialize};

use super::super::anomaly::{Anomaly, AnomalyKind};
use super::super::entry::Entry;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Framing {
    /// Irregularities, in the order of the file for the structure, then entry by entry.
    pub anomalies: Vec<Anomaly>,
    /// For each entry, whether its bytes belong to another record as well.
    pub overlapping: Vec<bool>,
}

impl Framing {
    pub(super) fn about(&mut self, entry: &Entry, offset: Option<u64>, kind: AnomalyKind) {
        self.anomalies.push(Anomaly { kind, entry: Some(entry.index), name: Some(entry.name.clone()), offset });
    }

    pub(super) fn at(&mut self, offset: u64, kind: AnomalyKind) {
        self.anomalies.push(Anomaly { kind, entry: None, name: None, offset: Some(offset) });
    }
}

/// What belongs to one entry: its local header, data and descriptor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range<'a> {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) entry: &'a Entry,
}

/// A name's bytes as text. Of a long one only the start: one name can be said of each of thousands of entries.
pub(super) fn front(raw: &[u8]) -> String {
    const LONGEST: usize = 100;
    let start = raw.get(..LONGEST).unwrap_or(raw);
    let more = if start.len() < raw.len() { "…" } else { "" };
    format!("{}{more}", String::from_utf8_lossy(start))
}
