//! All that the module registers.
//!
//! Sources: the rules for names of types and configs were asked of running servers of 7.0 to 8.2.

use std::collections::BTreeSet;

use super::commands::{Commands, Refused};
use crate::played::PlayedVersion;
use ramp_core::module::{DataType, ModuleConfig, Registration};

/// The ACL categories of a server itself.
const CATEGORIES: [&str; 21] = [
    "admin",
    "bitmap",
    "blocking",
    "connection",
    "dangerous",
    "fast",
    "geo",
    "hash",
    "hyperloglog",
    "keyspace",
    "list",
    "pubsub",
    "read",
    "scripting",
    "set",
    "slow",
    "sortedset",
    "stream",
    "string",
    "transaction",
    "write",
];

/// The modules that a version brings, by name.
const PRELOADED: [(&str, (u8, u8)); 1] = [("vectorset", (8, 2))];

/// Flags of configs.
mod config_flag {
    pub(super) const PLAIN: u32 = 0x1 | 0x2 | 0x10 | 0x20 | 0x40;
    pub(super) const MEMORY: u32 = 0x80;
    pub(super) const BITFLAGS: u32 = 0x100;
    pub(super) const UNPREFIXED: u32 = 0x200;
}

/// What a config holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ConfigKind {
    String,
    Bool,
    Numeric,
    Enum,
}

impl ConfigKind {
    fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Bool => "bool",
            Self::Numeric => "numeric",
            Self::Enum => "enum",
        }
    }
}

/// All that the module has registered so far.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) version: PlayedVersion,
    /// Name and version of the module, once it has given them.
    pub(super) attributes: Option<(Vec<u8>, i64)>,
    pub(super) commands: Commands,
    data_types: Vec<DataType>,
    configs: Vec<ModuleConfig>,
    configs_loaded: bool,
    acl_categories: Vec<String>,
    pub(super) shared_apis: BTreeSet<String>,
    pub(super) missing: Vec<String>,
    pub(super) unplayed: BTreeSet<String>,
}

impl Registry {
    pub(super) fn new(version: PlayedVersion) -> Self {
        Self {
            version,
            attributes: None,
            commands: Commands::new(version),
            data_types: Vec::new(),
            configs: Vec::new(),
            configs_loaded: false,
            acl_categories: Vec::new(),
            shared_apis: BTreeSet::new(),
            missing: Vec::new(),
            unplayed: BTreeSet::new(),
        }
    }

    /// Whether the server has a module of that name.
    pub(super) fn is_busy(&self, name: &[u8]) -> bool {
        PRELOADED.iter().any(|(loaded, since)| loaded.as_bytes() == name && self.version.is_from(since.0, since.1))
    }

    /// Name and version; what comes later is passed over.
    pub(super) fn set_attributes(&mut self, name: &[u8], version: i64) {
        self.attributes.get_or_insert_with(|| (name.to_vec(), version));
    }

    /// A data type: its name has nine characters, which RDB files write in six bits each.
    pub(super) fn create_type(&mut self, name: &[u8], encoding_version: i64, methods: u64) -> Result<(), Refused> {
        let name = word(name).filter(|name| name.len() == 9).ok_or(Refused)?;
        let is_taken = self.data_types.iter().any(|known| known.name == name);
        if self.attributes.is_none() || is_taken || methods == 0 || !(0..=1023).contains(&encoding_version) {
            return Err(Refused);
        }
        self.data_types.push(DataType { name, encoding_version });
        Ok(())
    }

    /// A configuration parameter.
    pub(super) fn create_config(
        &mut self,
        name: &[u8],
        kind: ConfigKind,
        flags: u32,
        default: String,
    ) -> Result<(), Refused> {
        let known = config_flag::PLAIN
            | match kind {
                // A server takes for strings what it takes for numbers.
                ConfigKind::String | ConfigKind::Numeric => config_flag::MEMORY,
                ConfigKind::Enum => config_flag::BITFLAGS,
                ConfigKind::Bool => 0,
            }
            | if self.version.is_from(8, 0) { config_flag::UNPREFIXED } else { 0 };
        let unprefixed = flags & known & config_flag::UNPREFIXED != 0;
        if self.attributes.is_none() || flags & !known != 0 || !is_config_name(name, unprefixed) {
            return Err(Refused);
        }
        let name = String::from_utf8_lossy(name).into_owned();
        if self.configs.iter().any(|config| config.name.eq_ignore_ascii_case(&name)) {
            return Err(Refused);
        }
        self.configs.push(ModuleConfig { name, kind: kind.name().to_owned(), default });
        Ok(())
    }

    pub(super) fn configs_are_loaded(&mut self) {
        self.configs_loaded = true;
    }

    /// A category of the module's own.
    pub(super) fn create_category(&mut self, name: &[u8]) -> Result<(), Refused> {
        let name = word(name).ok_or(Refused)?;
        if self.knows_category(&name) {
            return Err(Refused);
        }
        self.acl_categories.push(name);
        Ok(())
    }

    fn knows_category(&self, name: &str) -> bool {
        CATEGORIES.iter().any(|known| known.eq_ignore_ascii_case(name))
            || self.acl_categories.iter().any(|known| known.eq_ignore_ascii_case(name))
    }

    /// Puts a command into categories, of which all must be known.
    pub(super) fn categorize(&mut self, command: usize, categories: &[u8]) -> Result<(), Refused> {
        let text = std::str::from_utf8(categories).map_err(|_| Refused)?;
        let names: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if !names.iter().all(|name| self.knows_category(name)) {
            return Err(Refused);
        }
        self.commands.categorize(command, names)
    }

    /// All of it, or what a server would not take.
    pub(super) fn registration(&self) -> Result<Registration, String> {
        let (name, version) =
            self.attributes.as_ref().ok_or("it does not register a name: it never called SetModuleAttribs")?;
        if name.is_empty() {
            return Err("the module registers an empty name".into());
        }
        if !self.configs.is_empty() && !self.configs_loaded {
            return Err("it registers configs, and never calls LoadConfigs, which a server takes for a failure".into());
        }
        let utf8 = |name: &[u8], what: &str| {
            String::from_utf8(name.to_vec()).map_err(|_| format!("{what} {} is not UTF-8", name.escape_ascii()))
        };
        Ok(Registration {
            module_name: utf8(name, "its name")?,
            version: *version,
            commands: self
                .commands
                .shown()
                .map_err(|name| format!("the name of a command, {}, is not UTF-8", name.escape_ascii()))?,
            data_types: self.data_types.clone(),
            configs: self.configs.clone(),
            acl_categories: self.acl_categories.clone(),
            shared_apis: self.shared_apis.iter().cloned().collect(),
            missing_functions: self.missing.clone(),
            unplayed: self.unplayed.iter().cloned().collect(),
        })
    }
}

/// A name of letters, digits, dashes and underscores.
fn word(name: &[u8]) -> Option<String> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let text = std::str::from_utf8(name).ok()?;
    (!name.is_empty() && name.iter().all(is_part)).then(|| text.to_owned())
}

/// Of an unprefixed one, there may be an alias behind a bar, and a dot in each.
fn is_config_name(name: &[u8], unprefixed: bool) -> bool {
    if !unprefixed {
        return word(name).is_some();
    }
    let parts: Vec<&[u8]> = name.split(|byte| *byte == b'|').collect();
    let is_dotted = |part: &&[u8]| {
        let halves: Vec<&[u8]> = part.splitn(2, |byte| *byte == b'.').collect();
        halves.iter().all(|half| word(half).is_some())
    };
    parts.len() <= 2 && parts.iter().all(is_dotted)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(version: &str) -> Registry {
        let mut registry = Registry::new(version.parse().unwrap());
        registry.set_attributes(b"m", 1);
        registry
    }

    #[test]
    fn types() {
        let mut registry = registry("7.4");
        assert!(registry.create_type(b"TSDB-TYPE", 8, 1).is_ok());
        for (name, encoding, methods) in [
            ("TSDB-TYPE", 8, 1),
            ("short", 1, 1),
            ("ten_letters", 1, 1),
            ("nine lett", 1, 1),
            ("other-ty1", 1024, 1),
            ("other-ty1", 1, 0),
        ] {
            assert_eq!(registry.create_type(name.as_bytes(), encoding, methods), Err(Refused), "{name}");
        }
    }

    #[test]
    fn configs() {
        let plain = |name: &str, kind, flags, version: &str| {
            registry(version).create_config(name.as_bytes(), kind, flags, String::new()).is_ok()
        };
        assert!(plain("a-b", ConfigKind::Bool, 1, "7.0"));
        assert!(!plain("a.b", ConfigKind::Bool, 1, "7.0"));
        assert!(!plain("a", ConfigKind::Bool, 0x80, "7.4"));
        assert!(plain("a", ConfigKind::String, 0x80, "7.4"));
        assert!(plain("a", ConfigKind::Enum, 0x100, "7.4"));
        assert!(!plain("a", ConfigKind::Bool, 0x200, "7.4"));
        assert!(plain("x.a|b", ConfigKind::Bool, 0x200, "8.0"));
        assert!(!plain("x.y.a", ConfigKind::Bool, 0x200, "8.0"));
        let mut registry = registry("7.4");
        registry.create_config(b"a", ConfigKind::Bool, 0, "yes".into()).unwrap();
        assert_eq!(registry.create_config(b"A", ConfigKind::Bool, 0, "no".into()), Err(Refused));
        assert!(registry.registration().unwrap_err().contains("LoadConfigs"));
        registry.configs_are_loaded();
        assert_eq!(registry.registration().unwrap().configs[0].default, "yes");
    }

    #[test]
    fn categories() {
        let mut registry = registry("7.4");
        assert_eq!(registry.create_category(b"write"), Err(Refused));
        assert_eq!(registry.create_category(b"!x"), Err(Refused));
        registry.create_category(b"own").unwrap();
        let declared = super::super::commands::Declared {
            name: b"a",
            flags: b"",
            positions: super::super::keys::Positions::default(),
            is_callable: true,
        };
        let at = registry.commands.create(declared).unwrap();
        assert_eq!(registry.categorize(at, b"read other"), Err(Refused));
        registry.categorize(at, b"read own").unwrap();
        assert_eq!(registry.registration().unwrap().commands[0].acl_categories, ["read", "own"]);
    }
}
