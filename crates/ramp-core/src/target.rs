//! What a bundle is checked against.

use std::collections::BTreeSet;

use semver::Version;
use serde::{Deserialize, Serialize};

use crate::error_code::Endpoint;
use crate::knowledge::{Knowledge, OsCheck, Platform, Release, ReleasePlatform};
use crate::version::{self, ParseVersionError};

/// A cluster, or what is known of one. Everything is optional: what is not known is not checked.
///
/// The default is no cluster at all: the bundle is checked against itself, on each operating system it declares.
///
/// ```
/// use ramp_core::{Endpoint, Target};
///
/// let target = Target::named("7.22").unwrap().with_operating_system("rocky9").unwrap();
/// assert_eq!(target.operating_systems, ["rhel9"]);
/// assert_eq!(target.effective_endpoint(), Endpoint::V2);
/// assert!(Target::named("8.2").unwrap().with_endpoint(Endpoint::V1).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct Target {
    /// The cluster's version, such as `7.4.2-54`, or that of a release, such as `7.22`.
    pub cluster_version: Option<String>,
    /// How the bundle is uploaded; by default the release's own way.
    pub endpoint: Option<Endpoint>,
    /// Operating systems of the nodes, as in `operating_systems`: `rhel9`, `ubuntu22`.
    pub operating_systems: Vec<String>,
    /// Architectures of the nodes, as in `architecture`: `x86_64`, `aarch64`.
    pub architectures: Vec<String>,
    /// Capabilities that every module must have. No public source names any, so there are none by default.
    pub required_capabilities: Vec<String>,
    /// Redis versions of the databases that are to load the module.
    pub database_versions: Vec<String>,
    /// Modules that the cluster has.
    pub installed_modules: Vec<InstalledModule>,
    /// Largest module that the cluster takes, in bytes.
    pub max_module_bytes: Option<u64>,
    /// Whether the cluster takes uploads (`allow_modules_upload`).
    pub allow_modules_upload: Option<bool>,
    /// Its nodes, where they are known one by one: findings then name them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<TargetNode>,
    /// Every capability that the cluster names; empty where that is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_capabilities: Vec<String>,
}

/// A node of the cluster.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct TargetNode {
    /// Its number in the cluster.
    pub uid: u64,
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
    /// The platforms it is there for, as clusters from 7.4 to 7.22 write them: `rhel9/x86_64`. Empty for all.
    #[serde(default)]
    pub platforms: Vec<String>,
}

/// Why a target cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// No release has this name.
    #[error("`{name}` is no cluster release; there are {}", known.join(", "))]
    UnknownRelease {
        /// The name given.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// No platform has this name.
    #[error("`{name}` is no operating system that the platform table has; there are {}", known.join(", "))]
    UnknownOperatingSystem {
        /// The name given.
        name: String,
        /// The ids there are.
        known: Vec<String>,
    },
    /// Not an architecture that Redis Enterprise runs on.
    #[error("`{name}` is no architecture of Redis Enterprise; there are x86_64 and aarch64")]
    UnknownArchitecture {
        /// The name given.
        name: String,
    },
    /// The release has no such endpoint.
    #[error("Redis Software {release} has no endpoint {endpoint}; it has {}", has.join(", "))]
    NoSuchEndpoint {
        /// The release.
        release: String,
        /// The endpoint given.
        endpoint: Endpoint,
        /// The endpoints it has.
        has: Vec<String>,
    },
    /// A version in the target is none.
    #[error("`{field}` of the target cannot be read")]
    Version {
        /// The field concerned.
        field: &'static str,
        /// What is wrong with it.
        source: ParseVersionError,
    },
    /// The target file is not the JSON of a target.
    #[error("the target is not the JSON of one")]
    Json(#[from] serde_json::Error),
}

impl Target {
    /// The target of a release (`7.22`, `8.2`, `latest`), or of a full cluster version (`7.4.2-54`).
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownRelease`].
    pub fn named(name: &str) -> Result<Self, TargetError> {
        let knowledge = Knowledge::builtin();
        let release = knowledge.release(name).ok_or_else(|| TargetError::UnknownRelease {
            name: name.to_owned(),
            known: knowledge.releases().iter().map(|r| r.name.clone()).collect(),
        })?;
        let is_version = version::parse(name).is_ok();
        Ok(Self {
            cluster_version: Some(if is_version { name.to_owned() } else { release.name.clone() }),
            ..Self::default()
        })
    }

    /// A target from its JSON, checked.
    ///
    /// # Errors
    ///
    /// [`TargetError`]; unknown fields are refused, so that a misspelt one is not silently ignored.
    pub fn from_json(json: &[u8]) -> Result<Self, TargetError> {
        let read: Self = serde_json::from_slice(json)?;
        let (systems, architectures) = (read.operating_systems.clone(), read.architectures.clone());
        let nodes = read.nodes.clone();
        let mut target = Self {
            operating_systems: Vec::new(),
            architectures: Vec::new(),
            nodes: Vec::new(),
            endpoint: None,
            ..read
        };
        for (field, versions) in [
            ("cluster_version", target.cluster_version.iter().collect::<Vec<_>>()),
            ("database_versions", target.database_versions.iter().collect()),
        ] {
            for text in versions {
                version::parse(text).map_err(|source| TargetError::Version { field, source })?;
            }
        }
        for name in systems {
            target = target.with_operating_system(&name)?;
        }
        for name in architectures {
            target = target.with_architecture(&name)?;
        }
        for node in nodes {
            target = target.with_node(node)?;
        }
        match read.endpoint {
            Some(endpoint) => target.with_endpoint(endpoint),
            None => Ok(target),
        }
    }

    /// This target, with nodes of one more operating system.
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownOperatingSystem`].
    pub fn with_operating_system(mut self, name: &str) -> Result<Self, TargetError> {
        let knowledge = Knowledge::builtin();
        let platform = knowledge.platform(name).ok_or_else(|| TargetError::UnknownOperatingSystem {
            name: name.to_owned(),
            known: knowledge.platforms().iter().map(|p| p.id.clone()).collect(),
        })?;
        if !self.operating_systems.contains(&platform.id) {
            self.operating_systems.push(platform.id.clone());
        }
        Ok(self)
    }

    /// This target, with nodes of one more architecture; `amd64` and `arm64` are understood.
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownArchitecture`].
    pub fn with_architecture(mut self, name: &str) -> Result<Self, TargetError> {
        let architecture = match name {
            "x86_64" | "amd64" => "x86_64",
            "aarch64" | "arm64" => "aarch64",
            _ => return Err(TargetError::UnknownArchitecture { name: name.to_owned() }),
        };
        if !self.architectures.iter().any(|a| a == architecture) {
            self.architectures.push(architecture.to_owned());
        }
        Ok(self)
    }

    /// This target with one more node, whose system and architecture are then the target's too.
    ///
    /// ```
    /// use ramp_core::{Target, TargetNode};
    ///
    /// let node = TargetNode { uid: 3, operating_system: Some("rocky9".into()), architecture: Some("arm64".into()) };
    /// let target = Target::named("8.0").unwrap().with_node(node).unwrap();
    /// assert_eq!(target.operating_systems, ["rhel9"]);
    /// assert_eq!(target.nodes[0].architecture.as_deref(), Some("aarch64"));
    /// ```
    ///
    /// # Errors
    ///
    /// [`TargetError::UnknownOperatingSystem`], [`TargetError::UnknownArchitecture`].
    pub fn with_node(mut self, mut node: TargetNode) -> Result<Self, TargetError> {
        let one = Self::default();
        if let Some(name) = node.operating_system.take() {
            self = self.with_operating_system(&name)?;
            node.operating_system = one.clone().with_operating_system(&name)?.operating_systems.pop();
        }
        if let Some(name) = node.architecture.take() {
            self = self.with_architecture(&name)?;
            node.architecture = one.with_architecture(&name)?.architectures.pop();
        }
        self.nodes.push(node);
        Ok(self)
    }

    /// This target, uploaded to through `endpoint`.
    ///
    /// # Errors
    ///
    /// [`TargetError::NoSuchEndpoint`] where the release answers 405 to it.
    pub fn with_endpoint(mut self, endpoint: Endpoint) -> Result<Self, TargetError> {
        if let Some(release) = self.release().filter(|r| !r.offers(endpoint)) {
            return Err(TargetError::NoSuchEndpoint {
                release: release.name.clone(),
                endpoint,
                has: release.endpoints.iter().map(|row| row.endpoint.to_string()).collect(),
            });
        }
        self.endpoint = Some(endpoint);
        Ok(self)
    }

    /// This target with what its release says filled in, so that one can see it, and change it.
    ///
    /// The nodes' systems and architectures stay as they are: which of the release's a cluster has is not known.
    ///
    /// ```
    /// use ramp_core::{Endpoint, Target};
    ///
    /// let target = Target::named("7.22").unwrap().completed();
    /// assert_eq!(target.endpoint, Some(Endpoint::V2));
    /// assert_eq!(target.max_module_bytes, Some(40 << 20));
    /// ```
    #[must_use]
    pub fn completed(mut self) -> Self {
        let Some(release) = self.release() else { return self };
        if self.database_versions.is_empty() {
            self.database_versions = self.databases().iter().map(version::short).collect();
        }
        self.endpoint = self.endpoint.or(Some(release.default_endpoint));
        self.max_module_bytes = self.max_module_bytes.or(Some(release.upload_limit.value.bytes));
        self.allow_modules_upload = self.allow_modules_upload.or(Some(release.uploads_enabled_by_default.value));
        self
    }

    /// Whether nothing at all is known of a cluster.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The release that the cluster's version belongs to.
    pub fn release(&self) -> Option<&'static Release> {
        Knowledge::builtin().release(self.cluster_version.as_deref()?)
    }

    /// The cluster's version, as a number that compares.
    pub fn version(&self) -> Option<Version> {
        version::parse(self.cluster_version.as_deref()?).ok()
    }

    /// The rows of the release's table that its nodes can run on. Where the full version is known (`8.0.5`), those that
    /// the line had in that version.
    pub(crate) fn release_platforms(&self) -> Vec<&'static ReleasePlatform> {
        let Some(release) = self.release() else { return Vec::new() };
        let version = self.full_version();
        release.platforms.iter().filter(|row| version.as_ref().is_none_or(|v| row.in_version(v))).collect()
    }

    /// The cluster's version, unless it only names a line of releases.
    fn full_version(&self) -> Option<Version> {
        self.version().filter(|_| self.cluster_version.as_deref().is_some_and(|text| text.matches('.').count() > 1))
    }

    /// Whether the release takes builds for platforms that its nodes do not run: 7.2 to 7.22, where an upgrade of the
    /// operating system needs them. What is wrong with such a build is a finding of the group load.
    pub(crate) fn takes_any_platform(&self) -> bool {
        self.release().is_some_and(|release| release.os_check.value == OsCheck::AnyPlatform)
    }

    /// The endpoint given, else the release's default, else v2.
    pub fn effective_endpoint(&self) -> Endpoint {
        self.endpoint.or_else(|| Some(self.release()?.default_endpoint)).unwrap_or(Endpoint::V2)
    }

    /// Whether uploads are taken: as given, else as the release ships.
    pub fn takes_uploads(&self) -> Option<bool> {
        self.allow_modules_upload.or_else(|| Some(self.release()?.uploads_enabled_by_default.value))
    }

    /// The Redis versions of its databases: as given, else all that the release offers.
    pub fn databases(&self) -> Vec<Version> {
        let of_release = || {
            let rows = self.release().map(|r| r.database_versions.as_slice()).unwrap_or_default();
            let version = self.full_version();
            let there = |since: &str| match (&version, version::parse(since)) {
                (Some(version), Ok(since)) => version.cmp_precedence(&since).is_ge(),
                _ => true,
            };
            let rows = rows.iter().filter(|row| row.since.as_deref().is_none_or(there));
            rows.map(|row| row.version.as_str()).collect()
        };
        let given: Vec<&str> = self.database_versions.iter().map(String::as_str).collect();
        let names = if given.is_empty() { of_release() } else { given };
        names.into_iter().filter_map(|text| version::parse(text).ok()).collect()
    }

    /// Which nodes run a system: `node 3 runs`, or `a node runs` where they are not known one by one.
    pub(crate) fn nodes_running(&self, os: &str) -> String {
        self.subject(|node| node.operating_system.as_deref() == Some(os), ["runs", "run"])
    }

    /// Which nodes are of an architecture: `nodes 1, 3 are`.
    pub(crate) fn nodes_being(&self, architecture: &str) -> String {
        self.subject(|node| node.architecture.as_deref() == Some(architecture), ["is", "are"])
    }

    fn subject(&self, is_one: impl Fn(&TargetNode) -> bool, [one, many]: [&str; 2]) -> String {
        /// More are counted only.
        const NAMED: usize = 10;
        let uids: Vec<String> = self.nodes.iter().filter(|n| is_one(n)).map(|n| n.uid.to_string()).collect();
        match uids.as_slice() {
            [] => format!("a node {one}"),
            [uid] => format!("node {uid} {one}"),
            uids if uids.len() <= NAMED => format!("nodes {} {many}", uids.join(", ")),
            uids => {
                let named: Vec<&str> = uids.iter().take(NAMED).map(String::as_str).collect();
                format!("nodes {} and {} more {many}", named.join(", "), uids.len().saturating_sub(NAMED))
            }
        }
    }

    /// The platforms that a module declaring `declared` would be loaded on: the nodes' own where they are given,
    /// else those it declares and the release runs on, else those it declares.
    pub(crate) fn platforms_to_load_on(&self, declared: &[&str]) -> Vec<&'static Platform> {
        let knowledge = Knowledge::builtin();
        let names: Vec<&str> = if self.operating_systems.is_empty() {
            declared.to_vec()
        } else {
            self.operating_systems.iter().map(String::as_str).collect()
        };
        let mut seen = BTreeSet::new();
        let rows = self.release_platforms();
        names
            .into_iter()
            .filter_map(|name| knowledge.platform(name))
            .filter(|platform| seen.insert(platform.id.as_str()))
            .filter(|platform| {
                !self.operating_systems.is_empty()
                    || self.release().is_none()
                    || rows.iter().any(|row| row.os == platform.id)
            })
            .collect()
    }
}

/// The id that a system has in the platform table; itself where the table does not know it.
pub(crate) fn platform_id(name: &str) -> &str {
    Knowledge::builtin().platform(name).map_or(name, |p| &p.id)
}
