//! The commands of Redis itself.

use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources};

/// The commands that a version of Redis brought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RedisCommands {
    /// The version, as major.minor; 1.0 stands for all before 6.0.
    pub since: String,
    /// Their names, in lower case and in order.
    pub names: Vec<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

pub(super) fn load() -> Result<Vec<RedisCommands>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        commands: Vec<RedisCommands>,
    }
    load::read::<File>("commands.toml", table!("src/knowledge/data/commands.json")).map(|file| file.commands)
}
