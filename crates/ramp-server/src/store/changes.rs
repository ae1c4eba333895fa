//! What has changed among the modules since somebody looked, so that who keeps a list of them need not read all of them again.

use super::modules::ModuleRecord;

/// What is different among the modules since an earlier moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// A word for this moment, to be asked with the next time. It says nothing to another process.
    pub revision: String,
    /// What has changed until then.
    pub modules: Changed,
}

/// Which modules are different now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// These. Each is in one of the two lists, once.
    Some {
        /// The uids of modules that are not visible any more. They may not have been before, either.
        gone: Vec<String>,
        /// Modules that are visible, as they are now, in any order.
        there: Vec<ModuleRecord>,
    },
    /// It is not known what has changed: every module that is visible, in the order of name and version.
    All(Vec<ModuleRecord>),
}

impl Default for Changed {
    /// None.
    fn default() -> Self {
        Self::Some { gone: Vec::new(), there: Vec::new() }
    }
}
