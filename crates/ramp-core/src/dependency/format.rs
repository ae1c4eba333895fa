//! The compressions that archives may have: a row each.

use serde::{Deserialize, Serialize};

use super::decompress::{Bounds, Decompress};
use super::gzip::{self, Gunzip};

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Compression {
    /// A gzip file.
    Gzip,
}

struct Format {
    compression: Compression,
    /// What its files start with.
    magic: &'static [u8],
    open: fn(Bounds) -> Box<dyn Decompress>,
}

const FORMATS: &[Format] =
    &[Format { compression: Compression::Gzip, magic: &gzip::MAGIC, open: |bounds| Box::new(Gunzip::new(bounds)) }];

/// How many bytes of a file say which format it has, if any.
pub(super) const LONGEST_MAGIC: usize = gzip::MAGIC.len();

/// What decompresses a file that starts so, if anything does.
pub(super) fn open(start: &[u8], bounds: Bounds) -> Option<(Compression, Box<dyn Decompress>)> {
    let format = FORMATS.iter().find(|format| start.starts_with(format.magic))?;
    Some((format.compression, (format.open)(bounds)))
}
