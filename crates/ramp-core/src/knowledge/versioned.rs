//! Which libraries give every symbol a version and which versions, which are loaded anyway, and which cannot be.

use semver::Version;
use serde::Deserialize;

use super::load::{self, KnowledgeError, Sources, dotted};

/// Libraries that do, and where that was learnt.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Versioned {
    pub(super) sonames: Vec<String>,
    /// Every server has it loaded.
    #[serde(default)]
    pub(super) server: bool,
    /// What is loaded with it.
    #[serde(default)]
    pub(super) brings: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

/// Libraries that only a program can load that starts with them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Preloaded {
    pub(super) sonames: Vec<String>,
    /// What they are, in words.
    pub what: String,
    /// How to do without.
    pub help: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

/// The symbol versions of a library of glibc, on an architecture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Defined {
    pub(super) soname: String,
    pub(super) arch: String,
    /// The numbers, without `GLIBC_`.
    pub(super) versions: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the reader of the table, and its test"))]
    pub(super) source: Sources,
}

/// All tables of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Libraries {
    pub(super) versioned: Vec<Versioned>,
    pub(super) preloaded: Vec<Preloaded>,
    pub(super) defined: Vec<Defined>,
    /// The release of glibc from which the versions are; what is newer is not known.
    #[serde(with = "dotted")]
    pub(super) defined_until: Version,
}

impl Libraries {
    /// Whether a library of glibc has a version; nothing where the table does not say.
    pub(super) fn defines(&self, arch: &str, soname: &str, name: &str) -> Option<bool> {
        let row = self.defined.iter().find(|row| row.soname == soname && row.arch == arch)?;
        let Some(number) = name.strip_prefix("GLIBC_") else { return Some(false) };
        // Those without a number are markers, and what a build keeps to itself.
        let version = crate::version::parse(number).ok()?;
        let is_known = version.cmp_precedence(&self.defined_until).is_le();
        is_known.then(|| row.versions.iter().any(|version| version == number))
    }
}

pub(super) fn load() -> Result<Libraries, KnowledgeError> {
    load::read("versioned.toml", table!("src/knowledge/data/versioned.json"))
}
