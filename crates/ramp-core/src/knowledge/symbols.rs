//! Which symbol versions a platform's runtime libraries define.

use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources};
use super::newest::Newest;

/// The versions of a namespace, such as `GLIBCXX`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SymbolRange {
    /// What stands before the number: `GLIBCXX`, `CXXABI`, `GCC`, `GOMP`, `OMP`, `ZLIB`; `OPENSSL` is that of
    /// `libssl.so.3` and `libcrypto.so.3`, by OpenSSL's release.
    pub namespace: String,
    /// The architecture the row is about; `None` stands for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// How new they are.
    #[serde(flatten)]
    pub newest: Newest,
}

/// A symbol version that is a name: `CXXABI_FLOAT128`, `GLIBC_ABI_DT_RELR`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
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
#[non_exhaustive]
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
    pub help: String,
    /// Where the row was learnt.
    pub source: Sources,
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

/// What the names mean.
pub(super) fn load() -> Result<Vec<NodeMeaning>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        nodes: Vec<NodeMeaning>,
    }
    load::read::<File>("nodes.toml", table!("src/knowledge/data/nodes.json")).map(|file| file.nodes)
}
