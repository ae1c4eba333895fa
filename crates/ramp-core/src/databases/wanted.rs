//! What a request says of a module.

use super::database::UsedModule;
use super::module::Module;

/// What a request says of a module that a database is to use. All that is said must be so; one of name and `uid` must be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WantedModule {
    /// `module_name`.
    pub name: Option<String>,
    /// `module_id`.
    pub uid: Option<String>,
    /// `semantic_version`.
    pub semantic_version: Option<String>,
    /// `module_args`.
    pub args: String,
}

impl WantedModule {
    /// The module of that name, in whatever version.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..Self::default() }
    }

    /// The module of that `uid`.
    pub fn of_uid(uid: impl Into<String>) -> Self {
        Self { uid: Some(uid.into()), ..Self::default() }
    }

    /// Whether it can mean that module.
    pub(super) fn means(&self, module: &Module) -> bool {
        self.is(module.name(), module.uid(), module.semantic_version())
    }

    /// Whether it can mean the one that a database uses.
    pub(super) fn means_used(&self, used: &UsedModule) -> bool {
        self.is(&used.name, &used.uid, &used.semantic_version)
    }

    fn is(&self, name: &str, uid: &str, semantic_version: &str) -> bool {
        [(&self.name, name), (&self.uid, uid), (&self.semantic_version, semantic_version)]
            .iter()
            .all(|(asked, has)| asked.as_deref().is_none_or(|asked| asked == *has))
    }
}
