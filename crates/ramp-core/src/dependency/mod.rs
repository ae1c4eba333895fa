//! The archives under `deps/`: `.tgz` files, walked over and not unpacked.
//!
//! Nodes unpack them as they install a module, and with what is not ours to know. So the walk accepts what all readers
//! read alike and nothing that reaches out of the folder: one gzip member with nothing behind it, files and folders with
//! plain names, sizes that are the same wherever they are given.
//!
//! The walk takes the archive in pieces as it is inflated out of the zip, and holds one block, the extended header at hand
//! and the names of the members; of the content nothing.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod decompress;
mod extended;
mod flaw;
mod format;
mod gzip;
mod header;
mod irregularity;
mod keys;
mod kind;
mod limits;
mod lookalike;
mod names;
mod number;
mod pax;
mod tar;

pub use flaw::Flaw;
pub use format::Compression;
pub(crate) use format::{called, is_named_archive};
pub use irregularity::{Irregularities, Irregularity, Place};
pub use kind::IrregularityKind;
pub use limits::DependencyLimits;
pub use names::{Member, Members};

use serde::{Deserialize, Serialize};

use crate::error::{Exceeded, Limit};
use crate::inflation::InflationLimits;
use decompress::{Bounds, Decompress, Sink};
use format::{LONGEST_MAGIC, open};
use tar::TarWalk;

/// A walk over one archive, fed piece by piece.
///
/// ```
/// use ramp_core::InflationLimits;
/// use ramp_core::dependency::{DependencyLimits, DependencyWalk};
///
/// let content = b"PK\x03\x04 is how a zip starts";
/// let (inflation, limits) = (InflationLimits::default(), DependencyLimits::default());
/// let mut walk = DependencyWalk::new(content.len() as u64, &inflation, &limits);
/// walk.push(content);
/// let (walked, members) = walk.finish();
/// assert!(walked.compression.is_none() && members.is_empty());
/// ```
#[derive(Debug)]
pub struct DependencyWalk {
    state: State,
    bounds: Bounds,
    tar: TarWalk,
    compressed_size: u64,
    stopped: Option<Exceeded>,
}

/// What is known of the compressed file.
#[derive(Debug)]
enum State {
    /// Its first bytes, too few yet to tell what it is.
    Start(Vec<u8>),
    /// It is one that is decompressed.
    Open(Compression, Box<dyn Decompress>),
    /// It is none.
    Unknown,
}

/// What a walk found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Walked {
    /// How it is compressed, by its first bytes; if not at all, nothing else is known.
    pub compression: Option<Compression>,
    /// Whether what comes out starts like a tar.
    pub is_tar: bool,
    /// Its size in bytes.
    pub compressed_size: u64,
    /// The size of the tar in bytes, as far as it was inflated.
    pub size: u64,
    /// Files and folders, and what is neither, as far as they were walked over.
    pub members: usize,
    /// The limit at which the walk ended, if one was hit, and what it allows.
    pub stopped: Option<(Limit, u64)>,
    /// What is irregular about it, as far as it was walked over.
    pub irregularities: Irregularities,
}

impl DependencyWalk {
    /// A walk, within `limits`, over an archive that claims so many bytes: no more is inflated than that much may inflate
    /// to without being a bomb.
    pub fn new(claimed_size: u64, inflation: &InflationLimits, limits: &DependencyLimits) -> Self {
        Self::up_to(inflation.most_of(claimed_size), u64::MAX, limits)
    }

    /// A walk, within `limits`, over an archive that is a bomb if it inflates to more than `most` bytes, and of which no
    /// more than `left` are inflated.
    pub(crate) fn up_to(most: u64, left: u64, limits: &DependencyLimits) -> Self {
        let of_tar = (limits.max_entries, limits.max_name_bytes);
        let bounds = Bounds { most, max_size: limits.max_bytes.min(left) };
        let state = State::Start(Vec::new());
        Self { state, bounds, tar: TarWalk::new(of_tar), compressed_size: 0, stopped: None }
    }

    /// Takes the next piece of the archive, of any size: the sizes change nothing. Of what lies behind a limit nothing is
    /// looked at, though some may be inflated with what lies before; [`Walked::stopped`] tells in the end.
    pub fn push(&mut self, piece: &[u8]) {
        self.compressed_size = self.compressed_size.saturating_add(piece.len() as u64);
        let State::Start(start) = &mut self.state else { return self.decompress(|it, sink| it.push(piece, sink)) };
        start.extend_from_slice(piece);
        if start.len() >= LONGEST_MAGIC {
            self.begin();
        }
    }

    /// Sees what the file is, and takes what has come of it.
    fn begin(&mut self) {
        let State::Start(start) = &mut self.state else { return };
        let start = std::mem::take(start);
        self.state = match open(&start, self.bounds) {
            Some((compression, decompress)) => State::Open(compression, decompress),
            None => State::Unknown,
        };
        self.decompress(|it, sink| it.push(&start, sink));
    }

    fn decompress(&mut self, go_on: impl FnOnce(&mut dyn Decompress, Sink<'_>) -> Result<(), Exceeded>) {
        if let (State::Open(_, decompress), None) = (&mut self.state, self.stopped) {
            let tar = &mut self.tar;
            self.stopped = go_on(decompress.as_mut(), &mut |out| tar.push(out)).err();
        }
    }

    /// The archive has come to its end: what was found out, and the members.
    pub fn finish(mut self) -> (Walked, Members) {
        self.begin();
        self.decompress(|it, sink| it.finish(sink));
        let (compression, size, mut irregularities) = match self.state {
            State::Open(compression, decompress) => {
                self.tar.finish(decompress.is_whole());
                (Some(compression), decompress.size(), decompress.found())
            }
            State::Start(_) | State::Unknown => (None, 0, Irregularities::default()),
        };
        let is_tar = self.tar.is_tar();
        irregularities.append(self.tar.found);
        let walked = Walked {
            compression,
            is_tar,
            compressed_size: self.compressed_size,
            size,
            members: self.tar.members.len(),
            stopped: self.stopped.map(|exceeded| (exceeded.limit, exceeded.allowed)),
            irregularities,
        };
        (walked, self.tar.members)
    }
}
