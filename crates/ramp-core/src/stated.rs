//! What a file says of findings that do not count, and what came of it.

use crate::suppression::Suppression;

/// That findings of a rule or a group do not count, as a file says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The rule, or the group.
    pub name: String,
    /// Why, and until when.
    pub known: Suppression,
    /// The file that says so.
    pub file: String,
    /// Its line, from 1.
    pub line: u64,
    /// The column in that line, from 1.
    pub column: u64,
    /// Whether anything was found that it speaks of.
    pub used: bool,
    /// Whether its last day is over.
    pub over: bool,
}
