//! The newest version that a platform has: in every install, and after an update.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::load::{Sources, dotted, maybe_dotted};

/// How new something is on a platform: the C library, or the versions of a namespace.
///
/// In the tables its fields stand beside those of the row that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Newest {
    /// The newest one in every install.
    #[serde(with = "dotted")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub floor: Version,
    /// The newest one that an update brings, where it is newer.
    #[serde(default, with = "maybe_dotted", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub later: Option<Version>,
    /// Which update brings it, or what else to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

impl Newest {
    /// Places a version at or below the floor, between floor and later, or above.
    pub(super) fn offer(&self, version: &Version) -> SymbolOffer {
        if version.cmp_precedence(&self.floor).is_le() {
            return SymbolOffer::Floor;
        }
        match &self.later {
            Some(later) if version.cmp_precedence(later).is_le() => {
                SymbolOffer::Later { note: self.note.clone().unwrap_or_default() }
            }
            newest => SymbolOffer::Absent { max: newest.as_ref().unwrap_or(&self.floor).clone() },
        }
    }
}

/// Whether a platform offers a numbered symbol version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum SymbolOffer {
    /// Every install does.
    Floor,
    /// Only updated installs do.
    Later {
        /// What brings it.
        note: String,
    },
    /// No install does.
    Absent {
        /// The newest one that any install has.
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        max: Version,
    },
    /// The table does not say.
    Unknown,
}
