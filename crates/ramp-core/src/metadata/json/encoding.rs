//! The encodings of a document.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The encodings that `json.detect_encoding` tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, little-endian.
    #[serde(rename = "utf-16-le")]
    Utf16Le,
    /// UTF-16, big-endian.
    #[serde(rename = "utf-16-be")]
    Utf16Be,
    /// UTF-32, little-endian.
    #[serde(rename = "utf-32-le")]
    Utf32Le,
    /// UTF-32, big-endian.
    #[serde(rename = "utf-32-be")]
    Utf32Be,
}

/// As IANA registers them.
impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
        })
    }
}
