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
    /// What one of its files is called in messages.
    called: &'static str,
    /// How the names of archives so compressed end, in lower case.
    endings: &'static [&'static str],
    /// What its files start with.
    magic: &'static [u8],
    open: fn(Bounds) -> Box<dyn Decompress>,
}

const FORMATS: &[Format] = &[Format {
    compression: Compression::Gzip,
    called: "gzip file",
    endings: &[".tgz", ".tar.gz"],
    magic: &gzip::MAGIC,
    open: |bounds| Box::new(Gunzip::new(bounds)),
}];

/// How many bytes of a file say which format it has, if any.
#[expect(clippy::indexing_slicing, reason = "a constant: the compiler has looked at each")]
pub(super) const LONGEST_MAGIC: usize = {
    let (mut longest, mut row) = (0, 0);
    while row < FORMATS.len() {
        let length = FORMATS[row].magic.len();
        longest = if length > longest { length } else { longest };
        row += 1;
    }
    longest
};

impl Compression {
    /// What a file so compressed is called: `gzip file`.
    pub fn called(self) -> &'static str {
        FORMATS.iter().find(|format| format.compression == self).map_or("compressed file", |format| format.called)
    }
}

/// What a file that is none of them is not: `gzip file`.
pub(crate) fn called() -> String {
    FORMATS.iter().map(|format| format.called).collect::<Vec<_>>().join(" or ")
}

/// Whether a file has the name of an archive, in any case: `deps/a.tgz`.
pub(crate) fn is_named_archive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FORMATS.iter().flat_map(|format| format.endings).any(|ending| name.ends_with(ending))
}

/// What decompresses a file that starts so, if anything does.
pub(super) fn open(start: &[u8], bounds: Bounds) -> Option<(Compression, Box<dyn Decompress>)> {
    let format = FORMATS.iter().find(|format| start.starts_with(format.magic))?;
    Some((format.compression, (format.open)(bounds)))
}
