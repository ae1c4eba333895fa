//! What came of something, for one target.

use ramp_core::Policy;

use crate::commands::target::Named;
use crate::output::{Outcome, Verdict};

/// What came of something for one of so many targets.
pub(super) fn outcome(bundle: String, verdict: Verdict, policy: &Policy, named: &Named, targets: usize) -> Outcome {
    let label = (targets > 1).then(|| named.name.clone());
    Outcome { bundle, verdict, policy: policy.clone(), target: named.target.clone(), label }
}
