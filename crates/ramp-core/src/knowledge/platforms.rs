//! Linux distributions: their C library, their runtime libraries, their names.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::libraries::LibraryOffer;
use super::load::Sources;
use super::newest::{Newest, SymbolOffer};
use super::symbols::{NamedNode, NodeOffer, SymbolRange};

/// A major release of a distribution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Platform {
    /// As `module.json` spells it, family and major: `rhel9`. Alpine's minor releases differ, so theirs is `alpine3.20`.
    pub id: String,
    /// How to speak of it.
    pub title: String,
    /// `rhel`, `ubuntu`, `amzn`, `debian`, `alpine`.
    pub family: String,
    /// The major version in `module.json`: `22`.
    pub major: String,
    /// The version the vendor speaks of: `22.04`.
    pub version: String,
    /// Other names, with a number in them: rebuilds (`rocky9`) and longer spellings (`ubuntu22.04`).
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Codenames. They mean the platform, but an unpacker refuses them in `module.json`.
    #[serde(default)]
    pub codenames: Vec<String>,
    /// The last day of ordinary support, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_of_support: Option<String>,
    /// The last day of paid or community support beyond that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended_support: Option<String>,
    /// Whether `dlopen` refuses a module that wants an executable stack (glibc 2.41 and later).
    #[serde(default)]
    pub refuses_executable_stack: bool,
    /// Where the row as a whole was learnt.
    pub source: Sources,
    /// The C library.
    pub libc: Libc,
    /// The processor it needs.
    pub cpu: Cpu,
    /// The newest numbered symbol versions of the runtime libraries.
    pub symbols: Vec<SymbolRange>,
    /// The named symbol versions it defines.
    pub nodes: Vec<NamedNode>,
    /// The shared libraries it is known to offer, or not to.
    #[serde(default)]
    pub libraries: Vec<LibraryOffer>,
}

/// A platform's C library.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Libc {
    /// Whose it is.
    pub kind: LibcKind,
    /// How new its symbols are, by its releases.
    #[serde(flatten)]
    pub newest: Newest,
}

/// Whose C library it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum LibcKind {
    /// The GNU C library. Its loader checks symbol versions.
    Glibc,
    /// musl. Its loader looks at names only.
    Musl,
}

/// The processor a platform needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Cpu {
    /// The microarchitecture level: 3 is x86-64-v3.
    pub x86_64: u8,
    /// The Arm architecture; `None` if the platform does not exist there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aarch64: Option<String>,
    /// Where it was learnt.
    pub source: Sources,
}

impl Platform {
    /// The C library.
    pub fn libc(&self) -> &Libc {
        &self.libc
    }

    /// Whether the platform exists for an architecture: `x86_64` or `aarch64`.
    pub fn has_arch(&self, arch: &str) -> bool {
        arch == "x86_64" || (arch == "aarch64" && self.cpu.aarch64.is_some())
    }

    /// Whether a symbol version such as `GLIBC_2.35` or `GLIBCXX_3.4.30` is there: its namespace and its number apart.
    ///
    /// glibc's versions are held against its release, since its libraries do not all define the newest one. musl's
    /// loader ignores versions, so `GLIBC` is unknown there. A fourth number, as in `ZLIB_1.2.7.1`, is to be left out.
    ///
    /// ```
    /// use ramp_core::{knowledge::{Knowledge, SymbolOffer}, version::parse};
    ///
    /// let rhel9 = Knowledge::builtin().platform("rhel9").unwrap();
    /// let glibc = |version| rhel9.symbol_version("x86_64", "GLIBC", &parse(version).unwrap());
    /// assert_eq!(glibc("2.34"), SymbolOffer::Floor);
    /// assert!(matches!(glibc("2.35"), SymbolOffer::Later { note } if note.contains("9.7")));
    /// assert_eq!(glibc("2.38"), SymbolOffer::Absent { max: parse("2.35").unwrap() });
    /// ```
    pub fn symbol_version(&self, arch: &str, namespace: &str, version: &Version) -> SymbolOffer {
        let is_glibc = namespace == "GLIBC";
        if !self.has_arch(arch) || (is_glibc && self.libc.kind != LibcKind::Glibc) {
            return SymbolOffer::Unknown;
        }
        let of_arch = |row: &&SymbolRange| row.arch.as_deref().is_none_or(|a| a == arch);
        match self.symbols.iter().filter(of_arch).find(|row| row.namespace == namespace) {
            Some(row) => row.newest.offer(version),
            None if is_glibc => self.libc.newest.offer(version),
            None => SymbolOffer::Unknown,
        }
    }

    /// Whether one of glibc's ABI markers is there, by its full name.
    ///
    /// ```
    /// use ramp_core::knowledge::{Knowledge, NodeOffer};
    ///
    /// let tables = Knowledge::builtin();
    /// let relr = |id| tables.platform(id).unwrap().glibc_abi("x86_64", "GLIBC_ABI_DT_RELR");
    /// assert_eq!(relr("ubuntu22"), NodeOffer::Absent);
    /// assert_eq!(relr("ubuntu24"), NodeOffer::Floor);
    /// ```
    pub fn glibc_abi(&self, arch: &str, node: &str) -> NodeOffer {
        if node.starts_with("GLIBC_ABI_") { self.node(arch, node) } else { NodeOffer::Unknown }
    }

    /// Whether a symbol version that is a name is there: one of glibc's ABI markers, `CXXABI_FLOAT128`, `CXXABI_TM_1`.
    ///
    /// A name in those namespaces that the platform's row lacks is absent; other names, and glibc's markers on musl,
    /// are unknown.
    pub fn node(&self, arch: &str, name: &str) -> NodeOffer {
        let is_glibc = name.starts_with("GLIBC_ABI_");
        let in_scope = (is_glibc && self.libc.kind == LibcKind::Glibc) || name.starts_with("CXXABI_");
        if !in_scope || !self.has_arch(arch) {
            return NodeOffer::Unknown;
        }
        match self.nodes.iter().find(|node| node.name == name && node.architectures.iter().any(|a| a == arch)) {
            Some(node) if node.later => NodeOffer::Later { note: node.note.clone().unwrap_or_default() },
            Some(_) => NodeOffer::Floor,
            None => NodeOffer::Absent,
        }
    }

    /// How a library is offered, on `x86_64` where that matters; `None` if the table does not know.
    ///
    /// ```
    /// use ramp_core::knowledge::{Knowledge, Offer};
    ///
    /// let rhel9 = Knowledge::builtin().platform("rhel9").unwrap();
    /// assert_eq!(rhel9.library("libcrypt.so.1").unwrap().offer.package(), Some("libxcrypt-compat"));
    /// assert_eq!(rhel9.library("libssl.so.10").unwrap().offer, Offer::Absent);
    /// assert!(rhel9.library("libpython3.9.so.1.0").is_none());
    /// ```
    pub fn library(&self, soname: &str) -> Option<&LibraryOffer> {
        self.library_on("x86_64", soname)
    }

    /// How a library is offered on an architecture; `None` if the table does not know.
    ///
    /// ```
    /// use ramp_core::knowledge::{Knowledge, Offer};
    ///
    /// let rhel9 = Knowledge::builtin().platform("rhel9").unwrap();
    /// assert_eq!(rhel9.library_on("x86_64", "libmvec.so.1").unwrap().offer, Offer::Base);
    /// assert_eq!(rhel9.library_on("aarch64", "libmvec.so.1").unwrap().offer, Offer::Absent);
    /// ```
    pub fn library_on(&self, arch: &str, soname: &str) -> Option<&LibraryOffer> {
        let of_arch = |row: &&LibraryOffer| row.arch.as_deref().is_none_or(|a| a == arch);
        self.libraries.iter().filter(of_arch).find(|row| row.soname == soname)
    }

    /// Whether the platform goes by a name: its id, an alias, or a codename.
    pub(super) fn answers_to(&self, name: &str) -> bool {
        self.names().any(|other| other == name)
    }

    /// Its id, its aliases, its codenames.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.id].into_iter().chain(&self.aliases).chain(&self.codenames).map(String::as_str)
    }
}
