//! What is said of a manifest.

use std::fmt;

use crate::assemble::{AssembleError, PackWarning};
use crate::expand::ExpandError;
use crate::manifest::{ManifestProblem, ManifestWarning, Oddity, Position};
use ramp_core::{Finding, Level};

/// The rules of remarks that are not rules of `ramp-core`, and what each says.
pub const REMARKS: &[(&str, &str)] = &[
    ("manifest-unreadable", "It is not YAML, or not a mapping of keys to values: nothing can be packed with it."),
    (
        "key-unknown",
        "The packer does not know the key, and ignores it. Where another was probably meant, that is named.",
    ),
    ("key-twice", "A key appears twice; the last value counts."),
    (
        "key-type",
        "A value is of a type other than the key's: a list where text belongs cannot be packed; a number is packed as it is.",
    ),
    ("key-not-used", "The module itself says this; the manifest is not asked."),
    ("version-default", "A version that decides where the module can be used is not set, and is a default."),
    ("metadata-not-made", "A value cannot be worked with: a dependency without its digest, a name that is a path."),
    ("command-unused", "A command that is overridden, added or excluded does not come out as the manifest says it."),
    ("architecture-spelling", "The architecture is written otherwise than clusters do; it is packed as they do."),
    ("module-file-name", "`module_file` is not the name of a module; it is packed under one that ends in `.so`."),
    ("os-name", "`os` names a distribution, and not a kind of system."),
    ("local-path-unused", "An optional dependency has a `local_path`, which is not packed."),
    ("local-path-missing", "What a `local_path` names is not there, here and now."),
    ("expression", "Text in braces is neither a variable of the environment nor a brace."),
    ("variable-not-set", "A variable of the environment is not set, here and now."),
    ("metadata-not-judged", "The metadata could not be judged."),
];

/// Something to say of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remark {
    /// Where: the key, or the value; `None` where the manifest does not have what it is about.
    pub position: Option<Position>,
    /// What.
    pub what: What,
}

/// What is said of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// It cannot be read.
    Unreadable(ManifestProblem),
    /// A key or a value is odd.
    Odd(ManifestWarning),
    /// The module says what this field is, whatever the manifest has.
    NotUsed {
        /// The field.
        field: &'static str,
    },
    /// No metadata can be made with it.
    NotMade(AssembleError),
    /// What there is to know about the metadata that would be made.
    Made(PackWarning),
    /// Arguments or a path have an expression that cannot be expanded.
    NotExpanded(ExpandError),
    /// What a `local_path` names is not there.
    NotThere {
        /// The dependency.
        name: String,
        /// The path, expanded.
        path: String,
    },
    /// Something is wrong with the metadata that would be made.
    Found(Box<Finding>),
    /// The metadata could not be judged.
    NotJudged(String),
}

impl Remark {
    pub(super) fn new(position: Option<Position>, what: What) -> Self {
        Self { position, what }
    }

    /// How grave it is for packing: an error where no bundle would be written.
    pub fn level(&self) -> Level {
        match &self.what {
            What::NotExpanded(ExpandError::NotSet { .. }) | What::NotThere { .. } | What::Odd(_) => Level::Warning,
            What::Unreadable(_) | What::NotMade(_) | What::NotExpanded(_) | What::NotJudged(_) => Level::Error,
            What::NotUsed { .. } => Level::Note,
            What::Made(warning) => warning.level(),
            What::Found(finding) if finding.group.is_of_bundle() => finding.level,
            What::Found(finding) => finding.level.min(Level::Warning),
        }
    }
}

impl What {
    /// The rule by which it is said: of [`REMARKS`], or of `ramp-core`.
    pub fn rule(&self) -> &str {
        match self {
            Self::Unreadable(ManifestProblem::WrongType { .. }) => "key-type",
            Self::Unreadable(_) => "manifest-unreadable",
            Self::Odd(warning) => match warning.oddity {
                Oddity::Duplicate { .. } => "key-twice",
                Oddity::Unknown { .. } => "key-unknown",
                Oddity::WrongType { .. } => "key-type",
            },
            Self::NotUsed { .. } => "key-not-used",
            Self::NotMade(_) => "metadata-not-made",
            Self::Made(warning) => match warning {
                PackWarning::Default { .. } => "version-default",
                PackWarning::ArchitectureSpelling { .. } => "architecture-spelling",
                PackWarning::ModuleFile { .. } => "module-file-name",
                PackWarning::OsName { .. } => "os-name",
                PackWarning::OptionalNotEmbedded { .. } => "local-path-unused",
                PackWarning::Overruled { .. } | PackWarning::NotOfModule { .. } => "key-not-used",
                PackWarning::CommandWithoutName { .. }
                | PackWarning::OverrideUnused { .. }
                | PackWarning::OverrideAmbiguous { .. }
                | PackWarning::ExcludeCase { .. }
                | PackWarning::ExcludeUnknown { .. }
                | PackWarning::AddedTwice { .. } => "command-unused",
            },
            Self::NotExpanded(ExpandError::NotSet { .. }) => "variable-not-set",
            Self::NotExpanded(_) => "expression",
            Self::NotThere { .. } => "local-path-missing",
            Self::Found(finding) => &finding.rule,
            Self::NotJudged(_) => "metadata-not-judged",
        }
    }
}

impl fmt::Display for What {
    /// Without the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(problem) => problem.fmt(f),
            Self::Odd(warning) => f.write_str(&warning.message()),
            Self::NotUsed { field } => write!(f, "`{field}` is not used: the module itself says it"),
            Self::NotMade(error) => error.fmt(f),
            Self::Made(warning) => warning.fmt(f),
            Self::NotExpanded(error) => error.fmt(f),
            Self::NotThere { name, path } => {
                write!(f, "the `local_path` of the dependency `{name}` is `{path}`, which does not exist")
            }
            Self::Found(finding) => f.write_str(&finding.message),
            Self::NotJudged(why) => write!(f, "the metadata cannot be judged: {why}"),
        }
    }
}
