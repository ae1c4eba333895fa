//! What came of something, for each target.

use ramp_core::Policy;

use super::target::Named;
use crate::output::{Outcome, Verdict};

/// What came of what is called so, in the order of the targets.
pub(super) fn outcomes(
    bundle: &str,
    policy: &Policy,
    targets: &[Named],
    verdict: impl Fn(&Named) -> Verdict,
) -> Vec<Outcome> {
    let of = |named: &Named| Outcome {
        bundle: bundle.to_owned(),
        verdict: verdict(named),
        policy: policy.clone(),
        target: named.target.clone(),
        label: (targets.len() > 1).then(|| named.name.clone()),
        asked: None,
    };
    targets.iter().map(of).collect()
}
