//! What findings are made of: rules, places, numbers.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::cure::{Cure, Repair};
use crate::datum::Data;
use crate::endpoint::{Endpoint, Part};
use crate::error_code::UploadErrorCode;
use crate::group::Group;
use crate::layout::{METADATA_NAME, pointer};
use crate::level::{FailOn, Level};
use crate::policy_name::PolicyName;
use crate::suppression::Suppression;

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
    /// The `error_code` that a cluster answers for it; only rules of the groups unpack and target have one.
    pub error_code: Option<UploadErrorCode>,
    /// The unpacker's finer code.
    pub reason: Option<&'static str>,
    /// What of an upload it is about: from 8.0 on, that says which of the two requests is answered with the code.
    pub part: Part,
    /// The endpoints through which a cluster can answer for it.
    pub endpoints: &'static [Endpoint],
    /// What it says, in one line.
    pub title: &'static str,
    /// What it looks at.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What to do about it.
    pub help: &'static str,
    /// What trips it.
    pub example: &'static str,
    /// The keys that its findings' [`data`](Finding::data) may have, and what stands under each.
    pub data: &'static [(&'static str, &'static str)],
    /// Whether it can be put right without a guess, and how.
    pub repair: Repair,
}

impl Rule {
    /// A rule without its prose, which each declaration adds.
    pub(crate) const fn new(
        id: &'static str,
        group: Group,
        strict_level: Level,
        error_code: Option<UploadErrorCode>,
        title: &'static str,
    ) -> Self {
        let (what, why, help, example, data) = ("", "", "", "", &[]);
        let (reason, part, endpoints, repair) = (None, Part::Bundle, Endpoint::ALL, Repair::Never);
        Self {
            id,
            group,
            strict_level,
            error_code,
            reason,
            part,
            endpoints,
            title,
            what,
            why,
            help,
            example,
            data,
            repair,
        }
    }

    /// The level under a policy: hardening (archive, integrity, load, schema, kubernetes) only warns under `reference`.
    pub fn level(&self, policy: PolicyName) -> Level {
        match (policy, self.group) {
            (
                PolicyName::Reference,
                Group::Archive | Group::Integrity | Group::Load | Group::Schema | Group::Kubernetes,
            ) => self.strict_level.min(Level::Warning),
            _ => self.strict_level,
        }
    }
}

/// Where a finding points.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Location {
    /// Name of the entry in the zip.
    pub entry: Option<String>,
    /// JSON pointer (RFC 6901) into `module.json`.
    pub pointer: Option<String>,
    /// Offset in the bundle, in bytes.
    pub offset: Option<u64>,
    /// Another file than the bundle, such as a manifest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in that file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column in that line, in characters, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u64>,
}

impl Location {
    /// A place in `module.json`, as a JSON pointer.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { entry: Some(METADATA_NAME.to_owned()), pointer: Some(pointer.into()), ..Self::default() }
    }

    /// A member at the top of `module.json`, by its key.
    ///
    /// ```
    /// use ramp_core::Location;
    ///
    /// assert_eq!(Location::key("a/b").pointer.as_deref(), Some("/a~1b"));
    /// ```
    pub fn key(key: &str) -> Self {
        Self::pointer(pointer([key]))
    }

    /// An entry of the zip.
    pub fn entry(name: impl Into<String>) -> Self {
        Self { entry: Some(name.into()), ..Self::default() }
    }

    /// An offset in the bundle.
    pub fn offset(offset: u64) -> Self {
        Self { offset: Some(offset), ..Self::default() }
    }

    /// A place in another file than the bundle; both numbers count from 1.
    ///
    /// ```
    /// use ramp_core::Location;
    ///
    /// assert_eq!(Location::in_file("rec.yaml", 12, 5).to_string(), "rec.yaml:12:5");
    /// ```
    pub fn in_file(file: impl Into<String>, line: u64, column: u64) -> Self {
        Self { file: Some(file.into()), line: Some(line), column: Some(column), ..Self::default() }
    }

    /// Another file than the bundle.
    pub fn file(file: impl Into<String>) -> Self {
        Self { file: Some(file.into()), ..Self::default() }
    }

    /// What of this place is in the bundle.
    #[must_use]
    pub fn within_bundle(&self) -> Self {
        Self { file: None, line: None, column: None, ..self.clone() }
    }

    /// This place, and one in the `module.json` of a bundle.
    pub(crate) fn and_key(mut self, key: &str) -> Self {
        (self.entry, self.pointer) = (Some(METADATA_NAME.to_owned()), Some(pointer([key])));
        self
    }

    /// Whether it points nowhere in particular.
    pub const fn is_empty(&self) -> bool {
        self.entry.is_none() && self.pointer.is_none() && self.offset.is_none() && self.file.is_none()
    }
}

impl fmt::Display for Location {
    /// `module.json#/version`, `deps/a.tgz, offset 1234`, `rec.yaml:12:5`, `rec.yaml:12:5 module.json#/commands`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{}", file.escape_debug())?;
            for number in [self.line, self.column].into_iter().flatten() {
                write!(f, ":{number}")?;
            }
            if self.entry.is_some() {
                f.write_str(" ")?;
            }
        }
        if let Some(entry) = &self.entry {
            write!(f, "{}", entry.escape_debug())?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, "#{}", pointer.escape_debug())?;
        }
        if let Some(offset) = self.offset {
            let named = self.file.is_some() || self.entry.is_some() || self.pointer.is_some();
            write!(f, "{}offset {offset}", if named { ", " } else { "" })?;
        }
        Ok(())
    }
}

/// One observation by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Finding {
    /// Id of the rule.
    pub rule: Cow<'static, str>,
    /// Group of the rule.
    pub group: Group,
    /// How grave it is under the policy in force.
    pub level: Level,
    /// Whether a cluster refuses the upload for it. No policy changes that.
    pub decides_answer: bool,
    /// The `error_code` that the cluster answers for it, where it decides the answer.
    pub error_code: Option<UploadErrorCode>,
    /// The unpacker's finer code.
    pub reason: Option<Cow<'static, str>>,
    /// What is wrong, with the values concerned.
    pub message: String,
    /// The values concerned, for programs: as they are, not escaped; of a long one only the front, with `…` behind.
    ///
    /// Which keys a rule has, and what stands under each, says [`Rule::data`]. One word means the same in all rules:
    ///
    /// | key | value |
    /// |---|---|
    /// | `found`, `claimed`, `expected` | what is there; what is said of it somewhere; what ought to be there |
    /// | `has`, `needs`, `limit` | what there is; what is needed; the most that is taken |
    /// | `other`, `other_offset` | what it collides or disagrees with, and where that is |
    /// | `kind`, `field`, `key`, `id` | what sort of thing it is; a field or table; a key as written; a number by which it goes |
    /// | `size`, `count`, `missing` | bytes; how many; bytes that are not there |
    /// | `start`, `end` | offsets in the bundle, in bytes |
    /// | `position`, `line`, `column` | where in the thing that is spoken of |
    /// | `entry`, `entries`, `member` | entries of the zip; a file in an archive under `deps/` |
    /// | `gzip_offset`, `tar_offset` | offsets in such an archive: in the file, in the tar that comes out of it |
    /// | `index`, `offset`, `address`, `align` | of a module: which segment, section or slice; where, in the file and in memory |
    /// | `method`, `flags`, `mode`, `attributes`, `character` | what headers and names have |
    /// | `module`, `version`, `command`, `capability`, `dependency` | names and versions as the metadata has them |
    /// | `library`, `symbols`, `package`, `path` | what the module asks the loader for, and where that is |
    /// | `platform`, `release`, `nodes`, `since` | an operating system; a version of Redis Software; the numbers of nodes; a version of Redis |
    /// | `bundle`, `cluster`, `database`, `secret`, `url` | of Kubernetes: a bundle's file, objects by their names, where a module is downloaded |
    /// | `suggestion`, `detail` | what was probably meant; more, in words |
    ///
    /// Numbers are numbers, but for checksums, hashes, modes, flags and the identifiers of extra fields, which are text as the
    /// message writes them.
    #[cfg_attr(
        feature = "schema",
        schemars(description = "The values concerned, as they are, by the keys that the rule's page lists.")
    )]
    pub data: Data,
    /// Where.
    pub location: Option<Location>,
    /// What to do about it.
    pub help: String,
    /// Id of the rule that must be seen to first, since this may follow from what it has found.
    pub follows: Option<Cow<'static, str>>,
    /// Why it does not count, where somebody has said so. The answer does not change.
    #[serde(default)]
    pub suppressed: Option<Suppression>,
}

impl Finding {
    /// Whether nothing passes with it, where nothing passes from that level on.
    pub fn fails(&self, fail_on: FailOn) -> bool {
        self.suppressed.is_none() && fail_on.fails(self.level)
    }
}

/// What a rule has found, as it is put right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Curable {
    /// The rule.
    pub rule: &'static Rule,
    /// What is wrong, with the values concerned.
    pub message: String,
    /// Where; it may be empty.
    pub location: Location,
    /// How it is put right.
    pub cure: Cure,
}

/// What a rule has found, before a policy says how grave that is.
#[derive(Debug, Clone)]
pub(crate) struct Observation {
    pub(crate) rule: &'static Rule,
    /// What of the upload it is about.
    pub(crate) part: Part,
    /// Whether it is less than its rule says in general: a note, which decides nothing.
    pub(crate) noted: bool,
    pub(crate) reason: Option<&'static str>,
    pub(crate) message: String,
    pub(crate) data: Data,
    pub(crate) location: Location,
    /// What to do in this very case, where that is not the rule's own help.
    pub(crate) help: Option<String>,
    /// Rules that have said that what was judged is wrong, so that this may follow from it.
    pub(crate) causes: Vec<&'static Rule>,
    /// How it is put right, where that needs no guess.
    pub(crate) cure: Cure,
}

impl Observation {
    /// What the cluster answers for it, where it refuses for it.
    pub(crate) fn error_code(&self) -> Option<UploadErrorCode> {
        self.rule.error_code.filter(|_| !self.noted)
    }
}
