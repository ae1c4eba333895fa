//! Which shared libraries a platform offers.

use serde::{Deserialize, Serialize};

use super::load::{self, KnowledgeError, Sources};

/// How a platform offers a library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LibraryOffer {
    /// The SONAME, as in `DT_NEEDED`.
    pub soname: String,
    /// The architecture the row is about; `None` stands for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arch: Option<String>,
    /// How near the library is.
    pub offer: Offer,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// How near a library is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Offer {
    /// Part of every install.
    Base,
    /// Installed unless somebody left it out.
    Default,
    /// One package away, from the vendor.
    Package {
        /// The package.
        name: String,
    },
    /// In a package of a third party, such as EPEL.
    Elsewhere {
        /// The package.
        name: String,
    },
    /// No such file, but the C library answers to the name itself (musl).
    ByLibc,
    /// Not to be had.
    Absent,
}

impl Offer {
    /// Whether an ordinary install finds the library without further ado.
    pub fn is_installed(&self) -> bool {
        matches!(self, Self::Base | Self::Default | Self::ByLibc)
    }

    /// The package that brings the library, if one is needed and known.
    pub fn package(&self) -> Option<&str> {
        match self {
            Self::Package { name } | Self::Elsewhere { name } => Some(name),
            Self::Base | Self::Default | Self::ByLibc | Self::Absent => None,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    libraries: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    sonames: Vec<String>,
    on: Vec<String>,
    arch: Option<String>,
    offer: Kind,
    package: Option<String>,
    note: Option<String>,
    source: Sources,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Base,
    Default,
    Package,
    Elsewhere,
    ByLibc,
    Absent,
}

const FILES: [(&str, &str); 2] = [
    ("libraries/runtime.toml", table!("src/knowledge/data/libraries/runtime.json")),
    ("libraries/others.toml", table!("src/knowledge/data/libraries/others.json")),
];

/// A row as it is read: on which platforms, and what they offer.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) file: &'static str,
    /// Ids of platforms, or the name of a C library for all that have it.
    pub(super) on: Vec<String>,
    pub(super) libraries: Vec<LibraryOffer>,
}

/// Every row.
pub(super) fn load() -> Result<Vec<Offered>, KnowledgeError> {
    let mut rows = Vec::new();
    for (file, text) in FILES {
        for row in load::read::<File>(file, text)?.libraries {
            rows.push(row.offered(file)?);
        }
    }
    Ok(rows)
}

impl Row {
    fn offered(self, file: &'static str) -> Result<Offered, KnowledgeError> {
        let offer = match (self.offer, self.package) {
            (Kind::Base, None) => Offer::Base,
            (Kind::Default, None) => Offer::Default,
            (Kind::Package, Some(name)) => Offer::Package { name },
            (Kind::Elsewhere, Some(name)) => Offer::Elsewhere { name },
            (Kind::ByLibc, None) => Offer::ByLibc,
            (Kind::Absent, None) => Offer::Absent,
            _ => return Err(KnowledgeError::PackageMismatch { file, sonames: self.sonames.join(", ") }),
        };
        let library = |soname| LibraryOffer {
            soname,
            arch: self.arch.clone(),
            offer: offer.clone(),
            note: self.note.clone(),
            source: self.source.clone(),
        };
        Ok(Offered { file, on: self.on, libraries: self.sonames.into_iter().map(library).collect() })
    }
}
