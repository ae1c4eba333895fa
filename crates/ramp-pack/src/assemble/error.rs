//! Why metadata cannot be made, and what people should know about metadata that can.

use ramp_core::text;
use std::fmt;

use ramp_core::Level;
use ramp_core::metadata::{Kind, Value};

/// Who says something about the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClaimedBy {
    /// The manifest.
    Manifest,
    /// The command line.
    Option,
}

impl fmt::Display for ClaimedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Manifest => "the manifest",
            Self::Option => "the command line",
        })
    }
}

/// Why metadata cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AssembleError {
    /// The architecture that is claimed is not the module's.
    #[error("{by} says that the architecture is `{claimed}`, but the module is for {actual}")]
    Architecture {
        /// Who claims it.
        by: ClaimedBy,
        /// What is claimed.
        claimed: String,
        /// What the module's header says.
        actual: String,
    },
    /// Nobody knows the module's architecture.
    #[error("nothing says which architecture the module is for")]
    NoArchitecture,
    /// The system that is claimed is not the module's.
    #[error("{by} says that the operating system is `{claimed}`, but the module is for {actual}")]
    Os {
        /// Who claims it.
        by: ClaimedBy,
        /// What is claimed.
        claimed: String,
        /// What the format of the module says.
        actual: &'static str,
    },
    /// A field that the packer works with has a type that it cannot work with.
    #[error("`{field}` must be {expected}; its type is {found}")]
    Type {
        /// The field, or a JSON pointer below it.
        field: String,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: Kind,
    },
    /// A dependency that is neither embedded nor completely described.
    #[error("the dependency `{name}` of `{field}` has no `{missing}`")]
    Dependency {
        /// `dependencies` or `optional-dependencies`.
        field: &'static str,
        /// Its name, or its number in the list.
        name: String,
        /// The key that is missing.
        missing: &'static str,
    },
    /// A name that would lead out of its folder in the bundle.
    #[error("`{name}` cannot be the name of a file in the bundle")]
    UnsafeName {
        /// The field that has it.
        field: &'static str,
        /// The name.
        name: String,
    },
    /// A version that has no semantic version.
    #[error("the version {version} is negative")]
    NegativeVersion {
        /// The version.
        version: i64,
    },
    /// A value of the command line nests too deep to be written.
    #[error("a value is nested too deep")]
    TooDeep,
}

impl AssembleError {
    /// The field of the manifest that it is about, where it is about one.
    pub fn field(&self) -> Option<&str> {
        Some(match self {
            Self::Type { field, .. } => field.split('/').next().unwrap_or(field),
            Self::Dependency { field, .. } | Self::UnsafeName { field, .. } => field,
            Self::Architecture { by: ClaimedBy::Manifest, .. } => "architecture",
            Self::Os { by: ClaimedBy::Manifest, .. } => "os",
            _ => return None,
        })
    }

    pub(super) fn wrong_type(field: impl Into<String>, expected: &'static str, found: &Value) -> Self {
        Self::Type { field: field.into(), expected, found: found.kind() }
    }
}

/// Refuses what is not the name of one file, with no way out of its folder.
pub(super) fn check_name(field: &'static str, name: &str) -> Result<(), AssembleError> {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\');
    let is_safe = !matches!(name, "" | "." | "..") && name.chars().all(plain);
    if is_safe { Ok(()) } else { Err(AssembleError::UnsafeName { field, name: name.to_owned() }) }
}

/// Something to know about metadata that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackWarning {
    /// Nobody set a version that decides where the module can be used.
    Default {
        /// The field.
        field: &'static str,
        /// Its default.
        value: &'static str,
    },
    /// The manifest sets what the module itself says, and differs.
    Overruled {
        /// The field.
        field: &'static str,
        /// The manifest's value.
        manifest: String,
        /// The value that counts.
        module: String,
    },
    /// A known architecture in another spelling than the cluster's.
    ArchitectureSpelling {
        /// As it was given.
        claimed: String,
        /// As it is written.
        written: String,
    },
    /// The module's file has a name under which the unpacker takes it for no module.
    ModuleFile {
        /// Its own name, or the one that the manifest gives it.
        given: String,
        /// Its name in the bundle.
        packed: String,
    },
    /// `os` names something else than a kind of system.
    OsName {
        /// As it was given.
        claimed: String,
        /// The kind of system that the module is for.
        actual: &'static str,
    },
    /// An override or addition that is not a command object or lacks `command_name`; it was left out.
    CommandWithoutName {
        /// `overide_command` or `add_command`.
        field: &'static str,
        /// Its number in the list, from 0.
        index: usize,
    },
    /// An override that is for no command; it was left out.
    OverrideUnused {
        /// The name it is for.
        name: String,
        /// Why there is no such command.
        why: Unused,
    },
    /// An override for a name that several commands have; it was left out.
    OverrideAmbiguous {
        /// The name.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// A command to be excluded that exists in another letter case only.
    ExcludeCase {
        /// As it was given.
        name: String,
        /// As the module registers it.
        suggestion: String,
    },
    /// A command to be excluded that does not exist.
    ExcludeUnknown {
        /// As it was given.
        name: String,
    },
    /// An option sets what the module was asked for, and answered otherwise.
    NotOfModule {
        /// The field.
        field: &'static str,
        /// What the option says, which counts.
        given: String,
        /// What the module says.
        module: String,
    },
    /// A command was added that was there already.
    AddedTwice {
        /// The name.
        name: String,
    },
    /// An optional dependency has a `local_path`, which is not embedded; it was left out.
    OptionalNotEmbedded {
        /// The dependency.
        name: String,
    },
}

/// Why no command has the name that an override is for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unused {
    /// The module does not have it.
    NoSuchCommand,
    /// It was excluded.
    Excluded,
    /// Names are compared with their letter case.
    LetterCase {
        /// As the module registers it.
        suggestion: String,
    },
}

impl PackWarning {
    /// The field of the manifest that it is about, where it is about one.
    pub fn field(&self) -> Option<&'static str> {
        Some(match self {
            Self::Default { field, .. }
            | Self::Overruled { field, .. }
            | Self::CommandWithoutName { field, .. }
            | Self::NotOfModule { field, .. } => field,
            Self::ArchitectureSpelling { .. } => "architecture",
            Self::ModuleFile { .. } => "module_file",
            Self::OsName { .. } => "os",
            Self::OverrideUnused { .. } | Self::OverrideAmbiguous { .. } => "overide_command",
            Self::ExcludeCase { .. } | Self::ExcludeUnknown { .. } => "exclude_commands",
            Self::AddedTwice { .. } => "add_command",
            Self::OptionalNotEmbedded { .. } => "optional-dependencies",
        })
    }

    /// How grave it is: a note or a warning.
    pub fn level(&self) -> Level {
        match self {
            Self::Default { field, .. } if *field != "compatible_redis_version" => Level::Note,
            Self::ArchitectureSpelling { .. } | Self::Overruled { .. } | Self::ExcludeUnknown { .. } => Level::Note,
            _ => Level::Warning,
        }
    }
}

impl fmt::Display for PackWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default { field: field @ "compatible_redis_version", value } => write!(
                f,
                "`{field}` is not set, so the module will be usable with databases of Redis {value} only, the default"
            ),
            Self::Default { field, value } => write!(f, "`{field}` is not set; its default is {value}"),
            Self::Overruled { field, manifest, module } => {
                write!(f, "the manifest's `{field}` {manifest} is ignored; it is {module}")
            }
            Self::ArchitectureSpelling { claimed, written } => {
                write!(f, "the architecture `{claimed}` is written as `{written}`, which clusters know")
            }
            Self::ModuleFile { given, packed } => write!(
                f,
                "the module `{given}` is packed as `{packed}`: a cluster takes only what ends in `.so` for a module"
            ),
            Self::OsName { claimed, actual } => {
                write!(
                    f,
                    "`os` is `{claimed}`, but the module is for `{actual}`; distributions go in `operating_systems`"
                )
            }
            Self::CommandWithoutName { field, index } => {
                write!(f, "item {} of `{field}` has no `command_name`, and is ignored", index + 1)
            }
            Self::OverrideUnused { name, why } => match why {
                Unused::NoSuchCommand => write!(f, "`overide_command` for `{name}`: the module has no such command"),
                Unused::Excluded => write!(f, "`overide_command` for `{name}`: the command is excluded"),
                Unused::LetterCase { suggestion } => write!(
                    f,
                    "`overide_command` for `{name}`: the module has no such command; letter case counts; did you mean `{suggestion}`?"
                ),
            },
            Self::OverrideAmbiguous { name, count } => {
                write!(f, "`overide_command` for `{name}`: {} have that name", text::count(count, "command"))
            }
            Self::ExcludeCase { name, suggestion } => write!(
                f,
                "`exclude_commands` has `{name}`, but the module has no such command; letter case counts; did you mean `{suggestion}`?"
            ),
            Self::ExcludeUnknown { name } => {
                write!(f, "`exclude_commands` has `{name}`, but the module has no such command")
            }
            Self::NotOfModule { field, given, module } => {
                write!(f, "`{field}` is {given}, as the option says; the module itself says {module}")
            }
            Self::AddedTwice { name } => write!(f, "`add_command` adds `{name}`, which is there already"),
            Self::OptionalNotEmbedded { name } => {
                write!(f, "the optional dependency `{name}` has a `local_path`, but only `dependencies` are embedded")
            }
        }
    }
}
