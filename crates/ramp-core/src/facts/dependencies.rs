//! The files under `deps/`: measured and, in the same pass, walked over.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use super::DependencyEntry;
use crate::bundle::{Allowance, Beyond, Bundle, Entry, Limits, Measured, Receiver};
use crate::dependency::{DependencyWalk, Flaw};
use crate::error::Error;

/// Where a bundle's dependencies are.
const FOLDER: &str = "deps/";

/// Whether an entry is a file under `deps/`.
pub(super) fn is_one(entry: &Entry) -> bool {
    entry.name.starts_with(FOLDER) && !entry.is_directory()
}

/// Those of one bundle.
pub(super) struct Dependencies<'a> {
    limits: &'a Limits,
    /// What archives may still inflate to, all of them together. It is not what is left for entries of the zip: how far one
    /// looks into archives must not change whether a bundle can be evaluated.
    inside: Allowance,
    /// Irregularities of each flaw, over all archives.
    tally: BTreeMap<Flaw, u64>,
    pub(super) entries: Vec<DependencyEntry>,
}

impl<'a> Dependencies<'a> {
    pub(super) const fn new(limits: &'a Limits) -> Self {
        Self { limits, inside: Allowance::new(limits), tally: BTreeMap::new(), entries: Vec::new() }
    }

    /// Reads one; `None` where it cannot be opened.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
        entry: &Entry,
        allowance: &mut Allowance,
    ) -> Result<Option<Measured>, Error> {
        // What an archive takes in the bundle counts: one that the zip, too, has made much smaller is no larger for it.
        let stored = entry.claimed_compressed_size.min(entry.claimed_size).min(bundle.size());
        let by_ratio = self.limits.by_ratio(stored);
        let mut walk = DependencyWalk::up_to(self.inside.most(by_ratio), self.inside.left(), self.limits);
        let mut look = |piece: &[u8]| match walk.push(piece) {
            // Of what is behind a limit no more than that is known.
            Err(Error::LimitExceeded { .. }) => Ok(()),
            pushed => pushed,
        };
        let measured = bundle.measure(entry.index, Beyond::Stop, allowance, Receiver::Pieces(&mut look))?;
        self.inside.spend(walk.inflated(), by_ratio);
        if measured.is_some() {
            let (mut walked, _) = walk.finish();
            walked.irregularities.trim(&mut self.tally);
            self.entries.push(DependencyEntry { index: entry.index, walked });
        }
        Ok(measured)
    }
}
