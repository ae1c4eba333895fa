//! What a cluster has of a module that is to be uploaded.

use super::Target;
use super::spec::{InstalledArtifact, InstalledModule};
use crate::endpoint::Endpoint;

/// What a cluster has of a module, by its name and version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Has {
    /// Nothing of it.
    Nothing,
    /// Builds for other platforms, beside which this one is put.
    Elsewhere {
        /// Those.
        there: Vec<String>,
        /// The first platform that it adds.
        adds: String,
    },
    /// All of it: an upload of it is refused.
    All,
}

impl Target {
    /// What the cluster has of that module. From 8.0 on, and up to 6.4, a module is there or not, whatever it is for.
    pub(crate) fn has(&self, module: &InstalledModule) -> Has {
        let is_it =
            |other: &&InstalledModule| other.module_name == module.module_name && other.version == module.version;
        let rows: Vec<&InstalledModule> = self.installed_modules().iter().filter(is_it).collect();
        if rows.is_empty() {
            return Has::Nothing;
        }
        let is_for_all = rows.iter().any(|row| row.platforms.is_empty());
        let adds = self.takes_any_platform() && self.effective_endpoint() != Endpoint::UserDefined && !is_for_all;
        let there: Vec<String> = rows.into_iter().flat_map(|row| row.platforms.clone()).collect();
        let new = module.platforms.iter().find(|platform| !there.contains(platform));
        match new.filter(|_| adds) {
            Some(new) => Has::Elsewhere { adds: new.clone(), there },
            None => Has::All,
        }
    }

    /// Whether its nodes have that artifact.
    pub(crate) fn has_artifact(&self, artifact: &InstalledArtifact) -> bool {
        self.artifacts().contains(artifact)
    }
}
