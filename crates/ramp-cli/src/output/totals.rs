//! How much was judged, and what came of it, in one line.

use ramp_core::text::count;

use super::reporter::{Outcome, Subject, Verdict};

#[derive(Debug, Default)]
pub(super) struct Totals {
    results: usize,
    /// For how many targets each is judged.
    targets: usize,
    bundles: usize,
    counts: Counts,
    /// Whether the manifests passed, where some could be read.
    manifests: Option<bool>,
    /// How many files of manifests could not be read.
    unread: usize,
}

/// How many judgements of bundles there are.
#[derive(Debug, Default)]
struct Counts {
    passed: usize,
    failed: usize,
    not_evaluated: usize,
    accepted: usize,
    refused: usize,
}

impl Totals {
    /// What came of one bundle, or of manifests, for each target.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        let Some(first) = outcomes.first() else { return };
        self.results += 1;
        self.targets = outcomes.len();
        match &first.verdict {
            Verdict::Judged(_) | Verdict::NotEvaluated { what: Subject::Bundle, .. } => self.bundles += 1,
            Verdict::NotEvaluated { what: Subject::Manifest, .. } => self.unread += 1,
            Verdict::Manifests(_) => {}
        }
        for outcome in outcomes {
            self.count(outcome);
        }
    }

    /// How many bundles, and groups of manifests, there were.
    pub(super) const fn results(&self) -> usize {
        self.results
    }

    fn count(&mut self, outcome: &Outcome) {
        let counts = &mut self.counts;
        match &outcome.verdict {
            Verdict::Judged(report) => {
                *if report.passed() { &mut counts.passed } else { &mut counts.failed } += 1;
                *if report.answer().accepted() { &mut counts.accepted } else { &mut counts.refused } += 1;
            }
            Verdict::Manifests(judged) => {
                self.manifests = Some(self.manifests.unwrap_or(true) && judged.report.passed);
            }
            Verdict::NotEvaluated { what: Subject::Bundle, .. } => counts.not_evaluated += 1,
            Verdict::NotEvaluated { what: Subject::Manifest, .. } => {}
        }
    }

    /// `2 bundles for 3 targets: 4 passed, 2 failed; answer: 5 accepted, 1 refused`.
    pub(super) fn summary(&self) -> String {
        let counts = &self.counts;
        let gate = [(counts.passed, "passed"), (counts.failed, "failed"), (counts.not_evaluated, "not evaluated")];
        let answer = [(counts.accepted, "accepted"), (counts.refused, "refused")];
        let [gate, answer] = [&gate[..], &answer[..]].map(|counts| {
            let counts = counts.iter().filter(|(n, _)| *n > 0);
            counts.map(|(n, what)| format!("{n} {what}")).collect::<Vec<_>>().join(", ")
        });
        let answer = if answer.is_empty() { answer } else { format!("; answer: {answer}") };
        let verdict = self.manifests.map(|passed| if passed { "passed" } else { "failed" }.to_owned());
        let unread = (self.unread > 0).then(|| format!("{} not evaluated", count(self.unread, "file")));
        let manifests: Vec<String> = verdict.into_iter().chain(unread).collect();
        let manifests = Some(manifests.join(", ")).filter(|text| !text.is_empty());
        let manifests = manifests.map(|text| format!("manifests: {text}"));
        let times = if self.targets > 1 { format!(" for {}", count(self.targets, "target")) } else { String::new() };
        let bundles = (self.bundles > 0).then(|| format!("{}{times}: {gate}{answer}", count(self.bundles, "bundle")));
        bundles.into_iter().chain(manifests).collect::<Vec<_>>().join("; ")
    }
}
