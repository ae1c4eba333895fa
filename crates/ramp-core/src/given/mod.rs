//! What was given: a bundle, or one of the things that people hand over in place of one.
//!
//! It is told by content: by a bounded piece of the front of what cannot be opened as a zip, by the names of what can.
//! Nothing is decided by it. The rules of the unpacker decide as ever; what they say of the file is put in words that name
//! it, and what merely follows from it is left unsaid.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod commands;
mod documents;
mod formats;
mod front;
mod words;
mod zips;

use serde::{Deserialize, Serialize};

use crate::module::Architecture;

pub use front::signature;
pub use words::Described;

pub(crate) use front::of_file;
pub(crate) use zips::{is_of_macos, of_zip};

/// What a file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Given {
    /// A zip that has the form of a bundle, as far as names go, or of nothing else that is known.
    Bundle,
    /// Nothing that is known.
    Unknown,
    /// No bytes at all.
    Empty,
    /// A shared object, or another ELF file.
    Elf {
        /// What it was built for.
        architecture: Architecture,
        /// Whether it is a shared object; else it is a program, an object file or a core dump.
        shared: bool,
    },
    /// A library for macOS.
    MachO,
    /// A library or program for Windows.
    Pe,
    /// One of the formats that a few bytes announce, by its name: `xz`, `tar`, `pdf`.
    Format(String),
    /// Compressed with gzip.
    Gzip {
        /// What is in it.
        holds: Box<Given>,
    },
    /// The front of a zip, whose end is missing.
    CutOff {
        /// How many bytes there are.
        has: u64,
        /// The entry in which it breaks off.
        entry: Option<String>,
        /// How many bytes there must be at least, by what the headers claim.
        claimed: Option<u64>,
    },
    /// One part of a zip that was split.
    Part,
    /// `module.json` by itself.
    Metadata {
        /// The name of the module's file, as it says.
        module_file: Option<String>,
    },
    /// A packer's manifest.
    Manifest,
    /// A manifest of Kubernetes for the operator of Redis Enterprise.
    Kubernetes,
    /// Another JSON document; most often what a server answered in place of the file.
    Json {
        /// What it says went wrong.
        says: Option<String>,
    },
    /// An XML document; most often what a store answered in place of the file.
    Xml {
        /// What it says went wrong.
        says: Option<String>,
    },
    /// A web page.
    Html {
        /// Its title.
        title: Option<String>,
    },
    /// A Git LFS pointer.
    LfsPointer {
        /// The size of the file that it stands for.
        size: Option<u64>,
    },
    /// What `sha256sum` and its like print.
    Checksum {
        /// The file that it is of.
        of: Option<String>,
    },
    /// A zip written as Base64.
    Base64,
    /// A script.
    Script,
    /// Another text.
    Text {
        /// How it begins.
        begins: String,
    },
    /// A zip with nothing in it.
    EmptyZip,
    /// A zip whose entries all stand in one folder.
    Folder {
        /// The folder.
        name: String,
        /// An entry in it: the metadata, where that is in it.
        entry: String,
        /// The module in it, where there is one.
        module: Option<String>,
        /// Whether the metadata is in it.
        metadata: bool,
    },
    /// A zip that holds zips, of which one may be the bundle.
    Zips {
        /// Their names.
        names: Vec<String>,
    },
    /// A bundle whose metadata is not called `module.json`: by letter case, or as `ramp unpack` calls it.
    MetadataSpelt {
        /// As it is called.
        name: String,
    },
    /// A bundle with what macOS adds to a zip.
    MacOs {
        /// The entries that macOS added.
        names: Vec<String>,
    },
    /// A zip of a module, without metadata.
    ModuleAlone {
        /// Its name.
        name: String,
    },
    /// A zip of another purpose: a Python wheel, a Java archive.
    Package {
        /// What it is.
        what: String,
        /// The entry that tells.
        entry: String,
    },
}

impl Given {
    /// Whether it is a bundle, or at least called nothing else.
    pub const fn is_bundle(&self) -> bool {
        matches!(self, Self::Bundle)
    }

    /// Whether it is a library or a program of some system.
    pub const fn is_object(&self) -> bool {
        matches!(self, Self::Elf { .. } | Self::MachO | Self::Pe)
    }

    /// The entry that tells what it is, where one does.
    pub(crate) fn entry(&self) -> Option<&str> {
        match self {
            Self::MetadataSpelt { name: entry }
            | Self::ModuleAlone { name: entry }
            | Self::Folder { entry, .. }
            | Self::Package { entry, .. } => Some(entry),
            Self::Zips { names } | Self::MacOs { names } => names.first().map(String::as_str),
            _ => None,
        }
    }
}
