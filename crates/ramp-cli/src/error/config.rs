//! What is wrong with a policy file, and where.

use std::fmt;

use ramp_core::text::plain;

/// A mistake in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// Line and column, from 1.
    place: Option<(u64, u64)>,
    message: String,
}

impl ConfigError {
    pub(crate) fn at(place: Option<(u64, u64)>, message: String) -> Self {
        Self { place, message }
    }

    /// One of the reader of TOML. Only the first line of what it says, since the others show the text.
    pub(crate) fn of(err: &toml::de::Error, text: &str) -> Self {
        let place = err.span().map(|span| place(text, span.start));
        Self { place, message: plain(err.message().lines().next().unwrap_or_default(), "a table") }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((line, column)) = self.place {
            write!(f, "line {line} column {column}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for ConfigError {}

/// Line and column of an offset, both from 1, the column in characters.
pub(crate) fn place(text: &str, offset: usize) -> (u64, u64) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    (u64::try_from(line).unwrap_or(u64::MAX), u64::try_from(column).unwrap_or(u64::MAX))
}
