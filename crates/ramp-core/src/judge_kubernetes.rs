//! The front door for manifests: what they say, bundles and a policy in, findings out.

use crate::gate_report::GateReport;
use crate::kubernetes::{Bundle, Manifests};
use crate::policy::Policy;
use crate::rules;
use crate::target::Target;

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
pub fn judge_kubernetes(manifests: &Manifests, bundles: &[Bundle], target: &Target, policy: &Policy) -> GateReport {
    GateReport::new(rules::check_kubernetes(manifests, bundles, target), policy)
}
