//! A module that a cluster has.

use std::fmt;

use ramp_core::metadata;
use serde_json::Value;

use super::difference::{Difference, of_metadata};
use crate::json::{integer, text};
use crate::object::{ClusterBuild, Named, builds};

/// A module that a cluster has: a name and a version of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClusterModule {
    /// Its name, as databases know it: `ReJSON`.
    pub module_name: String,
    /// Its version as a number: 20803 for 2.8.3.
    pub version: i64,
    /// Its version as people write it, where the cluster tells it.
    pub semantic_version: Option<String>,
    /// Its name for people, where the cluster tells it.
    pub display_name: Option<String>,
    /// The object's `uid`; `None` where nodes have an artifact and the cluster no object of it (from 8.0 on).
    pub uid: Option<String>,
    /// Whether it came with the cluster.
    pub is_bundled: bool,
    /// What the object says of its builds, by platform; never empty where there is an object.
    pub builds: Vec<ClusterBuild>,
    /// Which nodes have its artifact; `None` up to 7.22, where there are none.
    pub artifacts: Option<Artifacts>,
    /// The databases that use it; `None` where this user may not know.
    pub used_by: Option<Vec<Database>>,
    /// The object as it was answered.
    object: Option<Value>,
}

/// Which nodes have the artifact of a module, by their numbers. Nodes that share an address count as one: all have it, or none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Artifacts {
    /// Those that have it.
    pub on: Vec<u64>,
    /// Those that do not.
    pub missing_on: Vec<u64>,
    /// Those that did not say.
    pub unknown_on: Vec<u64>,
}

/// A database of the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Database {
    /// Its number.
    pub uid: u64,
    /// Its name, where the cluster tells it.
    pub name: Option<String>,
}

impl ClusterModule {
    /// The module that an object describes; `None` where it has no name or version.
    pub(super) fn of(object: &Value) -> Option<Self> {
        let named = Named::of(object)?;
        let string = |key: &str| text(object, key).map(str::to_owned);
        Some(Self {
            semantic_version: string("semantic_version"),
            display_name: string("display_name"),
            uid: string("uid"),
            is_bundled: object.get("is_bundled").and_then(Value::as_bool) == Some(true),
            builds: builds(object),
            object: Some(object.clone()),
            ..Self::artifact(named)
        })
    }

    /// A module of which nothing but an artifact is there.
    pub(super) fn artifact(Named { module_name, version }: Named) -> Self {
        Self {
            module_name,
            version,
            semantic_version: None,
            display_name: None,
            uid: None,
            is_bundled: false,
            builds: Vec::new(),
            artifacts: None,
            used_by: None,
            object: None,
        }
    }

    /// The object as the cluster answered it: JSON. `None` where there is none.
    pub fn object(&self) -> Option<String> {
        self.object.as_ref().map(Value::to_string)
    }

    /// In what the object differs from the metadata of a bundle.
    pub(super) fn differences(&self, metadata: &metadata::Value) -> Vec<Difference> {
        self.object.as_ref().map(|object| of_metadata(object, metadata)).unwrap_or_default()
    }

    /// Whether `version` is what it has, as a number or as people write it.
    pub fn is_version(&self, version: &str) -> bool {
        self.semantic_version.as_deref() == Some(version) || self.version.to_string() == version
    }

    /// Whether an entry of a database's `module_list` means it: by `module_id`, else by name and version.
    pub(super) fn is_meant(&self, entry: &Value) -> bool {
        if let Some(uid) = text(entry, "module_id") {
            return self.uid.as_deref() == Some(uid);
        }
        let version = match text(entry, "semantic_version") {
            Some(version) => self.is_version(version),
            None => entry.get("version").and_then(integer) == Some(self.version),
        };
        text(entry, "module_name") == Some(&self.module_name) && version
    }
}

/// `ReJSON 2.8.3 (20803)`: so that no two are told the same way, but those of the same name and version.
impl fmt::Display for ClusterModule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.semantic_version {
            Some(version) => write!(f, "{} {version} ({})", self.module_name, self.version),
            None => write!(f, "{} {}", self.module_name, self.version),
        }
    }
}

/// `database 3 (orders)`.
impl fmt::Display for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "database {} ({name})", self.uid),
            None => write!(f, "database {}", self.uid),
        }
    }
}
