//! A database, as far as modules matter to it.

use semver::Version;

use super::module::Module;
use super::options::Options;

/// A database that uses modules.
#[derive(Debug, Clone, PartialEq)]
pub struct Database {
    /// Its version of Redis, exactly where a source says.
    pub redis: Version,
    /// What else it was asked for.
    pub options: Options,
    /// The modules that it uses, each once.
    pub modules: Vec<UsedModule>,
}

/// A module that a database uses: an item of `module_list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedModule {
    /// `module_id`: the module's `uid`.
    pub uid: String,
    /// Its name.
    pub name: String,
    /// Its semantic version; empty where it has none.
    pub semantic_version: String,
    /// What it is given when it is loaded.
    pub args: String,
}

impl UsedModule {
    /// A module of the cluster, with these arguments.
    pub(super) fn new(module: &Module, args: impl Into<String>) -> Self {
        Self {
            uid: module.uid().to_owned(),
            name: module.name().to_owned(),
            semantic_version: module.semantic_version().to_owned(),
            args: args.into(),
        }
    }

    /// The module itself, among those of the cluster.
    pub(super) fn of<'a>(&self, modules: &'a [Module]) -> Option<&'a Module> {
        modules.iter().find(|module| module.uid() == self.uid)
    }
}
