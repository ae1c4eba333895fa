//! What came of checking a bundle.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::error_code::{Endpoint, UploadErrorCode};
use crate::finding::{Finding, Level, PolicyName};
use crate::metadata::Value;
use crate::module::ModuleFacts;
use crate::target::Target;

/// The one answer that a cluster gives to an upload it refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Refusal {
    /// The `error_code`.
    pub error_code: UploadErrorCode,
    /// The words that the documentation puts beside it.
    pub message: Cow<'static, str>,
    /// The unpacker's finer code.
    pub reason: Option<Cow<'static, str>>,
    /// The HTTP status.
    pub http_status: u16,
}

/// The judgement of one bundle.
///
/// Serialises to one result of the command's JSON, but for the name of the bundle, which a library does not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    policy: PolicyName,
    target: Target,
    accepted: bool,
    error: Option<Refusal>,
    findings: Vec<Finding>,
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    metadata: Option<Value>,
    module: Option<ModuleFacts>,
}

impl Report {
    pub(crate) fn new(
        policy: PolicyName,
        target: Target,
        findings: Vec<Finding>,
        metadata: Option<Value>,
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
    pub const fn metadata(&self) -> Option<&Value> {
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
        message: code.message().into(),
        reason: finding.reason.clone(),
        http_status: code.http_status(endpoint),
    })
}
