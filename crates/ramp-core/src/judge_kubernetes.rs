//! The front door for manifests: what they say, bundles and a policy in, findings out.

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::kubernetes::{Bundle, Manifests};
use crate::level::FailOn;
use crate::policy::Policy;
use crate::policy_name::PolicyName;
use crate::rules;
use crate::target::Target;

/// The judgement of the manifests of a cluster on Kubernetes. There is a gate, and no answer: nothing is uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct KubernetesReport {
    /// The policy they were judged by.
    pub policy: PolicyName,
    /// The level of finding from which on they do not pass.
    pub fail_on: FailOn,
    /// Whether nothing stands at or above `fail_on`.
    pub passed: bool,
    /// Everything that was found, always in the same order.
    pub findings: Vec<Finding>,
}

/// Judges manifests, and the bundles that they are to load, which were judged against that target.
///
/// A bundle belongs to the item of `spec.userDefinedModules` whose URL ends in its name, else to one with its module's name.
///
/// ```
/// use std::sync::Arc;
/// use ramp_core::kubernetes::{Cluster, Identity, Kind, Manifests, Place, UserDefinedModule};
/// use ramp_core::{Policy, Target, judge_kubernetes};
///
/// let place = |line| Place { file: Arc::from("rec.yaml"), line, column: 1 };
/// let cluster = Cluster {
///     identity: Identity {
///         kind: Kind::Cluster,
///         name: "rec".to_owned(),
///         namespace: None,
///         written: Vec::new(),
///         api_version: None,
///         place: place(1),
///     },
///     version_tag: None,
///     auto_upgrade: None,
///     secrets_in_vault: false,
///     modules: vec![UserDefinedModule { place: place(7), name: None, sources: Vec::new() }],
/// };
/// let manifests = Manifests { clusters: vec![cluster], ..Manifests::default() };
/// let report = judge_kubernetes(&manifests, &[], &Target::default(), &Policy::strict());
/// let incomplete = report.findings.iter().find(|finding| finding.rule == "kubernetes-module-incomplete").unwrap();
/// assert_eq!(incomplete.location.as_ref().unwrap().to_string(), "rec.yaml:7:1");
/// assert!(!report.passed);
/// ```
pub fn judge_kubernetes(
    manifests: &Manifests,
    bundles: &[Bundle],
    target: &Target,
    policy: &Policy,
) -> KubernetesReport {
    let findings = policy.apply(rules::check_kubernetes(manifests, bundles, target));
    let fail_on = policy.fail_on();
    let passed = !findings.iter().any(|finding| fail_on.fails(finding.level));
    KubernetesReport { policy: policy.name(), fail_on, passed, findings }
}
