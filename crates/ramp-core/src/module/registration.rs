//! All that a module registers while it is loaded.

use serde::{Deserialize, Serialize};

use super::discovery::{CommandSpec, Discovery};

/// All that a module registers while it is loaded, as whoever loads it records it: this library never does.
///
/// Names and fields are those of `COMMAND INFO` and `COMMAND DOCS`. In JSON it is also what `--commands-from` reads, and what
/// [`Discovery`] is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The name under which the module registers itself.
    pub module_name: String,
    /// Its version as a number: major × 10000 + minor × 100 + patch.
    pub version: i64,
    /// Its commands, sorted by the bytes of their names.
    pub commands: Vec<RegisteredCommand>,
    /// Its data types, in the order of their registration.
    pub data_types: Vec<DataType>,
    /// Its configuration parameters, in the order of their registration.
    pub configs: Vec<ModuleConfig>,
    /// ACL categories of its own.
    pub acl_categories: Vec<String>,
    /// Functions that it offers to other modules.
    pub shared_apis: Vec<String>,
    /// Functions of the module API that it asked for, and that the Redis version it was shown does not have. Modules ask for all that
    /// their header knows, so most of these they can do without.
    pub missing_functions: Vec<String>,
    /// Functions of the module API and commands of the server that it called and that the host does not play: each failed softly.
    pub unplayed: Vec<String>,
}

impl Registration {
    /// What goes into `module.json`: name, version, and commands without their subcommands.
    pub fn discovery(&self) -> Discovery {
        Discovery {
            module_name: self.module_name.clone(),
            version: self.version,
            commands: self.commands.iter().map(|command| command.spec.clone()).collect(),
        }
    }
}

/// A command, as the server shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredCommand {
    /// Name, arity, flags and positions of keys.
    #[serde(flatten)]
    pub spec: CommandSpec,
    /// The ACL categories that the module put it in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acl_categories: Vec<String>,
    /// Tips for clients and proxies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tips: Vec<String>,
    /// Where its keys are, from Redis 7.0 on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub key_specs: Vec<KeySpec>,
    /// What it does, in a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// How its time grows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complexity: Option<String>,
    /// The version of the module that has it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Its subcommands, whose names are `command|subcommand`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subcommands: Vec<RegisteredCommand>,
}

/// Where some of a command's keys are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeySpec {
    /// What to know beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// How the keys are used: `RW`, `access`, `update` and others.
    pub flags: Vec<String>,
    /// How the first key is found.
    pub begin_search: BeginSearch,
    /// How the others are found.
    pub find_keys: FindKeys,
}

/// How the first key of a specification is found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[non_exhaustive]
pub enum BeginSearch {
    /// Nobody knows.
    Unknown,
    /// At a fixed position.
    Index {
        /// The position.
        index: i64,
    },
    /// Behind a word.
    Keyword {
        /// The word.
        keyword: String,
        /// Where to look for it first; negative counts from the end.
        startfrom: i64,
    },
}

/// How the keys are found, once the first is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[non_exhaustive]
pub enum FindKeys {
    /// Nobody knows.
    Unknown,
    /// A range of arguments.
    Range {
        /// The last one, from the first one on; negative counts from the end.
        lastkey: i64,
        /// Distance between keys.
        keystep: i64,
        /// Of a negative `lastkey`: keys are in the first so-many-th of the arguments.
        limit: i64,
    },
    /// As many as an argument says.
    Keynum {
        /// Where that argument is, from the first one on.
        keynumidx: i64,
        /// Where the first key is.
        firstkey: i64,
        /// Distance between keys.
        keystep: i64,
    },
}

/// A data type, as RDB files name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataType {
    /// Its name, of nine characters.
    pub name: String,
    /// The version of the encoding that the module writes.
    pub encoding_version: i64,
}

/// A configuration parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleConfig {
    /// Its name, which the server prefixes with the module's.
    pub name: String,
    /// `string`, `bool`, `numeric` or `enum`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is where nobody sets it.
    pub default: String,
}
