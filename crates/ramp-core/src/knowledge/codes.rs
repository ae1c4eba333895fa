//! What a cluster answers about modules apart from the upload, for those who meet a code and ask what it means.

use serde::{Deserialize, Serialize};

use super::load::{self, Certainty, KnowledgeError, Sources};

/// A code, in one of the areas where it is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Code {
    /// The exact string of the API.
    pub code: String,
    /// What the request was about.
    pub area: CodeArea,
    /// The requests that are answered with it.
    pub answers: Vec<CodeAnswer>,
    /// The words of the documentation, or of the answer that was seen; none where no source has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// What it means for a module.
    pub meaning: String,
    /// What to do.
    pub help: String,
    /// How sure the row is.
    pub certainty: Certainty,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// A request that is answered with a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CodeAnswer {
    /// The request: `POST /v1/bdbs`.
    pub request: String,
    /// The HTTP status; none where it is not an answer but a warning or a state, or no source says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum CodeArea {
    /// Deleting a module.
    Deletion,
    /// Making or changing a database that uses modules.
    Databases,
    /// Changing the arguments of a database's module.
    Configuration,
    /// Upgrading a database, or its modules.
    Upgrades,
    /// Starting a cluster or a node that downloads modules.
    Bootstrap,
}

impl CodeArea {
    /// Every area, in the order in which a module meets them.
    pub const ALL: &'static [Self] =
        &[Self::Databases, Self::Configuration, Self::Upgrades, Self::Deletion, Self::Bootstrap];

    /// What it is about, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Deletion => "deletion",
            Self::Databases => "databases that use modules",
            Self::Configuration => "a module's arguments",
            Self::Upgrades => "upgrades",
            Self::Bootstrap => "modules that nodes download",
        }
    }
}

pub(super) fn load() -> Result<Vec<Code>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        codes: Vec<Code>,
    }
    load::read::<File>("codes.toml", table!("src/knowledge/data/codes.json")).map(|file| file.codes)
}
