//! A module, as the list of a cluster has it.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::metadata::{Value, needs};

/// A module that the cluster has: its object.
#[derive(Debug, Clone, PartialEq)]
pub struct Module {
    uid: String,
    name: String,
    version: i64,
    pub(super) metadata: Arc<Value>,
}

impl Module {
    /// The module of this `uid`, whose object says this: `module.json`, as it was uploaded.
    pub fn new(uid: impl Into<String>, metadata: impl Into<Arc<Value>>) -> Self {
        let metadata = metadata.into();
        let name = needs::text(&metadata, "module_name").unwrap_or_default().to_owned();
        let version = needs::number(&metadata).unwrap_or_default();
        Self { uid: uid.into(), name, version, metadata }
    }

    /// The same, with the name and the version by which the cluster knows it, where those were read by somebody else.
    #[must_use]
    pub fn known_as(self, name: impl Into<String>, version: i64) -> Self {
        Self { name: name.into(), version, ..self }
    }

    /// The id that the cluster has given it.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// `module_name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `version`, the number.
    pub const fn version(&self) -> i64 {
        self.version
    }

    /// `semantic_version`; empty where there is none.
    pub fn semantic_version(&self) -> &str {
        needs::text(&self.metadata, "semantic_version").unwrap_or_default()
    }

    /// What its object says.
    pub fn metadata(&self) -> &Value {
        &self.metadata
    }

    /// The version in the words of people.
    pub(super) fn shown_version(&self) -> String {
        needs::text(&self.metadata, "semantic_version").map_or_else(|| self.version.to_string(), ToOwned::to_owned)
    }

    /// How its version stands to that of another: by the semantic versions, as was seen, else by the numbers.
    pub(super) fn compared_with(&self, other: &Self) -> Ordering {
        needs::compared(&self.metadata, &other.metadata).unwrap_or_else(|| self.version.cmp(&other.version))
    }

    /// Whether it declares a capability. For the second generation of flash storage, `bigstore_version_2_support` does as well.
    pub(super) fn has_capability(&self, name: &str) -> bool {
        let listed = self.metadata.get("capabilities").and_then(Value::as_array).unwrap_or_default();
        let bypasses = || {
            name == "bigstore_version_2"
                && self.metadata.get("bigstore_version_2_support").and_then(Value::as_bool) == Some(true)
        };
        listed.iter().any(|listed| listed.as_str() == Some(name)) || bypasses()
    }

    /// Whether its arguments can be changed while it runs: it names the command for that, `config_command`.
    pub(super) fn is_configurable(&self) -> bool {
        needs::text(&self.metadata, "config_command").is_some()
    }
}
