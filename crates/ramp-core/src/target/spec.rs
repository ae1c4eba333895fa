//! What a target consists of, as its JSON has it.

use serde::{Deserialize, Serialize};

use crate::date::Date;
use crate::endpoint::Endpoint;
use crate::objects;

/// A cluster, or what is known of one. Everything is optional: what is not known is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "Target"))]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Spec {
    /// The cluster's version, such as `7.4.2-54`, or that of a release, such as `7.22`.
    pub(super) cluster_version: Option<String>,
    /// How the bundle is uploaded; by default the release's own way.
    pub(super) endpoint: Option<Endpoint>,
    /// Operating systems of the nodes, as in `operating_systems`: `rhel9`, `ubuntu22`.
    pub(super) operating_systems: Vec<String>,
    /// Architectures of the nodes, as in `architecture`: `x86_64`, `aarch64`.
    pub(super) architectures: Vec<String>,
    /// Capabilities that every module must have. No public source names any, so there are none by default.
    pub(super) required_capabilities: Vec<String>,
    /// Redis versions of the databases that are to load the module.
    pub(super) database_versions: Vec<String>,
    /// Modules that the cluster has.
    #[serde(deserialize_with = "objects::list")]
    pub(super) installed_modules: Vec<InstalledModule>,
    /// Artifacts that its nodes have (`GET /v2/local/modules/user-defined/artifacts`, from 8.0 on).
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "objects::list")]
    pub(super) artifacts: Vec<InstalledArtifact>,
    /// Largest module that the cluster takes, in bytes.
    pub(super) max_module_bytes: Option<u64>,
    /// Whether the cluster takes uploads (`allow_modules_upload`).
    pub(super) allow_modules_upload: Option<bool>,
    /// The day it is judged on: what depends on the day, such as the end of a release's life, is not looked at without it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<Date>,
    /// Its nodes, where they are known one by one: findings then name them.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "objects::list")]
    pub(super) nodes: Vec<TargetNode>,
    /// Every capability that the cluster names; empty where that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) known_capabilities: Vec<String>,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TargetNode {
    /// Its number in the cluster, where there is one: nodes that are only said to be there have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<u64>,
    /// Its operating system, as in `operating_systems`, where it is known.
    #[serde(default)]
    pub operating_system: Option<String>,
    /// Its architecture, where it is known.
    #[serde(default)]
    pub architecture: Option<String>,
}

/// A module that the cluster has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InstalledModule {
    /// Its name.
    pub module_name: String,
    /// Its version as a number: 20803 for 2.8.3.
    pub version: i64,
    /// The platforms it is there for, as clusters from 7.4 to 7.22 write them: `rhel9/x86_64`. Empty for all. A target has
    /// known systems and architectures in clusters' own spelling; what we do not know, a cluster may.
    #[serde(default)]
    pub platforms: Vec<String>,
}

/// An artifact that a node has: the bundle of a user-defined module, from 8.0 on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct InstalledArtifact {
    /// The name of the module.
    pub module_name: String,
    /// Its version as a number: 20803 for 2.8.3.
    pub version: i64,
}
