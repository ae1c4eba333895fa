//! The groups of rules.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error_code::UploadErrorCode;

/// What kind of thing a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Group {
    /// What the cluster's unpacker rejects.
    Unpack,
    /// A zip that two readers can take in two ways, that is a bomb, or whose names are unsafe.
    Archive,
    /// Damage, and metadata that contradicts the module.
    Integrity,
    /// What does not fit the cluster that is uploaded to.
    Target,
    /// It would upload, and not load.
    Load,
    /// `module.json` that can be read in two ways, or whose values cannot be what the documentation says.
    Schema,
    /// Metadata that will hurt later.
    Metadata,
    /// Manifests of a cluster on Kubernetes, by which the operator would not load a module.
    Kubernetes,
    /// Bundles of one release that do not belong together, or of which one is missing.
    Set,
    /// What an upgrade from one build of a module to another takes away, or does not get past a cluster.
    Upgrade,
    /// What a policy file says that is not so.
    Configuration,
}

impl Group {
    /// Every group, in the order in which they are judged.
    pub const ALL: &'static [Self] = &[
        Self::Unpack,
        Self::Archive,
        Self::Integrity,
        Self::Target,
        Self::Load,
        Self::Schema,
        Self::Metadata,
        Self::Kubernetes,
        Self::Set,
        Self::Upgrade,
        Self::Configuration,
    ];

    /// Whether its rules decide what the cluster answers. All the others are the gate's alone.
    pub const fn decides_answer(self) -> bool {
        matches!(self, Self::Unpack | Self::Target)
    }

    /// Whether what is wrong is wrong with the bundle itself, wherever it is uploaded to.
    pub const fn is_of_bundle(self) -> bool {
        matches!(self, Self::Unpack | Self::Archive | Self::Integrity)
    }

    /// The `error_code` that a server answers which enforces a policy, where a cluster would have accepted.
    ///
    /// ```
    /// use ramp_core::{Group, UploadErrorCode};
    ///
    /// assert_eq!(Group::Load.enforced_code(), UploadErrorCode::OsNotSupported);
    /// assert_eq!(Group::Archive.enforced_code(), UploadErrorCode::InvalidModule);
    /// ```
    pub const fn enforced_code(self) -> UploadErrorCode {
        match self {
            Self::Load => UploadErrorCode::OsNotSupported,
            _ => UploadErrorCode::InvalidModule,
        }
    }

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpack => "unpack",
            Self::Archive => "archive",
            Self::Integrity => "integrity",
            Self::Target => "target",
            Self::Load => "load",
            Self::Schema => "schema",
            Self::Metadata => "metadata",
            Self::Kubernetes => "kubernetes",
            Self::Set => "set",
            Self::Upgrade => "upgrade",
            Self::Configuration => "configuration",
        }
    }

    /// What its rules look at, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unpack => "what the cluster's unpacker refuses",
            Self::Archive => "a zip that readers can read in different ways",
            Self::Integrity => "damage, and metadata that contradicts the module",
            Self::Target => "what does not fit the cluster",
            Self::Load => "what would upload, but not load",
            Self::Schema => "metadata that is not what the documentation says",
            Self::Metadata => "metadata that will cause trouble later",
            Self::Kubernetes => "what the Kubernetes operator would not load",
            Self::Set => "bundles of one release that do not belong together",
            Self::Upgrade => "what an upgrade takes away, or breaks",
            Self::Configuration => "what a policy file says that is not so",
        }
    }
}

/// A text that names no group.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a group of rules")]
pub struct UnknownGroup(pub String);

impl FromStr for Group {
    type Err = UnknownGroup;

    fn from_str(text: &str) -> Result<Self, UnknownGroup> {
        let named = Self::ALL.iter().copied().find(|group| group.as_str() == text);
        named.ok_or_else(|| UnknownGroup(text.to_owned()))
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
