//! How many findings there are: counted once, for the gate, the list and the line that ends it.

use std::collections::HashMap;

use ramp_core::text::count;
use ramp_core::{FailOn, Finding, Level};

/// Which findings may follow from another of them, so that they need not be told of their own.
#[derive(Debug)]
pub(super) struct Consequences<'a> {
    /// The gravest level of each rule.
    gravest: HashMap<&'a str, Level>,
}

impl<'a> Consequences<'a> {
    pub(super) fn of(findings: &'a [Finding]) -> Self {
        let mut gravest = HashMap::new();
        for finding in findings {
            let level = gravest.entry(&*finding.rule).or_insert(finding.level);
            *level = finding.level.max(*level);
        }
        Self { gravest }
    }

    /// Whether a finding follows from one that is as grave. What the cluster refuses always is of its own.
    pub(super) fn has(&self, finding: &Finding) -> bool {
        let cause = finding.follows.as_deref().filter(|_| !finding.decides_answer);
        cause.and_then(|cause| self.gravest.get(cause)).is_some_and(|level| *level >= finding.level)
    }
}

/// How many findings there are of each level, the gravest first: those of their own, and those that may follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally(Vec<(Level, usize, usize)>);

impl Tally {
    pub(super) fn of(findings: &[Finding]) -> Self {
        let consequences = Consequences::of(findings);
        let of = |level| {
            let all = findings.iter().filter(|finding| finding.level == level);
            let (following, own): (Vec<&Finding>, Vec<&Finding>) = all.partition(|finding| consequences.has(finding));
            (level, own.len(), following.len())
        };
        Self(Level::ALL.iter().rev().map(|level| of(*level)).collect())
    }

    /// Those of them for which nothing passes.
    pub(super) fn failing(mut self, fail_on: FailOn) -> Self {
        self.0.retain(|(level, ..)| fail_on.fails(*level));
        self
    }

    /// In words: `1 error and 38 that may follow, 2 warnings`; nothing where there are none.
    pub(super) fn words(&self, paint: impl Fn(Level, &str) -> String) -> String {
        let words = self.0.iter().filter_map(|&(level, own, following)| {
            let text = match (own, following) {
                (0, 0) => return None,
                (own, 0) => count(own, level.as_str()),
                (0, following) => format!("{} that may follow", count(following, level.as_str())),
                (own, following) => format!("{} and {following} that may follow", count(own, level.as_str())),
            };
            Some(paint(level, &text))
        });
        words.collect::<Vec<_>>().join(", ")
    }

    /// Likewise, without colours.
    pub(super) fn plain(&self) -> String {
        self.words(|_, words| words.to_owned())
    }
}
