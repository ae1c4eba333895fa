//! What about an archive two readers could take in two ways, or must not unpack.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::kind::IrregularityKind;

/// How many irregularities of one flaw are listed; the rest are counted.
const MOST_PER_FLAW: u64 = 50;
/// How much of a name is kept.
const LONGEST_NAME: usize = 300;

/// One irregularity, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Irregularity {
    /// What it is.
    pub kind: IrregularityKind,
    /// The member concerned, its name as far as it can be shown.
    pub member: Option<String>,
    /// Where it is.
    pub place: Place,
}

/// A place in an archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Place {
    /// An offset in the compressed file.
    Gzip(u64),
    /// An offset in the tar that comes out of it.
    Tar(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gzip(offset) => write!(f, "byte {offset} of the gzip file"),
            Self::Tar(offset) => write!(f, "byte {offset} of the tar"),
        }
    }
}

/// The irregularities of an archive: so many of each flaw listed, all of them counted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Irregularities {
    listed: Vec<Irregularity>,
    counts: BTreeMap<Flaw, u64>,
}

impl Irregularities {
    /// Those that are listed, in the order in which they were found.
    pub fn listed(&self) -> &[Irregularity] {
        &self.listed
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many of a flaw there are, listed or not.
    pub fn count(&self, flaw: Flaw) -> u64 {
        self.counts.get(&flaw).copied().unwrap_or_default()
    }

    /// For each flaw how many are not listed.
    pub fn unlisted(&self) -> impl Iterator<Item = (Flaw, u64)> {
        self.counts.iter().filter_map(|(flaw, count)| {
            let listed = self.listed.iter().filter(|i| i.kind.flaw() == *flaw).count();
            count.checked_sub(listed as u64).filter(|more| *more > 0).map(|more| (*flaw, more))
        })
    }

    pub(super) fn push(&mut self, kind: IrregularityKind, member: Option<&str>, place: Place) {
        let count = self.counts.entry(kind.flaw()).or_default();
        *count = count.saturating_add(1);
        if *count <= MOST_PER_FLAW {
            self.listed.push(Irregularity { kind, member: member.map(shown), place });
        }
    }

    /// Adds those of another part of the archive.
    pub(super) fn append(&mut self, other: Self) {
        self.listed.extend(other.listed);
        for (flaw, count) in other.counts {
            let sum = self.counts.entry(flaw).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Unlists what `tally`, over several archives, has enough of.
    pub(crate) fn trim(&mut self, tally: &mut BTreeMap<Flaw, u64>) {
        self.listed.retain(|irregularity| {
            let count = tally.entry(irregularity.kind.flaw()).or_default();
            *count = count.saturating_add(1);
            *count <= MOST_PER_FLAW
        });
        self.listed.shrink_to_fit();
    }
}

/// A name, or the front of a long one.
pub(super) fn shown(name: &str) -> String {
    let mut end = name.len().min(LONGEST_NAME);
    while !name.is_char_boundary(end) {
        end = end.saturating_sub(1);
    }
    let front = name.get(..end).unwrap_or_default();
    if end < name.len() { format!("{front}…") } else { front.to_owned() }
}
