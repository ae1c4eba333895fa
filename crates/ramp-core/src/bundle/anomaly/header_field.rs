//! The fields that stand in both headers of an entry.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A header field that stands in two places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum HeaderField {
    /// The name's bytes.
    Name,
    /// General purpose flags.
    Flags,
    /// Compression method.
    Method,
    /// Version needed to extract.
    VersionNeeded,
    /// CRC-32.
    Crc32,
    /// Compressed size.
    CompressedSize,
    /// Size.
    Size,
    /// MS-DOS time and date.
    Time,
}

impl fmt::Display for HeaderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Flags => "flags",
            Self::Method => "method",
            Self::VersionNeeded => "version needed",
            Self::Crc32 => "CRC-32",
            Self::CompressedSize => "compressed size",
            Self::Size => "size",
            Self::Time => "time",
        })
    }
}
