//! The archives under `deps/`: `.tgz` files, walked over and not unpacked.
//!
//! Nodes unpack them as they install a module, and with what is not ours to know. So the walk accepts what all readers
//! read alike and nothing that reaches out of the folder: one gzip member with nothing behind it, files and folders with
//! plain names, sizes that are the same wherever they are given.
//!
//! The walk takes the archive in pieces as it is inflated out of the zip, and holds one block, the extended header at hand
//! and the names of the members; of the content nothing.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod extended;
mod gzip;
mod header;
mod irregularity;
mod kind;
mod limits;
mod names;
mod number;
mod pax;
mod tar;

pub use irregularity::{Flaw, Irregularities, Irregularity, Place};
pub use kind::IrregularityKind;
pub use limits::DependencyLimits;
pub use names::{Member, Members};

use serde::{Deserialize, Serialize};

use crate::error::{Exceeded, Limit};
use crate::inflation::InflationLimits;
use gzip::Gunzip;
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
/// assert!(!walked.is_gzip && members.is_empty());
/// ```
#[derive(Debug)]
pub struct DependencyWalk {
    gunzip: Gunzip,
    tar: TarWalk,
    compressed_size: u64,
    stopped: Option<Exceeded>,
}

/// What a walk found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Walked {
    /// Whether it starts like a gzip file; if not, nothing else is known.
    pub is_gzip: bool,
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
        let gunzip = Gunzip::new(most, limits.max_bytes.min(left));
        Self { gunzip, tar: TarWalk::new(of_tar), compressed_size: 0, stopped: None }
    }

    /// Takes the next piece of the archive, of any size: the sizes change nothing. Of what lies behind a limit nothing is
    /// looked at, though some may be inflated with what lies before; [`Walked::stopped`] tells in the end.
    pub fn push(&mut self, piece: &[u8]) {
        self.compressed_size = self.compressed_size.saturating_add(piece.len() as u64);
        self.unless_stopped(|gunzip, sink| gunzip.push(piece, sink));
    }

    fn unless_stopped(
        &mut self,
        go_on: impl FnOnce(&mut Gunzip, &mut dyn FnMut(&[u8]) -> Result<(), Exceeded>) -> Result<(), Exceeded>,
    ) {
        if self.stopped.is_none() {
            let tar = &mut self.tar;
            self.stopped = go_on(&mut self.gunzip, &mut |out| tar.push(out)).err();
        }
    }

    /// The archive has come to its end: what was found out, and the members.
    pub fn finish(mut self) -> (Walked, Members) {
        self.unless_stopped(Gunzip::finish);
        let size = self.gunzip.size();
        let is_gzip = self.gunzip.is_gzip();
        if is_gzip {
            self.tar.finish(self.gunzip.is_whole());
        }
        let is_tar = self.tar.is_tar();
        let mut irregularities = self.gunzip.found;
        irregularities.append(self.tar.found);
        let walked = Walked {
            is_gzip,
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
