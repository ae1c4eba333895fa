//! What need not be told of its own, since it may follow from something else that was found.

use std::collections::HashMap;

use crate::finding::Finding;
use crate::level::Level;

/// Which findings may follow from another of them, so that they need not be told of their own.
#[derive(Debug)]
pub struct Consequences<'a> {
    /// The gravest level of each rule.
    gravest: HashMap<&'a str, Level>,
}

impl<'a> Consequences<'a> {
    /// Those among these findings.
    pub fn of(findings: impl IntoIterator<Item = &'a Finding>) -> Self {
        let mut gravest = HashMap::new();
        for finding in findings.into_iter().filter(|finding| finding.suppressed.is_none()) {
            let level = gravest.entry(&*finding.rule).or_insert(finding.level);
            *level = finding.level.max(*level);
        }
        Self { gravest }
    }

    /// Whether a finding follows from one that is as grave. What the cluster refuses always is of its own.
    pub fn has(&self, finding: &Finding) -> bool {
        let cause = finding.follows.as_deref().filter(|_| !finding.decides_answer);
        cause.and_then(|cause| self.gravest.get(cause)).is_some_and(|level| *level >= finding.level)
    }

    /// Whether a finding is shown where not all are: neither what may follow from another one is, nor what is suppressed; what the
    /// cluster refuses always is.
    pub fn shows(&self, finding: &Finding) -> bool {
        !self.has(finding) && (finding.suppressed.is_none() || finding.decides_answer)
    }
}
