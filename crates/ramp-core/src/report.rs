//! What came of checking a bundle.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::bundle::Entry;
use crate::error_code::{Endpoint, UploadErrorCode};
use crate::module::ModuleFacts;
use crate::policy::PolicyName;
use crate::rules::{Group, Rule};
use crate::target::Target;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Will hurt later, or could.
    Warning,
    /// Refused.
    Error,
}

impl Level {
    /// The name used on the command line and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        [Self::Note, Self::Warning, Self::Error]
            .into_iter()
            .find(|l| l.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no level; there are note, warning and error"))
    }
}

/// Where a finding points.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// Name of the entry in the zip.
    pub entry: Option<String>,
    /// JSON pointer into `module.json`.
    pub pointer: Option<String>,
    /// Offset in the bundle, in bytes.
    pub offset: Option<u64>,
}

impl Location {
    /// A place in `module.json`.
    pub fn pointer(pointer: impl Into<String>) -> Self {
        Self { entry: Some(crate::facts::METADATA_NAME.to_owned()), pointer: Some(pointer.into()), offset: None }
    }

    /// An entry of the zip.
    pub fn entry(name: impl Into<String>) -> Self {
        Self { entry: Some(name.into()), ..Self::default() }
    }

    /// An entry of the zip, and its offset there.
    pub(crate) fn of(entry: &Entry) -> Self {
        Self { offset: entry.local_offset, ..Self::entry(&entry.name) }
    }

    /// An offset in the bundle.
    pub fn offset(offset: u64) -> Self {
        Self { offset: Some(offset), ..Self::default() }
    }

    /// Whether it points nowhere in particular.
    pub const fn is_empty(&self) -> bool {
        self.entry.is_none() && self.pointer.is_none() && self.offset.is_none()
    }
}

impl fmt::Display for Location {
    /// `module.json#/version`, `deps/a.tgz@1234`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(entry) = &self.entry {
            write!(f, "{}", entry.escape_debug())?;
        }
        if let Some(pointer) = &self.pointer {
            write!(f, "#{}", pointer.escape_debug())?;
        }
        if let Some(offset) = self.offset {
            write!(f, "@{offset}")?;
        }
        Ok(())
    }
}

/// One observation by one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Id of the rule.
    pub rule: &'static str,
    /// Group of the rule.
    pub group: Group,
    /// How grave it is under the policy in force.
    pub level: Level,
    /// The `error_code` that the cluster answers for it, where it is refused for it.
    pub error_code: Option<UploadErrorCode>,
    /// The unpacker's finer code.
    pub reason: Option<&'static str>,
    /// What is wrong, with the values concerned.
    pub message: String,
    /// Where.
    pub location: Option<Location>,
    /// What to do about it.
    pub help: String,
}

impl Finding {
    /// Whether the bundle is refused for this.
    pub fn refuses(&self) -> bool {
        self.level == Level::Error && self.error_code.is_some()
    }
}

/// The one answer that a cluster gives to an upload it refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Refusal {
    /// The `error_code`.
    pub error_code: UploadErrorCode,
    /// The words that the documentation puts beside it.
    pub message: &'static str,
    /// The unpacker's finer code.
    pub reason: Option<&'static str>,
    /// The HTTP status.
    pub http_status: u16,
}

/// The judgement of one bundle.
///
/// Serialises to one result of the command's JSON, but for the name of the bundle, which a library does not know.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    policy: PolicyName,
    target: Target,
    accepted: bool,
    error: Option<Refusal>,
    findings: Vec<Finding>,
    metadata: Option<serde_json::Value>,
    module: Option<ModuleFacts>,
}

impl Report {
    pub(crate) fn new(
        policy: PolicyName,
        target: Target,
        findings: Vec<Finding>,
        metadata: Option<serde_json::Value>,
        module: Option<ModuleFacts>,
    ) -> Self {
        let error = decide(&findings, target.effective_endpoint());
        Self { policy, target, accepted: error.is_none(), error, findings, metadata, module }
    }

    /// The policy it was judged by.
    pub const fn policy(&self) -> PolicyName {
        self.policy
    }

    /// What it was checked against.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// Whether an upload would be accepted, as far as anyone outside the cluster can tell.
    pub const fn accepted(&self) -> bool {
        self.accepted
    }

    /// The one answer that the cluster would give; `None` where it accepts.
    pub const fn upload(&self) -> Option<&Refusal> {
        self.error.as_ref()
    }

    /// Everything that was found, always in the same order: by upload code, then by rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The gravest level among the findings.
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().map(|f| f.level).max()
    }

    /// `module.json` as it was read.
    pub const fn metadata(&self) -> Option<&serde_json::Value> {
        self.metadata.as_ref()
    }

    /// What the module is.
    pub const fn module(&self) -> Option<&ModuleFacts> {
        self.module.as_ref()
    }
}

/// The first refusing finding by the order of the codes; within one code the findings are in the unpacker's order.
fn decide(findings: &[Finding], endpoint: Endpoint) -> Option<Refusal> {
    let refusing = findings.iter().filter(|f| f.refuses());
    let (code, finding) = refusing.filter_map(|f| Some((f.error_code?, f))).min_by_key(|(code, _)| *code)?;
    Some(Refusal {
        error_code: code,
        message: code.message(),
        reason: finding.reason,
        http_status: code.http_status(endpoint),
    })
}

impl Finding {
    pub(crate) fn of(rule: &'static Rule, level: Level, location: Location, message: String) -> Self {
        Self {
            rule: rule.id,
            group: rule.group,
            level,
            error_code: rule.error_code,
            reason: rule.reason,
            message,
            location: (!location.is_empty()).then_some(location),
            help: rule.cure.to_owned(),
        }
    }
}
