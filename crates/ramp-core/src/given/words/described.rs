//! A description, and what its words are made with.

use crate::datum::{Data, Datum};
use crate::text;

/// What a file is, and what to do with it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Described {
    /// What it is, as a sentence without a full stop: `this is a script, not a bundle`.
    pub what: String,
    /// What to do.
    pub help: String,
    /// The values in `what`.
    pub(crate) data: Data,
}

impl Described {
    pub(super) fn new(what: impl Into<String>, help: impl Into<String>) -> Self {
        Self { what: what.into(), help: help.into(), data: Data::new() }
    }

    /// With a value that stands in the words.
    pub(super) fn with(mut self, key: &'static str, value: impl Into<Datum>) -> Self {
        self.data.insert(key.into(), value.into());
        self
    }
}

/// A name of a bundle, as messages write it.
pub(super) fn quoted(name: &str) -> String {
    format!("`{}`", name.escape_debug())
}

/// Names of a bundle, as messages list them.
pub(super) fn listed(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

pub(super) fn bytes(count: u64) -> String {
    text::count(count, "byte")
}
