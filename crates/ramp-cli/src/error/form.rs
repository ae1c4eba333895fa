//! What was given in place of the YAML, or the JSON, that was asked for.

use ramp_core::metadata::ReadError;
use ramp_core::text::shorten;

/// What a file that cannot be read looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// A zip, such as a bundle.
    Zip,
    /// A template that was not filled in, such as those of a Helm chart.
    Template,
    /// Neither.
    Text,
}

impl Form {
    /// By its bytes, as far as they were read.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [b'P', b'K', ..] => Self::Zip,
            _ if bytes.windows(2).any(|two| two == b"{{") => Self::Template,
            _ => Self::Text,
        }
    }
}

/// Why a text is not JSON, where it was not written for the unpacker, in whose words other errors are.
pub(crate) fn not_json(fault: &ReadError) -> String {
    match fault {
        ReadError::Syntax { comma: Some((line, column)), .. } => {
            format!("no value follows the comma at line {line} column {column}")
        }
        ReadError::Syntax { found: Some(found), line, column, .. } => {
            format!("`{}` is not expected at line {line} column {column}", shorten(found, LONGEST))
        }
        ReadError::Syntax { line, column, .. } => format!("something is missing at line {line} column {column}"),
        ReadError::IntegerTooLong { line, column, .. } => {
            format!("the number at line {line} column {column} is too long")
        }
        other => other.to_string(),
    }
}

/// How many characters of what is there are shown.
const LONGEST: usize = 60;
