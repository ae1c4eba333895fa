//! The databases that a store keeps: names, sizes, and which modules they use. No Redis runs behind them.

use serde::{Deserialize, Serialize};

/// What clients speak to a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DatabaseKind {
    /// Redis; alone can have modules.
    Redis,
    /// Memcached.
    Memcached,
}

/// A module that a database uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedModule {
    /// See [`ModuleRecord::uid`](super::modules::ModuleRecord::uid).
    pub module_uid: String,
    /// Its name.
    pub module_name: String,
    /// Its version, as `module.json` has it.
    pub semantic_version: String,
    /// What it is given when it is loaded.
    pub module_args: String,
}

/// A database without its number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseSpec {
    /// What it is called; others can be called so too.
    pub name: String,
    /// What clients speak to it.
    pub kind: DatabaseKind,
    /// How much memory it may take, in bytes; 0 is as much as there is.
    pub memory_size: u64,
    /// The modules that it uses, each once.
    pub modules: Vec<UsedModule>,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its number.
    pub uid: u32,
    /// All else.
    pub spec: DatabaseSpec,
}

/// What became of the wish for a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseAdded {
    /// It is there, and has this number.
    Done(u32),
    /// Another one has the number that was asked for.
    UidTaken,
    /// The module of this uid is not there, or not any more.
    NoModule(String),
    /// The module of this uid is an object without a bundle, and its artifact is not on the node.
    NoArtifact(String),
}
