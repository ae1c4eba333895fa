//! Why a document cannot be read.

use serde::Serialize;

use super::encoding::Encoding;
use super::python::PythonException;

/// Why a document cannot be read: where, and what Python's `json.load` would raise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are not text in the encoding that they announce or seem to have.
    #[error("not {encoding} text: invalid at byte {offset}")]
    NotText {
        /// The encoding they were taken for.
        encoding: Encoding,
        /// The first byte that is wrong, counted from the start of the file.
        offset: usize,
    },
    /// The text is not what Python takes for JSON.
    #[error("{message}: line {line} column {column} (char {offset})")]
    Syntax {
        /// Python's message, such as `Expecting value`.
        message: &'static str,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// The position in characters (not bytes), from 0: the `pos` of Python's `JSONDecodeError`.
        offset: usize,
    },
    /// An integer has more digits than Python converts ([`MAX_INTEGER_DIGITS`](super::json::MAX_INTEGER_DIGITS)).
    #[error("an integer of {digits} digits at line {line} column {column}: Python converts at most 4300")]
    IntegerTooLong {
        /// How many digits it has.
        digits: usize,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// Arrays and objects are nested deeper than Python's stack allows ([`MAX_DEPTH`](super::json::MAX_DEPTH)).
    #[error("nested too deep at line {line} column {column}")]
    TooDeep {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The document is larger than [`Limits`](super::json::Limits) allows. Python has no such limit: the document
    /// was not evaluated.
    #[error("larger than the limit of {limit} {unit}")]
    TooLarge {
        /// The limit that was exceeded.
        limit: usize,
        /// What it counts: `bytes` or `values`.
        unit: &'static str,
    },
}

impl ReadError {
    /// What Python's `json.load` raises for it; `None` for [`ReadError::TooLarge`], which is our limit, not Python's.
    ///
    /// ```
    /// use ramp_core::metadata::{PythonException, json};
    ///
    /// assert_eq!(json::read(b"{").unwrap_err().python_exception(), Some(PythonException::JsonDecodeError));
    /// assert_eq!(json::read(b"\"\xFF\"").unwrap_err().python_exception(), Some(PythonException::UnicodeDecodeError));
    /// ```
    pub fn python_exception(&self) -> Option<PythonException> {
        match self {
            Self::NotText { .. } => Some(PythonException::UnicodeDecodeError),
            Self::Syntax { .. } => Some(PythonException::JsonDecodeError),
            Self::IntegerTooLong { .. } => Some(PythonException::ValueError),
            Self::TooDeep { .. } => Some(PythonException::RecursionError),
            Self::TooLarge { .. } => None,
        }
    }
}
