//! The modules that come with clusters, as their objects show them.

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::load::{self, Certainty, KnowledgeError, Sources};
use super::releases::Release;
use crate::version;

/// A module that comes with clusters: what all of its builds say of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BundledModule {
    /// What it is called: `search`.
    pub module_name: String,
    /// What it is called to people: `RediSearch 2`.
    pub display_name: String,
    /// What it is good for, in a few words; empty where that was not seen.
    #[serde(default)]
    pub capability_name: String,
    /// Who wrote it.
    pub author: String,
    /// What it does.
    pub description: String,
    /// By which its arguments are changed while it runs; empty where there is none.
    #[serde(default)]
    pub config_command: String,
    /// What it is given when it is loaded, unless a build says otherwise.
    #[serde(default)]
    pub command_line_args: String,
    /// What each of its builds can do.
    pub capabilities: Vec<String>,
    /// Its builds, by cluster release and Redis version.
    pub builds: Vec<BundledBuild>,
    /// Where it was learnt what it says of itself.
    pub source: Sources,
}

/// A build of a module that comes with some cluster releases, for databases of some Redis versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BundledBuild {
    /// Its version: `2.10.17`.
    pub semantic_version: String,
    /// The Redis versions that it is for: `7.4`.
    pub redis: Vec<String>,
    /// The lines of cluster releases that bring it: `7.22`.
    pub releases: Vec<String>,
    /// The field of that name.
    pub min_redis_version: String,
    /// The field of that name; empty where the module has none.
    #[serde(default)]
    pub compatible_redis_version: String,
    /// What it is given when it is loaded, where that is not what all builds are given.
    #[serde(default)]
    pub command_line_args: Option<String>,
    /// What it can do beyond what all builds can.
    #[serde(default)]
    pub capabilities: Vec<String>,
    /// The field of that name.
    #[serde(default)]
    pub bigstore_version_2_support: bool,
    /// How sure it is that these releases bring this version, to its last number.
    pub certainty: Certainty,
    /// What to know about it.
    pub note: String,
    /// Where the row was learnt.
    pub source: Sources,
}

impl BundledModule {
    /// The builds that come with a cluster of this version, or with the newest of the line: those of the Redis versions that it offers.
    ///
    /// ```
    /// use ramp_core::{knowledge::Knowledge, version::parse};
    ///
    /// let tables = Knowledge::builtin();
    /// let (release, search) = (tables.release("8.0").unwrap(), &tables.bundled_modules()[0]);
    /// let newest = |cluster: &str| search.builds_in(release, Some(&parse(cluster).unwrap())).pop().unwrap();
    /// assert_eq!(newest("8.0.6-54").redis, ["8.2"]);
    /// assert_eq!(newest("8.0.20-154").redis, ["8.6"]);
    /// ```
    pub fn builds_in(&self, release: &Release, cluster: Option<&Version>) -> Vec<&BundledBuild> {
        let is_offered = |redis: &String| release.databases_in(cluster).any(|row| row.version == *redis);
        let comes =
            |build: &&BundledBuild| build.releases.contains(&release.name) && build.redis.iter().any(is_offered);
        self.builds.iter().filter(comes).collect()
    }

    /// What the object of a build says, apart from what the cluster makes of it: the fields of `module.json`.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let search = &Knowledge::builtin().bundled_modules()[0];
    /// let object = search.object(&search.builds[0]);
    /// assert_eq!((object["module_name"].as_str(), object["version"].as_i64()), (Some("search"), Some(20416)));
    /// ```
    pub fn object(&self, build: &BundledBuild) -> Value {
        let capabilities: Vec<&String> = self.capabilities.iter().chain(&build.capabilities).collect();
        json!({
            "author": self.author,
            "bigstore_version_2_support": build.bigstore_version_2_support,
            "capabilities": capabilities,
            "capability_name": self.capability_name,
            "command_line_args": build.command_line_args.as_ref().unwrap_or(&self.command_line_args),
            "compatible_redis_version": build.compatible_redis_version,
            "config_command": self.config_command,
            "description": self.description,
            "display_name": self.display_name,
            "min_redis_version": build.min_redis_version,
            "module_name": self.module_name,
            "semantic_version": build.semantic_version,
            "version": build.version(),
        })
    }
}

impl BundledBuild {
    /// `version`, the number: 21017 for 2.10.17.
    pub fn version(&self) -> i64 {
        version::parse(&self.semantic_version).ok().and_then(|version| version::number(&version)).unwrap_or_default()
    }
}

pub(super) fn load() -> Result<Vec<BundledModule>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        modules: Vec<BundledModule>,
    }
    load::read::<File>("bundled.toml", table!("src/knowledge/data/bundled.json")).map(|file| file.modules)
}
