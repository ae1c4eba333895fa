//! What is said of a manifest.

use std::fmt;

use crate::assemble::{AssembleError, PackWarning};
use crate::expand::ExpandError;
use crate::manifest::{ManifestProblem, ManifestWarning, Oddity, Position};
use ramp_core::{Finding, Level};

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
    /// The value of a key cannot be used.
    Unusable(ManifestProblem),
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
            What::Unreadable(_) | What::Unusable(_) | What::NotMade(_) | What::NotExpanded(_) | What::NotJudged(_) => {
                Level::Error
            }
            What::NotUsed { .. } => Level::Note,
            What::Made(warning) => warning.level(),
            What::Found(finding) if finding.group.is_of_bundle() => finding.level,
            What::Found(finding) => finding.level.min(Level::Warning),
        }
    }

    /// Whether it is less than an error only because it does not keep packing from its end: `ramp validate` fails for it, and so does
    /// packing where every error counts.
    pub fn fails_validation(&self) -> bool {
        match &self.what {
            What::Odd(warning) => warning.fails_validation(),
            What::Found(finding) => finding.level == Level::Error && self.level() < Level::Error,
            _ => false,
        }
    }
}

impl What {
    /// The rule by which it is said: of [`REMARKS`](super::REMARKS), or of `ramp-core`.
    pub fn rule(&self) -> &str {
        match self {
            Self::Unreadable(_) => "manifest-unreadable",
            Self::Unusable(ManifestProblem::WrongType { .. }) => "key-type",
            Self::Unusable(_) => "value-unreadable",
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
            Self::Unreadable(problem) => write!(f, "{problem}; nothing else was checked"),
            Self::Unusable(problem) => problem.fmt(f),
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
