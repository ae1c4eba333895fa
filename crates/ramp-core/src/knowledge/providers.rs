//! Which library has a function.

use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources};

/// A library, and the functions by which it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Provider {
    /// The SONAME, as in `DT_NEEDED`.
    pub soname: String,
    /// What the linker is told: `-lz`.
    pub link: String,
    /// Whether `redis-server` has it loaded, in some builds or in all, so that a module can find its functions without
    /// naming it.
    #[serde(default)]
    pub server: bool,
    /// Whether it loads others of the well-known libraries, in some builds.
    #[serde(default)]
    pub brings: bool,
    /// Functions of it.
    #[serde(default)]
    pub names: Vec<String>,
    /// What the names of all its functions begin with.
    #[serde(default)]
    pub prefixes: Vec<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

impl Provider {
    /// The library's name without its version: others begin with it, such as `libcurl-gnutls.so.4`.
    pub fn stem(&self) -> &str {
        self.soname.split('.').next().unwrap_or_default()
    }

    /// Whether a function is one of the library's.
    pub(super) fn has(&self, function: &str) -> bool {
        self.names.iter().any(|name| name == function) || self.prefixes.iter().any(|start| function.starts_with(start))
    }
}

pub(super) fn load() -> Result<Vec<Provider>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        providers: Vec<Provider>,
    }
    load::read::<File>("providers.toml", table!("src/knowledge/data/providers.json")).map(|file| file.providers)
}
