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
    /// What archives may still inflate to. It is not what is left for entries of the zip: how far one looks into archives
    /// must not change whether a bundle can be evaluated.
    left: u64,
    /// What is left for archives that inflate beyond the ratio: so much for all of them, or many small ones would be a bomb.
    free: u64,
    /// Irregularities of each flaw, over all archives.
    tally: BTreeMap<Flaw, u64>,
    pub(super) entries: Vec<DependencyEntry>,
}

impl<'a> Dependencies<'a> {
    pub(super) const fn new(limits: &'a Limits) -> Self {
        let (left, free) = (limits.max_inflated_bytes, limits.ratio_free_bytes);
        Self { limits, left, free, tally: BTreeMap::new(), entries: Vec::new() }
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
        let by_ratio = stored.saturating_mul(self.limits.max_ratio);
        let mut walk = DependencyWalk::up_to(by_ratio.max(self.free), self.left, self.limits);
        let mut look = |piece: &[u8]| match walk.push(piece) {
            // Of what is behind a limit no more than that is known.
            Err(Error::LimitExceeded { .. }) => Ok(()),
            pushed => pushed,
        };
        let measured = bundle.measure(entry.index, Beyond::Stop, allowance, Receiver::Pieces(&mut look))?;
        self.left = self.left.saturating_sub(walk.inflated());
        self.free = self.free.saturating_sub(walk.inflated().saturating_sub(by_ratio));
        if measured.is_some() {
            let (mut walked, _) = walk.finish();
            walked.irregularities.trim(&mut self.tally);
            self.entries.push(DependencyEntry { index: entry.index, walked });
        }
        Ok(measured)
    }
}
