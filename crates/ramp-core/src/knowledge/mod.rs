//! What is known beyond any single bundle: capabilities, platforms, cluster releases, what clusters answer.
//!
//! The tables are data files beside this module, and every row names its sources. They are part of the crate and are
//! read when first asked for, each on its own, and of platforms a family alone where that is enough.

mod builds;
mod bundled;
mod capabilities;
mod codes;
mod commands;
mod database_fields;
mod databases;
mod families;
mod libraries;
mod load;
mod newest;
mod platforms;
mod providers;
mod releases;
mod spelling;
mod symbols;
#[cfg(test)]
mod tests;
mod versioned;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

pub use bundled::{BundledBuild, BundledModule};
pub use capabilities::{Ask, AskedWhen, Capability, CapabilityStanding};
pub use codes::{Code, CodeAnswer, CodeArea};
pub use commands::RedisCommands;
pub use database_fields::{DatabaseField, DatabaseFieldKind};
pub use databases::{DatabasePatch, DatabaseVersion};
pub use libraries::{LibraryOffer, Offer};
pub use load::{Certainty, Fact, Sources};
pub use newest::{Newest, SymbolOffer};
pub use platforms::{Cpu, Libc, LibcKind, Platform};
pub use providers::Provider;
pub use releases::{LimitScope, OsCheck, Release, ReleaseEndpoint, ReleasePlatform, UploadLimit};
pub use symbols::{NamedNode, NodeMeaning, NodeOffer, SymbolRange};
pub use versioned::Preloaded;

use load::KnowledgeError;

type Table<T> = LazyLock<Result<T, KnowledgeError>>;

/// The tables.
#[derive(Debug)]
pub struct Knowledge {
    bundled: Table<Vec<BundledModule>>,
    capabilities: Table<Vec<Capability>>,
    codes: Table<Vec<Code>>,
    commands: Table<Vec<RedisCommands>>,
    database_fields: Table<Vec<DatabaseField>>,
    platforms: OnceLock<Result<families::Tables, KnowledgeError>>,
    families: families::Families,
    providers: Table<Vec<Provider>>,
    releases: Table<Vec<Release>>,
    versioned: Table<versioned::Libraries>,
    sources: Table<BTreeMap<String, String>>,
}

static BUILTIN: Knowledge = Knowledge {
    bundled: LazyLock::new(bundled::load),
    capabilities: LazyLock::new(capabilities::load),
    codes: LazyLock::new(codes::load),
    commands: LazyLock::new(commands::load),
    database_fields: LazyLock::new(database_fields::load),
    platforms: OnceLock::new(),
    families: families::Families::new(),
    providers: LazyLock::new(providers::load),
    releases: LazyLock::new(releases::load),
    versioned: LazyLock::new(versioned::load),
    sources: LazyLock::new(load::sources),
};

impl Knowledge {
    /// The tables that come with the crate.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads every table, and tells of the first that cannot be read. Such a one counts as empty elsewhere.
    #[cfg(test)]
    fn check(&self) -> Result<(), KnowledgeError> {
        fn failure<T>(table: &Table<T>) -> Result<(), KnowledgeError> {
            table.as_ref().map(|_| ()).map_err(Clone::clone)
        }
        failure(&self.sources)?;
        failure(&self.bundled)?;
        failure(&self.capabilities)?;
        failure(&self.commands)?;
        failure(&self.codes)?;
        failure(&self.database_fields)?;
        self.platforms.get_or_init(families::load).as_ref().map_err(Clone::clone)?;
        failure(&self.versioned)?;
        failure(&self.providers)?;
        failure(&self.releases)
    }

    /// The modules that come with clusters.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let names: Vec<_> = Knowledge::builtin().bundled_modules().iter().map(|module| module.module_name.as_str()).collect();
    /// assert_eq!(names, ["search", "ReJSON", "timeseries", "bf", "graph", "redisgears_2"]);
    /// ```
    pub fn bundled_modules(&self) -> &[BundledModule] {
        self.bundled.as_deref().unwrap_or_default()
    }

    /// Every field of a database that matters to modules.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let field = &Knowledge::builtin().database_fields()[1];
    /// assert_eq!((field.name.as_str(), field.kind.expected()), ("data_persistence", "one of disabled, snapshot, aof".into()));
    /// ```
    pub fn database_fields(&self) -> &[DatabaseField] {
        self.database_fields.as_deref().unwrap_or_default()
    }

    /// Every known capability, those of the reference packer first.
    pub fn capabilities(&self) -> &[Capability] {
        self.capabilities.as_deref().unwrap_or_default()
    }

    /// A capability by its exact name.
    ///
    /// ```
    /// use ramp_core::knowledge::{CapabilityStanding, Knowledge};
    ///
    /// let tables = Knowledge::builtin();
    /// assert_eq!(tables.capability("types").unwrap().standing, CapabilityStanding::Reference);
    /// assert_eq!(tables.capability("asm").unwrap().standing, CapabilityStanding::Later);
    /// assert!(tables.capability("Types").is_none());
    /// ```
    pub fn capability(&self, name: &str) -> Option<&Capability> {
        self.capabilities().iter().find(|capability| capability.name == name)
    }

    /// What a cluster answers about modules apart from the upload: to deletion, to databases, when it starts.
    pub fn codes(&self) -> &[Code] {
        self.codes.as_deref().unwrap_or_default()
    }

    /// The rows of a code; it can have one for each area in which it is answered.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert_eq!(Knowledge::builtin().codes_named("module_in_use").count(), 1);
    /// assert_eq!(Knowledge::builtin().codes_named("missing_module").count(), 2);
    /// assert_eq!(Knowledge::builtin().codes_named("no_module").count(), 0);
    /// ```
    pub fn codes_named(&self, code: &str) -> impl Iterator<Item = &Code> {
        self.codes().iter().filter(move |row| row.code == code)
    }

    /// The commands of Redis itself, by the versions that brought them.
    pub fn redis_commands(&self) -> &[RedisCommands] {
        self.commands.as_deref().unwrap_or_default()
    }

    /// The Redis version, as major.minor, that first had a command of that name; letter case does not matter.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert_eq!(Knowledge::builtin().command_since("HGETEX"), Some("8.0"));
    /// assert_eq!(Knowledge::builtin().command_since("hello.greet"), None);
    /// ```
    pub fn command_since(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        // A module can list as many commands as its metadata holds: the names of a row are in order.
        let has = |row: &&RedisCommands| row.names.binary_search(&name).is_ok();
        self.redis_commands().iter().find(has).map(|row| row.since.as_str())
    }

    /// Every known platform, by family and in ascending order.
    pub fn platforms(&self) -> &[Platform] {
        self.tables().map(|tables| tables.platforms.as_slice()).unwrap_or_default()
    }

    /// All families together, read when first asked for.
    fn tables(&self) -> Option<&families::Tables> {
        self.platforms.get_or_init(families::load).as_ref().ok()
    }

    /// A platform by its id or another of its names; case and spaces do not matter.
    ///
    /// To hold a name against what `module.json` should say, compare it with [`Platform::id`].
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let id = |name| Knowledge::builtin().platform(name).map(|platform| platform.id.as_str());
    /// assert_eq!(id("RHEL 9"), Some("rhel9"));
    /// assert_eq!(id("rocky9.4"), Some("rhel9"));
    /// assert_eq!(id("ubuntu22.04"), Some("ubuntu22"));
    /// assert_eq!(id("jammy"), Some("ubuntu22"));
    /// assert_eq!(id("ubuntu22.10"), None);
    /// ```
    pub fn platform(&self, id_or_alias: &str) -> Option<&Platform> {
        // Once all are read, there is no family to be chosen.
        let one = if self.platforms.get().is_none() { self.families.find(id_or_alias) } else { None };
        one.or_else(|| self.tables()?.find(id_or_alias))
    }

    /// The platform that a name was probably meant to be, where no platform has it: written in another order, with other
    /// separators, or misspelt.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let meant = |name| Knowledge::builtin().meant_platform(name).map(|platform| platform.id.as_str());
    /// for name in ["ubuntu-22", "ubuntu2204", "22ubuntu", "Ubuntu 22.04 LTS", "Linux-ubuntu22.04", "unbuntu22", "jamy"] {
    ///     assert_eq!(meant(name), Some("ubuntu22"), "{name}");
    /// }
    /// for name in ["rhel-9", "redhat9", "RockyLinux_9.4", "centos-stream9", "rhle9"] {
    ///     assert_eq!(meant(name), Some("rhel9"), "{name}");
    /// }
    /// assert_eq!(meant("amazon-linux-2023"), Some("amzn2023"));
    /// assert_eq!(meant("ubuntu-22.10"), None);
    /// assert_eq!(meant("windows11"), None);
    /// ```
    pub fn meant_platform(&self, name: &str) -> Option<&Platform> {
        self.platform(name).or_else(|| spelling::meant(self.platforms(), name))
    }

    /// Whether the tables know a shared library, by its SONAME: some platform offers it, or is known not to.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert!(Knowledge::builtin().knows_library("libssl.so.10"));
    /// assert!(!Knowledge::builtin().knows_library("libssl-63597a81.so.3"));
    /// ```
    pub fn knows_library(&self, soname: &str) -> bool {
        self.families.iter().any(|platform| platform.library(soname).is_some())
    }

    /// Whether a shared library, by its SONAME, is known to give every symbol that it exports a version.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert!(Knowledge::builtin().versions_all_symbols("libc.so.6"));
    /// assert!(!Knowledge::builtin().versions_all_symbols("libz.so.1"));
    /// ```
    pub fn versions_all_symbols(&self, soname: &str) -> bool {
        self.versioned(soname).is_some()
    }

    fn versioned(&self, soname: &str) -> Option<&versioned::Versioned> {
        let rows = self.versioned.as_ref().ok()?;
        rows.versioned.iter().find(|row| row.sonames.iter().any(|name| name == soname))
    }

    /// Whether one of glibc's libraries, by its SONAME, has a symbol version, by its full name, in any release; nothing where the table
    /// does not say: of other libraries, and of newer versions than it has.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let has = |soname, version| Knowledge::builtin().defines_version("x86_64", soname, version);
    /// assert_eq!(has("libm.so.6", "GLIBC_2.29"), Some(true));
    /// assert_eq!(has("libm.so.6", "GLIBC_2.14"), Some(false));
    /// assert_eq!(has("libc.so.6", "GLIBC_2.14"), Some(true));
    /// assert_eq!(has("libm.so.6", "GLIBC_2.99"), None);
    /// assert_eq!(has("libz.so.1", "ZLIB_1.2.0"), None);
    /// ```
    pub fn defines_version(&self, arch: &str, soname: &str, name: &str) -> Option<bool> {
        self.versioned.as_ref().ok()?.defines(arch, soname, name)
    }

    /// Whether every `redis-server` has a shared library loaded, whatever the module names.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert!(Knowledge::builtin().is_loaded_anyway("libm.so.6"));
    /// assert!(!Knowledge::builtin().is_loaded_anyway("libz.so.1"));
    /// ```
    pub fn is_loaded_anyway(&self, soname: &str) -> bool {
        self.versioned(soname).is_some_and(|row| row.server)
    }

    /// Whether `other` may be loaded because `soname` is: of some libraries it is known what they need themselves, of the rest it is not.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert!(Knowledge::builtin().may_bring("libssl.so.3", "libcrypto.so.3"));
    /// assert!(Knowledge::builtin().may_bring("libmine.so.1", "libz.so.1"));
    /// assert!(!Knowledge::builtin().may_bring("libc.so.6", "libz.so.1"));
    /// ```
    pub fn may_bring(&self, soname: &str, other: &str) -> bool {
        self.versioned(soname).is_none_or(|row| row.brings.iter().any(|brought| brought == other))
    }

    /// What is known of a shared library that a running program cannot load.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// assert_eq!(Knowledge::builtin().preloaded("libasan.so.8").unwrap().what, "the runtime of a sanitizer");
    /// assert!(Knowledge::builtin().preloaded("libubsan.so.1").is_none());
    /// ```
    pub fn preloaded(&self, soname: &str) -> Option<&Preloaded> {
        let rows = self.versioned.as_ref().ok()?;
        rows.preloaded.iter().find(|row| row.sonames.iter().any(|name| name == soname))
    }

    /// The library that has a function, where that is known by its name.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let of = |function| Knowledge::builtin().provider(function).map(|row| (row.soname.as_str(), row.link.as_str()));
    /// assert_eq!(of("compressBound"), Some(("libz.so.1", "-lz")));
    /// assert_eq!(of("curl_easy_init"), Some(("libcurl.so.4", "-lcurl")));
    /// assert_eq!(of("my_helper"), None);
    /// ```
    pub fn provider(&self, function: &str) -> Option<&Provider> {
        self.providers().iter().find(|row| row.has(function))
    }

    /// The libraries that are known by names of their functions.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let bringing = Knowledge::builtin().providers().iter().filter(|row| row.brings);
    /// assert_eq!(bringing.map(|row| row.stem()).collect::<Vec<_>>(), ["libcurl", "libldap"]);
    /// ```
    pub fn providers(&self) -> &[Provider] {
        self.providers.as_deref().unwrap_or_default()
    }

    /// What the symbol versions that are names stand for.
    pub fn nodes(&self) -> &[NodeMeaning] {
        self.tables().map(|tables| tables.nodes.as_slice()).unwrap_or_default()
    }

    /// What one such name stands for, and how to build without it.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let node = Knowledge::builtin().node("GLIBC_ABI_DT_RELR").unwrap();
    /// assert!(node.help.contains("nopack-relative-relocs"));
    /// ```
    pub fn node(&self, name: &str) -> Option<&NodeMeaning> {
        self.nodes().iter().find(|node| node.name == name)
    }

    /// Every known line of cluster releases, in ascending order.
    pub fn releases(&self) -> &[Release] {
        self.releases.as_deref().unwrap_or_default()
    }

    /// A line of releases by its name, by a cluster version, or `latest`.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    ///
    /// let name = |asked| Knowledge::builtin().release(asked).map(|release| release.name.as_str());
    /// assert_eq!(name("7.22"), Some("7.22"));
    /// assert_eq!(name("7.22.0-28"), Some("7.22"));
    /// assert_eq!(name("latest"), Some("8.2"));
    /// assert_eq!(name("9.9"), None);
    /// ```
    pub fn release(&self, name: &str) -> Option<&Release> {
        releases::find(self.releases(), name)
    }

    /// What a key in a row's [`Sources`] stands for.
    pub fn source(&self, key: &str) -> Option<&str> {
        self.sources.as_ref().ok()?.get(key).map(String::as_str)
    }
}
