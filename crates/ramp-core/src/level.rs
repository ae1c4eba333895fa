//! How grave a finding is, and from which level on that counts.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Will hurt later, or could.
    Warning,
    /// Must not stand: the cluster refuses it, or the policy does.
    Error,
}

impl Level {
    /// Every level, the least grave first.
    pub const ALL: &'static [Self] = &[Self::Note, Self::Warning, Self::Error];

    /// The name used on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a level; the levels are note, warning and error")]
pub struct UnknownLevel(pub String);

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.iter().copied().find(|l| l.as_str() == text).ok_or_else(|| UnknownLevel(text.to_owned()))
    }
}

/// The level of finding from which on a bundle does not pass.
///
/// ```
/// use ramp_core::{FailOn, Level};
///
/// assert!(FailOn::Warning.fails(Level::Error) && FailOn::Warning.fails(Level::Warning) && !FailOn::Warning.fails(Level::Note));
/// assert!(!FailOn::Never.fails(Level::Error));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// An error.
    #[default]
    Error,
    /// A warning, or an error.
    Warning,
    /// Anything.
    Note,
    /// Nothing: every bundle passes.
    Never,
}

impl FailOn {
    /// Whether a finding of that level keeps a bundle from passing.
    pub fn fails(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Note => level >= Level::Note,
            Self::Never => false,
        }
    }
}
