//! The rules: facts in, findings out.
//!
//! A rule is declared beside its check, one file a group and theme. Everything that is said of rules anywhere (the
//! command's `explain` and `rules`, SARIF's rule list, the pages under `docs/rules/`) is made from these
//! declarations.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

mod archive;
mod context;
mod dependency;
mod dependency_archive;
mod integrity;
mod load;
mod metadata;
mod target;
mod unpack;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error_code::UploadErrorCode;
use crate::policy::PolicyName;
use crate::report::Level;

pub(crate) use context::Context;
pub(crate) use target::NO_MODULE;

/// What kind of thing a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// What the reference unpacker rejects.
    Unpack,
    /// A zip that two readers can take in two ways, that is a bomb, or whose names are unsafe.
    Archive,
    /// Damage, and metadata that contradicts the module.
    Integrity,
    /// What does not fit the cluster that is uploaded to.
    Target,
    /// It would upload, and not load.
    Load,
    /// Metadata that will hurt later.
    Metadata,
}

impl Group {
    /// Every group, in the order in which they are judged.
    pub const ALL: [Self; 6] = [Self::Unpack, Self::Archive, Self::Integrity, Self::Target, Self::Load, Self::Metadata];

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unpack => "unpack",
            Self::Archive => "archive",
            Self::Integrity => "integrity",
            Self::Target => "target",
            Self::Load => "load",
            Self::Metadata => "metadata",
        }
    }

    /// What its rules look at, in a few words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Unpack => "what the cluster's unpacker refuses",
            Self::Archive => "a zip that readers can take in different ways",
            Self::Integrity => "damage, and metadata that contradicts the module",
            Self::Target => "what does not fit the cluster",
            Self::Load => "what would upload and not load",
            Self::Metadata => "metadata that will hurt later",
        }
    }
}

impl fmt::Display for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rule {
    /// Its stable id, in kebab-case.
    pub id: &'static str,
    /// Its group.
    pub group: Group,
    /// Its level under the policy `strict`.
    #[serde(rename = "level")]
    pub strict_level: Level,
    /// The `error_code` that a cluster answers for it.
    pub error_code: Option<UploadErrorCode>,
    /// The unpacker's finer code.
    pub reason: Option<&'static str>,
    /// What it says, in one line.
    pub title: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// How to cure it.
    pub cure: &'static str,
    /// What trips it.
    pub example: &'static str,
}

impl Rule {
    /// A rule without its prose, which each declaration adds.
    const fn new(
        id: &'static str,
        group: Group,
        strict_level: Level,
        error_code: Option<UploadErrorCode>,
        title: &'static str,
    ) -> Self {
        Self { id, group, strict_level, error_code, reason: None, title, what: "", why: "", cure: "", example: "" }
    }

    /// A rule for which a bundle is refused.
    const fn refusing(id: &'static str, group: Group, code: UploadErrorCode, title: &'static str) -> Self {
        Self::new(id, group, Level::Error, Some(code), title)
    }

    /// The level under a policy: hardening (archive, integrity, load) only warns under `reference`.
    pub fn level(&self, policy: PolicyName) -> Level {
        match (policy, self.group) {
            (PolicyName::Reference, Group::Archive | Group::Integrity | Group::Load) => {
                self.strict_level.min(Level::Warning)
            }
            _ => self.strict_level,
        }
    }
}

/// Every rule, in the order in which they are judged and reported.
///
/// ```
/// use ramp_core::rules;
///
/// assert!(rules::all().any(|rule| rule.id == "module-version-missing"));
/// ```
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [
        unpack::RULES,
        archive::RULES[0],
        archive::RULES[1],
        archive::RULES[2],
        dependency_archive::RULES,
        dependency_archive::MEMBER_RULES,
        integrity::RULES,
        integrity::MODULE_RULES,
        target::RULES,
        load::MODULE_RULES,
        load::SYMBOL_RULES,
        load::LIBRARY_RULES,
        metadata::DOCUMENT_RULES,
        metadata::VERSION_RULES,
        metadata::NAME_RULES,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// The id that is closest to a misspelt one, if any is close.
pub fn suggest(id: &str) -> Option<&'static str> {
    closest(all().map(|rule| rule.id), id)
}

/// The candidate that is closest to a misspelt word, if any is close.
fn closest<'a>(candidates: impl Iterator<Item = &'a str>, word: &str) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(candidate, word), candidate))
        .filter(|(similarity, _)| *similarity > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// Judges by all rules.
pub(crate) fn check(context: &mut Context<'_>) {
    unpack::check(context);
    target::check_cluster(context);
    let Ok(archive) = &context.facts.archive else { return };
    archive::check(context, archive);
    // Before whatever looks into entries.
    integrity::check_contents(context, archive);
    dependency_archive::check(context, archive);
    integrity::check(context, archive);
    target::check(context, archive);
    load::check(context, archive);
    metadata::check(context, archive);
}
