//! A build that is played with: what is known of its bundle, and of the module in it.

use super::error::RehearsalError;
use crate::databases::Module;
use crate::digest::Digest256;
use crate::facts::{BundleFacts, MetadataFacts};
use crate::metadata::Value;
use crate::metadata::definition::object;
use crate::metadata::needs;
use crate::policy::Policy;
use crate::target::{InstalledArtifact, InstalledModule, Target};
use crate::validate::judge;

/// How many hexadecimal digits the id of a module has.
const UID: usize = 32;

/// A build, and its module as the cluster lists it once it is uploaded.
pub(super) struct Build<'a> {
    pub(super) facts: &'a BundleFacts,
    metadata: Option<&'a MetadataFacts>,
    pub(super) module: Module,
}

impl<'a> Build<'a> {
    /// What cannot be read of the metadata is not there: then the upload is refused.
    pub(super) fn new(facts: &'a BundleFacts) -> Self {
        let metadata = facts.archive.as_ref().ok().and_then(|archive| archive.metadata());
        let root = metadata.map_or_else(|| Value::Null.into(), |facts| facts.metadata.shared_root());
        let named = format!("{}:{:?}", needs::text(&root, "module_name").unwrap_or_default(), needs::number(&root));
        let uid = Digest256::of(named.as_bytes()).to_string().chars().take(UID).collect::<String>();
        Self { facts, metadata, module: Module::new(uid, root) }
    }

    /// What is not known cannot have been in use.
    pub(super) fn must_be_known(&self) -> Result<(), RehearsalError> {
        if self.installed().is_some() {
            return Ok(());
        }
        let report = judge(self.facts, &Target::default(), &Policy::strict());
        let refusal = report.answer().refusal();
        let what =
            refusal.map_or_else(|| "it has no name or version".to_owned(), |refusal| refusal.description.clone());
        Err(RehearsalError::NotABuild { what })
    }

    fn root(&self) -> &Value {
        self.module.metadata()
    }

    /// `` `hello` 1.2.3 ``, as it is spoken of.
    pub(super) fn shown(&self) -> String {
        match self.module.name() {
            "" => "the module".to_owned(),
            name => format!("`{}` {}", name.escape_debug(), needs::shown_version(self.root()).escape_debug()),
        }
    }

    /// The object of a user-defined module, as it is sent: all of `module.json`, as deep as whoever reads it can read.
    pub(super) fn definition(&self) -> serde_json::Value {
        serde_json::to_value(object(self.root()).shown()).unwrap_or_default()
    }

    /// As the cluster has it after the upload, by platform where it says one; `None` where it is not known what it is.
    pub(super) fn installed(&self) -> Option<InstalledModule> {
        self.metadata.and_then(MetadataFacts::installed)
    }

    /// As a node has it then.
    pub(super) fn artifact(&self) -> InstalledArtifact {
        InstalledArtifact { module_name: self.module.name().to_owned(), version: self.module.version() }
    }
}
