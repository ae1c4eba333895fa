//! The capabilities a module can declare.

use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources};

/// A name that can stand in `capabilities`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Capability {
    /// The name, as written in `module.json`.
    pub name: String,
    /// What a module that declares it promises.
    pub description: String,
    /// What a cluster's own list of capabilities says of it, where it is in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<String>,
    /// The database feature that needs it, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gates: Option<String>,
    /// Where the name belongs.
    pub standing: CapabilityStanding,
    /// Where the row was learnt.
    pub source: Sources,
}

/// Where a capability's name belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum CapabilityStanding {
    /// One of the 16 that the reference packer documents.
    Reference,
    /// Seen in published modules since.
    Later,
    /// A slip for another name.
    Mistaken {
        /// What was meant.
        instead: String,
    },
}

impl Capability {
    /// Whether it is only a slip for another.
    pub const fn is_mistaken(&self) -> bool {
        matches!(self.standing, CapabilityStanding::Mistaken { .. })
    }
}

pub(super) fn load() -> Result<Vec<Capability>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        capabilities: Vec<Capability>,
    }
    load::read::<File>("capabilities.toml", table!("src/knowledge/data/capabilities.json"))
        .map(|file| file.capabilities)
}
