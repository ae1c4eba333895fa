//! Why a document cannot be read.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::encoding::Encoding;
use crate::datum::{Data, data};
use crate::text::count;

/// Why a document cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are not text in the encoding that they announce or seem to have.
    #[error("not {encoding} text, from byte {offset} on")]
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
        message: Cow<'static, str>,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// The position in characters (not bytes), from 0: the `pos` of Python's `JSONDecodeError`.
        offset: usize,
        /// Where the comma is, line and column, that should not be there: nothing, or a second one, follows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        comma: Option<(usize, usize)>,
    },
    /// An integer has more digits than Python converts ([`MAX_INTEGER_DIGITS`](super::MAX_INTEGER_DIGITS)).
    #[error("an integer of {digits} at line {line} column {column}: Python converts at most 4300", digits = count(digits, "digit"))]
    IntegerTooLong {
        /// How many digits it has.
        digits: usize,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// Arrays and objects are nested deeper than Python's stack allows ([`MAX_DEPTH`](super::MAX_DEPTH)).
    #[error("nested too deeply at line {line} column {column}")]
    TooDeep {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
    },
    /// The document is larger than [`Limits`](crate::metadata::Limits) allows. Python has no such limit: the document
    /// was not evaluated.
    #[error("larger than the limit of {limit} {unit}")]
    TooLarge {
        /// The limit that was exceeded.
        limit: usize,
        /// What it counts.
        unit: Unit,
    },
}

impl ReadError {
    /// What to do, where more is known than where it is.
    pub(crate) fn help(&self) -> Option<String> {
        let Self::Syntax { comma: Some((line, column)), .. } = self else { return None };
        Some(format!("Remove the comma at line {line} column {column}: no value follows it."))
    }

    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub(crate) fn data(&self) -> Data {
        match self {
            Self::NotText { encoding, offset } => {
                data([("found", encoding.to_string().into()), ("position", (*offset).into())])
            }
            Self::IntegerTooLong { line, column, digits } => {
                data([("line", (*line).into()), ("column", (*column).into()), ("found", (*digits).into())])
            }
            Self::Syntax { line, column, offset, .. } => {
                data([("line", (*line).into()), ("column", (*column).into()), ("position", (*offset).into())])
            }
            Self::TooDeep { line, column } => data([("line", (*line).into()), ("column", (*column).into())]),
            Self::TooLarge { .. } => Data::new(),
        }
    }
}

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Unit {
    /// Bytes of the text.
    Bytes,
    /// Values of any kind.
    Values,
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Values => "values",
        })
    }
}
