//! What comes of judging what is not uploaded.

use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Observation};
use crate::level::FailOn;
use crate::policy::Policy;
use crate::policy_name::PolicyName;

/// The judgement of what is not uploaded itself, such as manifests of a cluster on Kubernetes. There is a gate, and no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct GateReport {
    /// The policy it was judged by.
    pub policy: PolicyName,
    /// The level of finding from which on it does not pass.
    pub fail_on: FailOn,
    /// Whether nothing that counts stands at or above `fail_on`.
    pub passed: bool,
    /// Everything that was found, always in the same order.
    pub findings: Vec<Finding>,
}

impl GateReport {
    /// What a policy makes of what the rules have observed.
    pub(crate) fn new(observations: Vec<Observation>, policy: &Policy) -> Self {
        let (findings, fail_on) = (policy.apply(observations), policy.fail_on());
        let passed = !findings.iter().any(|finding| finding.fails(fail_on));
        Self { policy: policy.name(), fail_on, passed, findings }
    }
}
