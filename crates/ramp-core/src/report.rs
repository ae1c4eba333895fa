//! What came of checking a bundle.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::answer::{Answer, Declared, Refusal};
use crate::consequences::Consequences;
use crate::finding::{Finding, Observation};
use crate::level::{FailOn, Level};
use crate::metadata::Value;
use crate::module::ModuleFacts;
use crate::policy::Policy;
use crate::policy_name::PolicyName;
use crate::target::Target;

/// The judgement of one bundle. It makes two statements, and never mixes them:
///
/// - the [answer](Self::answer) is what the cluster would answer to the upload; bundle and target decide it, and no policy;
/// - the gate ([`passed`](Self::passed)) is whether anything stands at or above the policy's [`FailOn`].
///
/// ```
/// use std::io::Cursor;
/// use ramp_core::{Policy, Target, validate};
/// # use ramp_fixtures::bundle::BundleBuilder;
/// # let bundle = BundleBuilder::good().set("sha256", "0".repeat(64)).build();
///
/// // A bundle whose `sha256` is not the module's: clusters take it, and the gate does not.
/// let report = validate(Cursor::new(bundle), &Target::named("7.22")?, &Policy::strict())?;
/// assert!(report.answer().accepted());
/// assert!(!report.passed());
/// assert_eq!(report.refusal().unwrap().rule, "module-sha256");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Serialises to one result of the command's JSON, but for the name of the bundle, which a library does not know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    policy: PolicyName,
    /// The level of finding from which on the bundle does not pass.
    fail_on: FailOn,
    target: Target,
    /// What the cluster would answer.
    answer: Answer,
    /// Whether nothing that counts stands at or above `fail_on`.
    passed: bool,
    findings: Vec<Finding>,
    /// `module.json` as it was read, as deep as readers of JSON go, and no longer than half a megabyte: what is deeper than 60 levels
    /// is the text `…`, which stands for what was left out, too.
    #[serde(serialize_with = "excerpt")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    metadata: Option<Arc<Value>>,
    #[cfg_attr(feature = "schema", schemars(with = "Option<ModuleFacts>"))]
    module: Option<Arc<ModuleFacts>>,
}

impl Report {
    /// What a policy makes of what the rules have observed; the answer is made of the observations themselves.
    pub(crate) fn new(
        observations: Vec<Observation>,
        target: &Target,
        policy: &Policy,
        metadata: Option<Arc<Value>>,
        module: Option<Arc<ModuleFacts>>,
        declared: Declared<'_>,
    ) -> Self {
        let (answer, fail_on) = (Answer::of(&observations, target, declared), policy.fail_on());
        let findings = policy.apply(observations);
        let passed = !findings.iter().any(|finding| finding.fails(fail_on));
        let (policy, target) = (policy.name(), target.clone());
        Self { policy, fail_on, target, answer, passed, findings, metadata, module }
    }

    /// The policy it was judged by.
    pub const fn policy(&self) -> PolicyName {
        self.policy
    }

    /// What it was checked against.
    pub const fn target(&self) -> &Target {
        &self.target
    }

    /// What the cluster would answer to the upload. No policy changes it.
    ///
    /// Where the target [is unknown](Target::is_unknown) no cluster was named, and it is the answer of the unpacker alone.
    pub const fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The gate: whether no finding that counts stands at or above [`fail_on`](Self::fail_on). What is
    /// [suppressed](Finding::suppressed) does not count.
    pub const fn passed(&self) -> bool {
        self.passed
    }

    /// The level of finding from which on the bundle does not pass.
    pub const fn fail_on(&self) -> FailOn {
        self.fail_on
    }

    /// For servers that enforce a policy: what such a server answers; `None` where the cluster would accept and the gate passes.
    ///
    /// Where the cluster refuses, that is its answer. Else the gate's: `os_not_supported` for what would not load, `invalid_module`
    /// for the rest.
    pub fn refusal(&self) -> Option<Refusal> {
        if let Some(refusal) = self.answer.refusal() {
            return Some(refusal.clone());
        }
        let stands = self.findings.iter().filter(|finding| finding.fails(self.fail_on));
        let endpoint = self.target.known_endpoint();
        stands.map(|finding| Refusal::enforced(finding, endpoint)).min_by_key(|refusal| refusal.error_code)
    }

    /// Everything that was found, always in the same order: what decides the answer first, by upload code; then by rule.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Those findings that are shown where not all are: without what may follow from another one, and what is suppressed.
    ///
    /// ```
    /// use std::io::Cursor;
    /// use ramp_core::{Policy, Target, validate};
    /// # let mut bundle = ramp_fixtures::bundle::BundleBuilder::good().build();
    ///
    /// bundle[60] ^= 0xFF;
    /// let report = validate(Cursor::new(bundle), &Target::default(), &Policy::strict())?;
    /// assert!(report.shown().iter().all(|finding| finding.follows.is_none()));
    /// assert!(!report.shown().is_empty() && report.shown().len() < report.findings().len());
    /// # Ok::<(), ramp_core::Error>(())
    /// ```
    pub fn shown(&self) -> Vec<&Finding> {
        let consequences = Consequences::of(&self.findings);
        self.findings.iter().filter(|finding| consequences.shows(finding)).collect()
    }

    /// The gravest level among the findings that count.
    pub fn worst(&self) -> Option<Level> {
        self.findings.iter().filter(|finding| finding.suppressed.is_none()).map(|finding| finding.level).max()
    }

    /// `module.json` as it was read, whole; the report's JSON has its [excerpt](Value::excerpt).
    pub fn metadata(&self) -> Option<&Value> {
        self.metadata.as_deref()
    }

    /// What the module is.
    pub fn module(&self) -> Option<&ModuleFacts> {
        self.module.as_deref()
    }
}

/// Metadata as reports show it.
#[expect(clippy::ref_option, reason = "serde calls it so")]
fn excerpt<S: Serializer>(metadata: &Option<Arc<Value>>, serializer: S) -> Result<S::Ok, S::Error> {
    metadata.as_deref().map(Value::excerpt).serialize(serializer)
}
