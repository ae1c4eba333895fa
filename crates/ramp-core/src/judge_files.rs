//! The front doors for what is not uploaded: findings, a gate, and no answer.

use crate::gate_report::GateReport;
use crate::policy::Policy;
use crate::release_set::ReleaseSet;
use crate::rules;
use crate::stated::Stated;
use crate::target::Target;
use crate::upgrade::Upgrade;
use crate::upgrade_report::UpgradeReport;

/// Judges whether the bundles of one release belong together, and whether there is one for each of a target's nodes.
pub fn judge_set(set: &ReleaseSet, target: &Target, policy: &Policy) -> GateReport {
    GateReport::new(rules::check_set(set, target), policy)
}

/// Judges what a file says of findings that do not count: whether there are such findings at all, and whether it still holds.
///
/// ```
/// use ramp_core::{Policy, Stated, Suppression, judge_stated};
///
/// let known = Suppression::new("the nodes have the library");
/// let stated = Stated { name: "load-library-extra".into(), known, file: "ramp.toml".into(), line: 3, column: 1, used: false, over: false };
/// let report = judge_stated(&[stated], &Policy::strict());
/// assert_eq!(report.findings[0].rule, "suppression-unused");
/// ```
pub fn judge_stated(stated: &[Stated], policy: &Policy) -> GateReport {
    GateReport::new(rules::check_stated(stated), policy)
}

/// Judges an upgrade from one build of a module to another: what is different, what a cluster answers to the upgrade of a database, and
/// what databases and their clients lose by it. The bundles themselves are judged by [`judge`](crate::judge).
pub fn judge_upgrade(upgrade: &Upgrade, target: &Target, policy: &Policy) -> UpgradeReport {
    let changes = upgrade.changes();
    let gate = GateReport::new(rules::check_upgrade(upgrade, &changes, target), policy);
    UpgradeReport { answer: upgrade.answer(target), gate, changes }
}
