//! A JSON reader that accepts exactly what Python 3.11's `json.load` accepts from a binary file.
//!
//! More than RFC 8259: a byte-order mark, UTF-16 and UTF-32, lone surrogates (raw or escaped), `NaN`, `Infinity`,
//! `-Infinity`, any value at the top, duplicate keys (the last value wins, in the first one's place).
//! Less than it: integers of more than [`MAX_INTEGER_DIGITS`] digits, nesting beyond [`MAX_DEPTH`].
//! Whatever a stricter parser would refuse or see differently is reported in [`Document::notes`].

use std::fmt;

use serde::Serialize;

use super::encoding::{self, Encoding};
pub use super::error::ReadError;
use super::parser::Parser;
use super::value::Value;

/// How many digits of an integer Python 3.11 converts (`sys.get_int_max_str_digits()`).
pub const MAX_INTEGER_DIGITS: usize = 4300;

/// How deep arrays and objects may nest, the outermost included, before Python raises `RecursionError`.
///
/// Python 3.11 allows 1000 calls on its stack, shared by the caller's frames and the parser's levels, so the number
/// depends on who calls. This is the one measured (3.11.7) for a script whose top level calls `unpack()`; every
/// frame between the two, as in the `ramp` command or a server, takes one level away.
pub const MAX_DEPTH: usize = 993;

/// How many notes a document keeps; the rest are counted in [`Document::notes_dropped`].
pub const MAX_NOTES: usize = 256;

/// About how many bytes of a JSON pointer a note keeps; a longer one ends in `…`.
pub const MAX_POINTER: usize = 512;

/// What a document may cost. Python sets no limit, so exceeding one means "not evaluated", never "rejected".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The size of the document in bytes. Default: 16 MiB; the largest real ones have some 100 KiB.
    pub max_bytes: usize,
    /// The number of values in it, of any kind. Default: 200,000, some 50 MiB in memory; the largest
    /// real ones have some 10,000.
    pub max_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_values: 200_000 }
    }
}

/// What was read, and what about it another parser may see differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Document {
    /// The value at the top.
    pub root: Value,
    /// What a strict reader would stumble over, in the order of the text, at most [`MAX_NOTES`].
    pub notes: Vec<Note>,
    /// How many more notes there were.
    pub notes_dropped: usize,
    /// Members of the root whose value is a string with lone surrogates, replaced here by U+FFFD.
    #[serde(skip)]
    pub(super) altered: Vec<String>,
}

impl From<Value> for Document {
    fn from(root: Value) -> Self {
        Self { root, notes: Vec::new(), notes_dropped: 0, altered: Vec::new() }
    }
}

impl Document {
    /// Whether the string of this member of the root is what the text says, no lone surrogate having been replaced.
    pub(super) fn is_exact(&self, key: &str) -> bool {
        !self.altered.iter().any(|altered| altered == key)
    }
}

/// Something Python accepts and another parser may not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
    },
    /// `NaN`, `Infinity`, `-Infinity`, or a number beyond a double such as `1e999`.
    NonFiniteNumber {
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
            Self::DuplicateKey { pointer, count } => write!(f, "`{pointer}` is there {count} times"),
            Self::NonFiniteNumber { pointer } => write!(f, "`{pointer}` is no finite number"),
            Self::LoneSurrogate { pointer, in_key: false } => write!(f, "`{pointer}` has half a surrogate pair"),
            Self::LoneSurrogate { pointer, in_key: true } => {
                write!(f, "the key of `{pointer}` has half a surrogate pair")
            }
        }
    }
}

/// Reads a document under the default [`Limits`].
///
/// # Errors
///
/// [`ReadError`] says where it stops being JSON to Python.
///
/// ```
/// use ramp_core::metadata::{Note, json};
///
/// let document = json::read(br#"{"version": 1, "version": 20803.0}"#)?;
/// assert_eq!(document.root.pointer("/version").unwrap().to_string(), "20803.0");
/// assert_eq!(document.notes, [Note::DuplicateKey { pointer: "/version".into(), count: 2 }]);
///
/// let error = json::read(b"{\n  \"version\": 01}").unwrap_err();
/// assert_eq!(error.to_string(), "Expecting ',' delimiter: line 2 column 15 (char 16)");
/// # Ok::<(), json::ReadError>(())
/// ```
pub fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    read_with(bytes, Limits::default())
}

/// Reads a document under the limits given.
///
/// # Errors
///
/// [`ReadError`], of which [`ReadError::TooLarge`] is the limits' doing.
pub fn read_with(bytes: &[u8], limits: Limits) -> Result<Document, ReadError> {
    if bytes.len() > limits.max_bytes {
        return Err(ReadError::TooLarge { limit: limits.max_bytes, unit: "bytes" });
    }
    let decoded = encoding::decode(bytes)?;
    let mut parser = Parser::new(&decoded.text, limits.max_values);
    if decoded.byte_order_mark {
        parser.note(Note::ByteOrderMark { encoding: decoded.encoding });
    }
    if decoded.encoding != Encoding::Utf8 {
        parser.note(Note::NotUtf8 { encoding: decoded.encoding });
    }
    parser.document()
}
