//! The databases that a store keeps: names, sizes, and which modules they use. No Redis runs behind them.

use ramp_core::databases::Options;
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
    /// Whether it came with the cluster; then it is in no catalogue, and stays whatever becomes of the database.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_bundled: bool,
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
    /// Its version of Redis, exactly: 7.4.3; that of the release where it is not known.
    #[serde(default)]
    pub redis_version: Option<String>,
    /// What else was asked for, of what matters to modules.
    #[serde(default)]
    pub options: Options,
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its number.
    pub uid: u32,
    /// All else.
    pub spec: DatabaseSpec,
}

impl DatabaseSpec {
    /// The `uid`s of the modules that it uses and the catalogue has.
    pub fn uploaded_modules(&self) -> impl Iterator<Item = &str> {
        self.modules.iter().filter(|module| !module.is_bundled).map(|module| module.module_uid.as_str())
    }

    /// The `uid`s of those that another does not use.
    pub fn new_modules<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = &'a str> {
        let is_new = |uid: &&str| !before.modules.iter().any(|used| used.module_uid == *uid);
        self.uploaded_modules().filter(is_new)
    }
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

/// What became of the wish to change a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseChanged {
    /// It is as it was wished.
    Done,
    /// There is none of that number.
    Unknown,
    /// It is not as it was expected: somebody was faster.
    Stale,
    /// The module of this uid is not there, or not any more.
    NoModule(String),
    /// The module of this uid is an object without a bundle, and its artifact is not on the node.
    NoArtifact(String),
}
