//! The Redis versions that come with a cluster release.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::builds;
use super::load::{Certainty, Sources};

/// A Redis version that databases of a cluster can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatabaseVersion {
    /// Two numbers: `7.4`.
    pub version: String,
    /// What stands behind them, `7.4.3`, oldest first; empty where no source says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub patches: Vec<DatabasePatch>,
    /// The first cluster version of the line that has it, if not the line's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The first cluster version of the line that no longer has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_from: Option<String>,
    /// The first cluster version whose new databases are of this version, unless a later row takes over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_from: Option<String>,
    /// How sure it is.
    pub certainty: Certainty,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// The exact Redis version that some builds of a cluster release have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatabasePatch {
    /// Three numbers: `7.4.3`.
    pub patch: String,
    /// The first cluster version of the line that has it, if not the first that has the Redis version at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

impl DatabaseVersion {
    /// Whether a cluster of this version has it. Versions that cannot be read do not rule it out.
    pub fn in_version(&self, cluster: &Version) -> bool {
        builds::has(cluster, self.since.as_deref(), self.gone_from.as_deref())
    }

    /// The exact version on a cluster of this version, or on the newest of the line; `None` where no source says.
    ///
    /// ```
    /// use ramp_core::{knowledge::Knowledge, version::parse};
    ///
    /// let row = Knowledge::builtin().release("7.22").unwrap().database("7.4").unwrap();
    /// assert_eq!(row.patch_in(None), Some("7.4.3"));
    /// assert_eq!(row.patch_in(Some(&parse("7.22.0-95").unwrap())), Some("7.4.2"));
    /// ```
    pub fn patch_in(&self, cluster: Option<&Version>) -> Option<&str> {
        let there =
            |row: &&DatabasePatch| cluster.is_none_or(|version| builds::has(version, row.since.as_deref(), None));
        self.patches.iter().rfind(there).map(|row| row.patch.as_str())
    }
}
