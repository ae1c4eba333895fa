//! Reading the embedded tables, and what their rows have in common.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Why an embedded table could not be used. The tests of this crate keep this from happening.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum KnowledgeError {
    /// A row has a field too many, too few, or of the wrong kind.
    #[error("{file}: {message}")]
    Syntax {
        /// The data file.
        file: &'static str,
        /// What the parser said.
        message: String,
    },
    /// A row speaks of a platform that the platform table lacks.
    #[error("{file}: no platform `{platform}`")]
    UnknownPlatform {
        /// The data file.
        file: &'static str,
        /// The id as written.
        platform: String,
    },
    /// A platform lists a named symbol version that `nodes.toml` lacks.
    #[error("{platform}: no named symbol version `{node}`")]
    UnknownNode {
        /// The platform.
        platform: String,
        /// The name as written.
        node: String,
    },
    /// A library row names a package where its offer has none, or the other way round.
    #[error("{file}: {sonames}: `package` does not go with the offer")]
    PackageMismatch {
        /// The data file.
        file: &'static str,
        /// The libraries of the row.
        sonames: String,
    },
}

/// Where a row was learnt: one or more keys of the table of sources.
///
/// [`Knowledge::source`](super::Knowledge::source) says what a key stands for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Sources(String);

impl Sources {
    /// The keys, the weightiest first.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.split_whitespace()
    }

    /// Whether part of the row is general knowledge that nobody verified.
    pub fn has_unverified_part(&self) -> bool {
        self.keys().any(|key| key == "gk")
    }
}

impl std::fmt::Display for Sources {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Certainty {
    /// Redis documents it.
    Documented,
    /// Seen in public code or in a cluster's answer.
    Observed,
    /// Follows from what is documented or observed; nobody confirmed it.
    Inferred,
}

/// A value, how sure it is, and where it was learnt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// How sure it is.
    pub certainty: Certainty,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where it was learnt.
    pub source: Sources,
}

/// Reads one embedded file.
pub(super) fn read<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, KnowledgeError> {
    serde_json::from_str(text).map_err(|error| KnowledgeError::Syntax { file, message: error.to_string() })
}

/// The table of sources.
pub(super) fn sources() -> Result<BTreeMap<String, String>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        sources: BTreeMap<String, String>,
    }
    read::<File>("sources.toml", table!("src/knowledge/data/sources.json")).map(|file| file.sources)
}

/// Versions as the tables write them: `2.34`, `3.4.29`.
pub(super) mod dotted {
    use semver::Version;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::version::short(version))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Version, D::Error> {
        crate::version::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// The same, where there may be none.
pub(super) mod maybe_dotted {
    use semver::Version;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    // serde hands over a reference to the field.
    #[allow(clippy::ref_option)]
    pub(crate) fn serialize<S: Serializer>(version: &Option<Version>, serializer: S) -> Result<S::Ok, S::Error> {
        match version {
            Some(version) => super::dotted::serialize(version, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Version>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| crate::version::parse(&text).map_err(D::Error::custom))
            .transpose()
    }
}
