//! Cluster releases, as far as uploading a module is concerned.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::builds;
use super::databases::DatabaseVersion;
use super::load::{self, Fact, KnowledgeError, Sources};
use crate::date::Date;
use crate::endpoint::Endpoint;
use crate::version;

/// A line of cluster releases, such as 7.22.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Release {
    /// The two numbers that name the line: `7.22`.
    pub name: String,
    /// How to speak of it.
    pub title: String,
    /// The first cluster version of the line: `7.22.0`.
    pub line: String,
    /// The newest build that a source names: `7.22.2-179`.
    pub newest_build: Fact<String>,
    /// The last day on which Redis maintains it; `None` while that is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_life: Option<Fact<Date>>,
    /// What its nodes can run on; a pair of operating system and architecture occurs once.
    pub platforms: Vec<ReleasePlatform>,
    /// How modules can be uploaded.
    pub endpoints: Vec<ReleaseEndpoint>,
    /// How modules are best uploaded.
    pub default_endpoint: Endpoint,
    /// The Redis versions a database of the cluster can have, oldest first.
    pub database_versions: Vec<DatabaseVersion>,
    /// The `module_name`s that come with the cluster.
    pub bundled_modules: Fact<Vec<String>>,
    /// The `module_name`s the cluster is giving up.
    pub deprecated_modules: Fact<Vec<String>>,
    /// How large an upload may be.
    pub upload_limit: Fact<UploadLimit>,
    /// Whether a fresh cluster takes uploads.
    pub uploads_enabled_by_default: Fact<bool>,
    /// Whether there is a switch that forbids uploads.
    pub upload_gated: Fact<bool>,
    /// Whether an upload is held against `min_redis_pack_version`.
    pub checks_min_redis_pack_version: Fact<bool>,
    /// Whether the module for a database is chosen by `compatible_redis_version`.
    pub reads_compatible_redis_version: Fact<bool>,
    /// What an upload's operating systems are held against.
    pub os_check: Fact<OsCheck>,
    /// What to know about the release as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// A platform that a release runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReleasePlatform {
    /// The id of the platform: `rhel9`.
    pub os: String,
    /// `x86_64`, `aarch64`.
    pub architectures: Vec<String>,
    /// Whether Redis calls it deprecated.
    #[serde(default)]
    pub deprecated: bool,
    /// The first cluster version of the line that has it, if not the line's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The first cluster version of the line that no longer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_from: Option<String>,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// A way of uploading that a release offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ReleaseEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The first version of the line that has it; `None` if all have.
    pub since: Option<String>,
    /// Whether Redis calls it deprecated.
    #[serde(default)]
    pub deprecated: bool,
    /// Where the row was learnt.
    pub source: Sources,
}

/// How large an upload may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UploadLimit {
    /// The largest size that passes.
    pub bytes: u64,
    /// What is measured.
    pub scope: LimitScope,
    /// The cluster setting that holds it, if it can be changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
}

/// What an upload limit measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum LimitScope {
    /// Each entry outside `deps/`, uncompressed.
    Entry,
    /// The bundle as it is sent.
    Bundle,
}

/// What the operating systems of an upload are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum OsCheck {
    /// The cluster's: a bundle for another one is refused.
    Cluster,
    /// None: a bundle for an operating system that the cluster does not run yet is legitimate.
    AnyPlatform,
    /// That of the node which receives the artifact.
    LocalNode,
}

impl Release {
    /// The last day on which it was maintained, where that is past on this day.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let release = Knowledge::builtin().release("6.4").unwrap();
    /// assert_eq!(release.ended("2026-06-01".parse().unwrap()).unwrap().to_string(), "2025-08-31");
    /// ```
    pub fn ended(&self, day: Date) -> Option<Date> {
        let end = self.end_of_life.as_ref()?.value;
        (day > end).then_some(end)
    }

    /// Whether a cluster of this version, or any of the line, takes bundles through an endpoint.
    pub fn offers(&self, endpoint: Endpoint, cluster: Option<&Version>) -> bool {
        let there =
            |row: &ReleaseEndpoint| cluster.is_none_or(|version| builds::has(version, row.since.as_deref(), None));
        self.endpoints.iter().any(|row| row.endpoint == endpoint && there(row))
    }

    /// The platforms of a cluster of this version, or of any of the line: a row that is gone from its first build was there
    /// in none.
    pub fn platforms_in(&self, cluster: Option<&Version>) -> impl Iterator<Item = &ReleasePlatform> {
        self.platforms.iter().filter(move |row| match cluster {
            Some(version) => row.in_version(version),
            None => row.gone_from.as_ref() != Some(&self.line),
        })
    }

    /// The row of an operating system on an architecture.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let release = Knowledge::builtin().release("8.0").unwrap();
    /// assert_eq!(release.platform("rhel9", "aarch64").unwrap().since.as_deref(), Some("8.0.10"));
    /// assert!(release.platform("rhel8", "aarch64").is_none());
    /// ```
    pub fn platform(&self, os: &str, arch: &str) -> Option<&ReleasePlatform> {
        self.platforms.iter().find(|row| row.os == os && row.architectures.iter().any(|a| a == arch))
    }

    /// The row of a Redis version: `7.4`.
    pub fn database(&self, version: &str) -> Option<&DatabaseVersion> {
        self.database_versions.iter().find(|row| row.version == version)
    }

    /// The Redis versions of a cluster of this version, or of any of the line.
    pub fn databases_in(&self, cluster: Option<&Version>) -> impl Iterator<Item = &DatabaseVersion> {
        self.database_versions.iter().filter(move |row| cluster.is_none_or(|version| row.in_version(version)))
    }

    /// What a new database is on a cluster of this version, or on the newest of the line.
    ///
    /// ```
    /// use ramp_core::{knowledge::Knowledge, version::parse};
    ///
    /// let release = Knowledge::builtin().release("8.0").unwrap();
    /// let default = |cluster: &str| release.default_database(Some(&parse(cluster).unwrap())).unwrap().version.as_str();
    /// assert_eq!((default("8.0.6-54"), default("8.0.20-154")), ("8.2", "8.6"));
    /// ```
    pub fn default_database(&self, cluster: Option<&Version>) -> Option<&DatabaseVersion> {
        let is_default = |row: &&DatabaseVersion| {
            row.default_from
                .as_deref()
                .is_some_and(|from| cluster.is_none_or(|version| builds::has(version, Some(from), None)))
        };
        self.database_versions.iter().rfind(is_default)
    }

    /// A Redis version exactly, as a cluster of this version has it: 7.4.3 for 7.4. As given where it is exact already, or
    /// no source says.
    pub(crate) fn exact(&self, redis: Version, cluster: Option<&Version>) -> Version {
        let row = self.database(&version::short(&redis)).filter(|_| redis.patch == 0);
        row.and_then(|row| version::parse(row.patch_in(cluster)?).ok()).unwrap_or(redis)
    }
}

impl ReleasePlatform {
    /// Whether a cluster of this version has the platform. Versions that cannot be read do not rule it out.
    ///
    /// ```
    /// use ramp_core::{knowledge::Knowledge, version::parse};
    ///
    /// let row = Knowledge::builtin().release("8.0").unwrap().platform("amzn2023", "x86_64").unwrap();
    /// assert!(!row.in_version(&parse("8.0.18-23").unwrap()));
    /// assert!(row.in_version(&parse("8.0.20-44").unwrap()));
    /// ```
    pub fn in_version(&self, cluster: &Version) -> bool {
        builds::has(cluster, self.since.as_deref(), self.gone_from.as_deref())
    }
}

/// The release that a name or a cluster version means; the table is in ascending order.
pub(super) fn find<'a>(releases: &'a [Release], name: &str) -> Option<&'a Release> {
    if name == "latest" {
        return releases.last();
    }
    if let Some(release) = releases.iter().find(|release| release.name == name) {
        return Some(release);
    }
    // A single number would mean `.0` of that major, which is not what anybody says.
    let version = name.contains('.').then(|| version::parse(name).ok())??;
    let line = format!("{}.{}", version.major, version.minor);
    releases.iter().find(|release| release.name == line)
}

pub(super) fn load() -> Result<Vec<Release>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        releases: Vec<Release>,
    }
    load::read::<File>("releases.toml", table!("src/knowledge/data/releases.json")).map(|file| file.releases)
}
