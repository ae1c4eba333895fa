//! Which libraries give every symbol a version.

use serde::Deserialize;

use super::load::{self, KnowledgeError, Sources};

/// Libraries that do, and where that was learnt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Versioned {
    pub(super) sonames: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    versioned: Vec<Versioned>,
}

pub(super) fn load() -> Result<Vec<Versioned>, KnowledgeError> {
    load::read::<File>("versioned.toml", table!("src/knowledge/data/versioned.json")).map(|file| file.versioned)
}
