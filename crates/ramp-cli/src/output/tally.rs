//! How many findings there are: counted once, for the gate, the list and the line that ends it.

use ramp_core::text::count;
use ramp_core::{Consequences, FailOn, Finding, Level};

/// How many findings there are of each level, the gravest first: those of their own, and those that may follow; and how many do not
/// count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tally {
    counted: Vec<(Level, usize, usize)>,
    suppressed: usize,
}

impl Tally {
    pub(super) fn of<'a>(findings: impl IntoIterator<Item = &'a Finding> + Clone) -> Self {
        let consequences = Consequences::of(findings.clone());
        let (counting, suppressed): (Vec<&Finding>, Vec<&Finding>) =
            findings.into_iter().partition(|finding| finding.suppressed.is_none());
        let of = |level| {
            let all = counting.iter().filter(|finding| finding.level == level);
            let (following, own): (Vec<&Finding>, Vec<&Finding>) = all.partition(|finding| consequences.has(finding));
            (level, own.len(), following.len())
        };
        let counted = Level::ALL.iter().rev().map(|level| of(*level)).collect();
        Self { counted, suppressed: suppressed.len() }
    }

    /// Those of them for which nothing passes.
    pub(super) fn failing(mut self, fail_on: FailOn) -> Self {
        self.counted.retain(|(level, ..)| fail_on.fails(*level));
        Self { suppressed: 0, ..self }
    }

    /// In words: `1 error and 38 that may follow, 2 warnings, 3 suppressed`; nothing where there are none.
    pub(super) fn words(&self, paint: impl Fn(Level, &str) -> String) -> String {
        let words = self.counted.iter().filter_map(|&(level, own, following)| {
            let text = match (own, following) {
                (0, 0) => return None,
                (own, 0) => count(own, level.as_str()),
                (0, following) => format!("{} that may follow", count(following, level.as_str())),
                (own, following) => format!("{} and {following} that may follow", count(own, level.as_str())),
            };
            Some(paint(level, &text))
        });
        let suppressed = (self.suppressed > 0).then(|| format!("{} suppressed", self.suppressed));
        words.chain(suppressed).collect::<Vec<_>>().join(", ")
    }

    /// Likewise, without colours.
    pub(super) fn plain(&self) -> String {
        self.words(|_, words| words.to_owned())
    }
}
