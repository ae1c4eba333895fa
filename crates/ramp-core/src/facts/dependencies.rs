//! The files under `deps/`: measured and, in the same pass, walked over.

use std::collections::BTreeMap;
use std::io::{Read, Seek};

use super::contents::Piecemeal;
use super::kinds::DependencyEntry;
use crate::bundle::{Beyond, Bundle, Entry, Measured, Receiver};
use crate::dependency::{DependencyWalk, Flaw, Walked};
use crate::error::Error;
use crate::inflation::Allowance;
use crate::layout::is_under_deps;
use crate::limits::Limits;

/// Whether an entry is a file under `deps/`.
pub(super) fn is_one(entry: &Entry) -> bool {
    is_under_deps(&entry.name) && !entry.is_directory()
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
    /// Whether they are read at all.
    reads: bool,
    /// Positions of those that were not.
    pub(super) left_out: Vec<usize>,
    /// Whether their content is kept.
    keeps: bool,
    /// Their positions, and their content.
    pub(super) kept: Vec<(usize, Vec<u8>)>,
}

impl<'a> Dependencies<'a> {
    pub(super) const fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            inside: Allowance::new(&limits.bundle.inflation),
            tally: BTreeMap::new(),
            entries: Vec::new(),
            reads: true,
            left_out: Vec::new(),
            keeps: false,
            kept: Vec::new(),
        }
    }

    /// Nothing of them is read.
    pub(super) const fn left_out(limits: &'a Limits) -> Self {
        let mut all = Self::new(limits);
        all.reads = false;
        all
    }

    /// Their content is kept.
    pub(super) fn keeping(self) -> Self {
        Self { keeps: true, ..self }
    }

    /// Reads one; `None` where it cannot be opened, or is left out.
    pub(super) fn read<R: Read + Seek>(
        &mut self,
        bundle: &mut Bundle<R>,
        entry: &Entry,
        allowance: &mut Allowance,
    ) -> Result<Option<Measured>, Error> {
        if !self.reads {
            // Of what cannot be opened, nothing would have been read either.
            self.left_out.extend(bundle.local(entry).is_ok().then_some(entry.index));
            return Ok(None);
        }
        let mut walk = self.walk(bundle.size(), entry);
        let mut content = Piecemeal::new(self.keeps);
        let mut look = |piece: &[u8]| {
            walk.archive.push(piece);
            content.push(piece)
        };
        let measured = bundle.measure(entry.index, Beyond::Stop, allowance, Receiver::Pieces(&mut look))?;
        if measured.is_some() {
            self.kept.extend(content.finish().map(|bytes| (entry.index, bytes)));
            self.found(walk.finish());
        }
        Ok(measured)
    }

    /// A walk over the archive that an entry may hold.
    fn walk(&self, bundle_size: u64, entry: &Entry) -> Walk {
        // What an archive takes in the bundle counts: one that the zip, too, has made much smaller is no larger for it.
        let stored = entry.claimed_compressed_size.min(entry.claimed_size).min(bundle_size);
        let by_ratio = self.limits.bundle.inflation.by_ratio(stored);
        let archive = DependencyWalk::up_to(self.inside.most(by_ratio), self.inside.left(), &self.limits.dependency);
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
    fn finish(self) -> Finished {
        let (walked, _) = self.archive.finish();
        Finished { index: self.index, by_ratio: self.by_ratio, walked }
    }
}
