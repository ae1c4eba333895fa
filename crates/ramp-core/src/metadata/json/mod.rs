//! A JSON reader that accepts exactly what Python 3.11's `json.load` accepts from a binary file.
//!
//! More than RFC 8259: a byte-order mark, UTF-16 and UTF-32, lone surrogates (raw or escaped), `NaN`, `Infinity`,
//! `-Infinity`, any value at the top, duplicate keys (the last value wins, in the first one's place).
//! Less than it: integers of more than [`MAX_INTEGER_DIGITS`] digits, nesting beyond [`MAX_DEPTH`].
//! Whatever a stricter parser would refuse or see differently is reported in [`Document::notes`].

mod decode;
pub(super) mod document;
pub(super) mod encoding;
pub(super) mod error;
pub(super) mod exact;
pub(super) mod limits;
mod open;
mod parser;
mod strings;

pub use super::number::MAX_INTEGER_DIGITS;
pub use document::{MAX_NOTES, MAX_POINTER};
pub use error::Unit;
pub use limits::MAX_DEPTH;

use document::{Document, Note};
use encoding::Encoding;
use error::ReadError;
use limits::Limits;
use parser::Parser;

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
/// assert_eq!(document.notes, [Note::DuplicateKey { pointer: "/version".into(), count: 2, differ: true }]);
///
/// let error = json::read(b"{\n  \"version\": 01}").unwrap_err();
/// assert_eq!(error.to_string(), "Expecting ',' delimiter: line 2 column 15 (char 16)");
/// # Ok::<(), ramp_core::metadata::ReadError>(())
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
        return Err(ReadError::TooLarge { limit: limits.max_bytes, unit: Unit::Bytes });
    }
    let decoded = decode::decode(bytes)?;
    let mut parser = Parser::new(&decoded.text, limits.max_values);
    if decoded.byte_order_mark {
        parser.note(Note::ByteOrderMark { encoding: decoded.encoding });
    }
    if decoded.encoding != Encoding::Utf8 {
        parser.note(Note::NotUtf8 { encoding: decoded.encoding });
    }
    parser.document()
}
