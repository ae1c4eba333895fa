//! The files under `deps/`: measured and, in the same pass, walked over.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use super::DependencyEntry;
use crate::bundle::{Allowance, Beyond, Bundle, Ending, Entry, Limits, Measured, Receiver};
use crate::dependency::{DependencyWalk, Flaw, Walked};
use crate::error::Error;

/// Where a bundle's dependencies are.
const FOLDER: &str = "deps/";

/// How much of two files has to be there for reading them side by side.
const WORTH_A_LANE: u64 = 1 << 20;

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
        let mut walk = self.walk(bundle.size(), entry);
        let measured = bundle.measure(entry.index, Beyond::Stop, allowance, Receiver::Pieces(&mut walk.look()))?;
        if measured.is_some() {
            self.found(walk.finish());
        }
        Ok(measured)
    }

    /// Whether it pays to read two side by side: both are large, and so alike in size that neither waits long.
    pub(super) fn side_by_side(&self, first: &Entry, second: &Entry) -> bool {
        let (one, other) = (first.claimed_compressed_size, second.claimed_compressed_size);
        let (smaller, larger) = (one.min(other), one.max(other));
        self.limits.threads.get() > 1 && smaller >= WORTH_A_LANE && larger / 2 < smaller
    }

    /// Reads two, the first on a thread of its own; what comes of it is what [`read`](Self::read) gives for one after the
    /// other.
    pub(super) fn read_both<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
        first: &Entry,
        second: &Entry,
        allowance: &mut Allowance,
    ) -> Result<[Option<Measured>; 2], Error> {
        let [mut walk, mut other_walk] = [first, second].map(|entry| self.walk(bundle.size(), entry));
        let mut other_allowance = allowance.clone();
        let measured = bundle.measure_both(
            [(first.index, allowance), (second.index, &mut other_allowance)],
            &mut walk.look(),
            &mut other_walk.look(),
        )?;
        let Some([measured, other]) = measured else {
            return Ok([self.read(bundle, first, allowance)?, self.read(bundle, second, allowance)?]);
        };
        let measured = measured?;
        self.found(walk.finish());
        let other_walk = other_walk.finish();
        let other = match other {
            Ok(other) if self.is_as_alone(bundle, second, &other, &other_walk, allowance) => {
                allowance.spend(other.size, self.by_ratio(bundle.size(), second));
                self.found(other_walk);
                Some(other)
            }
            // It was given more than the first has left over, and has come near to it.
            _ => self.read(bundle, second, allowance)?,
        };
        Ok([Some(measured), other])
    }

    /// Whether reading an entry would have come to the same with no more than is left by now.
    fn is_as_alone<R: Read + Seek>(
        &self,
        bundle: &Bundle<R>,
        entry: &Entry,
        measured: &Measured,
        walk: &Finished,
        allowance: &Allowance,
    ) -> bool {
        measured.ending == Ending::Whole
            && allowance.covers(measured.size, self.by_ratio(bundle.size(), entry))
            && self.inside.covers(walk.walked.size, walk.by_ratio)
    }

    fn by_ratio(&self, bundle_size: u64, entry: &Entry) -> u64 {
        self.limits.by_ratio(entry.claimed_compressed_size.min(bundle_size))
    }

    /// A walk over the archive that an entry may hold.
    fn walk(&self, bundle_size: u64, entry: &Entry) -> Walk {
        // What an archive takes in the bundle counts: one that the zip, too, has made much smaller is no larger for it.
        let stored = entry.claimed_compressed_size.min(entry.claimed_size).min(bundle_size);
        let by_ratio = self.limits.by_ratio(stored);
        let archive = DependencyWalk::up_to(self.inside.most(by_ratio), self.inside.left(), self.limits);
        Walk { index: entry.index, by_ratio, archive }
    }

    fn found(&mut self, Finished { index, by_ratio, mut walked }: Finished) {
        self.inside.spend(walked.size, by_ratio);
        walked.irregularities.trim(&mut self.tally);
        self.entries.push(DependencyEntry { index, walked });
    }
}

/// A walk over the archive of one entry.
struct Walk {
    index: usize,
    /// What the archive may inflate to anyhow.
    by_ratio: u64,
    archive: DependencyWalk,
}

/// The same, at its end.
struct Finished {
    index: usize,
    by_ratio: u64,
    walked: Walked,
}

impl Walk {
    fn look(&mut self) -> impl FnMut(&[u8]) -> Result<(), Error> + Send {
        |piece| {
            self.archive.push(piece);
            Ok(())
        }
    }

    fn finish(self) -> Finished {
        let (walked, _) = self.archive.finish();
        Finished { index: self.index, by_ratio: self.by_ratio, walked }
    }
}
