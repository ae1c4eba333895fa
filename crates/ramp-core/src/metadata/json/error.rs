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
        /// The word or the signs that are there; nothing at the end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found: Option<String>,
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
        let Self::Syntax { message, comma, found, .. } = self else { return None };
        if let Some((line, column)) = comma {
            return Some(format!("Remove the comma at line {line} column {column}: no value follows it."));
        }
        let found = found.as_deref().unwrap_or_default();
        let help = match (&**message, found) {
            ("Extra data", _) => "Remove what stands behind the object, or move it into it.",
            ("Invalid \\escape", _) => "Write `\\\\` for a backslash.",
            ("Invalid control character at", "\t") => "Write `\\t` for a tab.",
            ("Invalid control character at", "\n" | "\r") => {
                "Write the quote that ends the text, or `\\n` where a line ends inside of it."
            }
            ("Invalid control character at", _) => "Remove the character, or write its escape.",
            ("Unterminated string starting at", _) => "Write the quote that ends the string which begins there.",
            (_, "") => {
                "The document ends too early: look whether it was cut off, or write what closes its objects and lists."
            }
            (_, "'" | "‘" | "’" | "“" | "”" | "„" | "`") => {
                "Write `\"` around keys and texts: JSON has no other quotes."
            }
            (_, "//" | "/*" | "#") => "Remove the comment: JSON has none.",
            (_, "{{" | "{%" | "${" | "$") | ("Expecting property name enclosed in double quotes", "{") => {
                "Fill in the template: there is a placeholder."
            }
            ("Expecting value", "True" | "TRUE" | "False" | "FALSE") => "Write `true` or `false`, in small letters.",
            ("Expecting value", "None" | "Null" | "NULL" | "nil" | "undefined") => {
                "Write `null` where there is no value, or leave the field out."
            }
            ("Expecting value", word) if word.starts_with(char::is_alphanumeric) => "Write `\"` around a text.",
            ("Expecting ',' delimiter", "\"" | "{" | "[") => {
                "Write a comma before what is there; or `\\\"` for a quote inside of a text."
            }
            ("Expecting ',' delimiter", _) => {
                "Write `\"` around a text, a number without signs that it cannot have, or what closes the list or object."
            }
            ("Expecting ':' delimiter", _) => "Write a colon between the key and its value.",
            ("Expecting property name enclosed in double quotes", word) if word.starts_with(char::is_alphabetic) => {
                "Write `\"` around the key."
            }
            _ => return None,
        };
        Some(help.to_owned())
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
