//! Which libraries give every symbol a version, which are loaded anyway, and which cannot be.

use serde::Deserialize;

use super::load::{self, KnowledgeError, Sources};

/// Libraries that do, and where that was learnt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Versioned {
    pub(super) sonames: Vec<String>,
    /// Every server has it loaded.
    #[serde(default)]
    pub(super) server: bool,
    /// What is loaded with it.
    #[serde(default)]
    pub(super) brings: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

/// Libraries that only a program can load that starts with them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Preloaded {
    pub(super) sonames: Vec<String>,
    /// What they are, in words.
    pub what: String,
    /// How to do without.
    pub help: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

/// Both tables.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Libraries {
    pub(super) versioned: Vec<Versioned>,
    pub(super) preloaded: Vec<Preloaded>,
}

pub(super) fn load() -> Result<Libraries, KnowledgeError> {
    load::read("versioned.toml", table!("src/knowledge/data/versioned.json"))
}
