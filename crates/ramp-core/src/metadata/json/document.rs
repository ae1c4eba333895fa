//! What was read, and what is to be said about it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use crate::layout::spoken;
use crate::metadata::value::Value;
use crate::text;

/// How many notes a document keeps; the rest are counted in [`Document::notes_dropped`].
pub const MAX_NOTES: usize = 256;

/// About how many bytes of a JSON pointer a note keeps; a longer one ends in `…`.
pub const MAX_POINTER: usize = 512;

/// What was read, and what about it another parser may see differently.
///
/// It is kept by `serde` as it is, unlike a [`Value`] alone: with the spelling of each number, `NaN` among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// The value at the top.
    #[serde(with = "super::exact")]
    pub root: Value,
    /// What a strict reader would stumble over, in the order of the text, at most [`MAX_NOTES`].
    pub notes: Vec<Note>,
    /// How many more notes there were.
    pub notes_dropped: usize,
    /// Members of the root whose value is a string with lone surrogates, replaced here by U+FFFD.
    pub(super) altered: Vec<String>,
}

impl From<Value> for Document {
    fn from(root: Value) -> Self {
        Self { root, notes: Vec::new(), notes_dropped: 0, altered: Vec::new() }
    }
}

impl Document {
    /// Whether the string of this member of the root is what the text says, no lone surrogate having been replaced.
    pub(in crate::metadata) fn is_exact(&self, key: &str) -> bool {
        !self.altered.iter().any(|altered| altered == key)
    }
}

/// Something Python accepts and another parser may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "note", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Note {
    /// The text begins with a byte-order mark.
    ByteOrderMark {
        /// The encoding it announces.
        encoding: Encoding,
    },
    /// The text is not UTF-8.
    NotUtf8 {
        /// What it is.
        encoding: Encoding,
    },
    /// A key occurs more than once in one object; the last value counts.
    DuplicateKey {
        /// The member, as a JSON pointer.
        pointer: String,
        /// How often the key occurs.
        count: usize,
        /// Whether its values are not all the same to every reader: they differ, or one that does not count has such a key in it, or half a
        /// character.
        differ: bool,
    },
    /// `NaN`, `Infinity`, `-Infinity`, or a number beyond a double such as `1e999`.
    NonFiniteNumber {
        /// The number, as a JSON pointer.
        pointer: String,
    },
    /// An integer that a double does not hold, beyond 2^53: readers that have no other numbers see a neighbour of it.
    LargeInteger {
        /// The number, as a JSON pointer.
        pointer: String,
    },
    /// `-0`: zero to Python, and minus zero, another number, to readers that have doubles only.
    NegativeZero {
        /// The number, as a JSON pointer.
        pointer: String,
    },
    /// A surrogate without its partner, replaced by U+FFFD here.
    LoneSurrogate {
        /// The string, or the member whose key it is, as a JSON pointer.
        pointer: String,
        /// Whether it is in the member's key.
        in_key: bool,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByteOrderMark { encoding } => write!(f, "it starts with the byte order mark of {encoding}"),
            Self::NotUtf8 { encoding } => write!(f, "it is {encoding}, not UTF-8"),
            Self::DuplicateKey { pointer, count, .. } => {
                write!(f, "`{}` appears {}", spoken(pointer), text::count(count, "time"))
            }
            Self::NonFiniteNumber { pointer } => write!(f, "`{}` is not a finite number", spoken(pointer)),
            Self::LargeInteger { pointer } => write!(f, "`{}` is an integer beyond 2^53", spoken(pointer)),
            Self::NegativeZero { pointer } => write!(f, "`{}` is -0", spoken(pointer)),
            Self::LoneSurrogate { pointer, in_key: false } => {
                write!(f, "`{}` has half a surrogate pair", spoken(pointer))
            }
            Self::LoneSurrogate { pointer, in_key: true } => {
                write!(f, "the key of `{}` has half a surrogate pair", spoken(pointer))
            }
        }
    }
}
