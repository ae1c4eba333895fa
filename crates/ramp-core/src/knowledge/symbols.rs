//! Which symbol versions a platform's runtime libraries define.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources, dotted, maybe_dotted};
use super::platforms::Platform;

/// The newest version of a namespace, such as `GLIBCXX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SymbolRange {
    /// What stands before the number: `GLIBCXX`, `CXXABI`, `GCC`, `GOMP`, `OMP`, `ZLIB`; `OPENSSL` is that of
    /// `libssl.so.3` and `libcrypto.so.3`, by OpenSSL's release.
    pub namespace: String,
    /// The architecture the row is about; `None` stands for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// The newest one in every install.
    #[serde(with = "dotted")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub floor: Version,
    /// The newest one that an update brings, where it is newer.
    #[serde(default, with = "maybe_dotted", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub later: Option<Version>,
    /// What brings it, or what else to know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

impl SymbolRange {
    pub(super) fn offer(&self, version: &Version) -> SymbolOffer {
        offer(&self.floor, self.later.as_ref(), self.note.as_deref(), version)
    }
}

/// A symbol version that is a name: `CXXABI_FLOAT128`, `GLIBC_ABI_DT_RELR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NamedNode {
    /// The name, as in the module's version needs.
    pub name: String,
    /// The architectures that have it.
    #[serde(default)]
    pub architectures: Vec<String>,
    /// Whether only an update brings it.
    #[serde(default)]
    pub later: bool,
    /// What brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// What a symbol version that is a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NodeMeaning {
    /// The name.
    pub name: String,
    /// The architectures where it exists at all.
    pub architectures: Vec<String>,
    /// The upstream release that brought it.
    pub release: String,
    /// Why a module needs it.
    pub meaning: String,
    /// How to build a module that does not.
    pub cure: String,
    /// Where the row was learnt.
    pub source: Sources,
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

/// Whether a platform offers a symbol version that is a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum NodeOffer {
    /// Every install does.
    Floor,
    /// Only updated installs do.
    Later {
        /// What brings it.
        note: String,
    },
    /// No install does.
    Absent,
    /// The table does not say.
    Unknown,
}

/// Places a version below a floor, between floor and later, or above.
pub(super) fn offer(floor: &Version, later: Option<&Version>, note: Option<&str>, version: &Version) -> SymbolOffer {
    if version.cmp_precedence(floor).is_le() {
        return SymbolOffer::Floor;
    }
    match later {
        Some(later) if version.cmp_precedence(later).is_le() => {
            SymbolOffer::Later { note: note.unwrap_or_default().to_owned() }
        }
        newest => SymbolOffer::Absent { max: newest.unwrap_or(floor).clone() },
    }
}

/// Reads what the names mean, and tells each platform's nodes their architectures.
pub(super) fn load_into(platforms: &mut [Platform]) -> Result<Vec<NodeMeaning>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        nodes: Vec<NodeMeaning>,
    }
    let meanings = load::read::<File>("nodes.toml", table!("src/knowledge/data/nodes.json"))?.nodes;
    for platform in platforms {
        for node in &mut platform.nodes {
            let meaning = meanings.iter().find(|meaning| meaning.name == node.name).ok_or_else(|| {
                KnowledgeError::UnknownNode { platform: platform.id.clone(), node: node.name.clone() }
            })?;
            node.architectures.clone_from(&meaning.architectures);
        }
    }
    Ok(meanings)
}
