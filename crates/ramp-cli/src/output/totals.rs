//! How much was judged, and what came of it, in one line.

use std::collections::BTreeMap;

use ramp_core::text::count;

use super::reporter::{FilesKind, Outcome, Subject, Verdict};

#[derive(Debug, Default)]
pub(super) struct Totals {
    results: usize,
    /// For how many targets each is judged.
    targets: usize,
    bundles: usize,
    counts: Counts,
    /// Whether other files passed, where some could be read.
    files: BTreeMap<FilesKind, bool>,
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
    /// What came of one bundle, or of other files, for each target.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        let Some(first) = outcomes.first() else { return };
        self.results += 1;
        self.targets = outcomes.len();
        match &first.verdict {
            Verdict::Judged(_) | Verdict::NotEvaluated { what: Subject::Bundle, .. } => self.bundles += 1,
            Verdict::NotEvaluated { what: Subject::Manifest, .. } => self.unread += 1,
            Verdict::Files(_) => {}
        }
        for outcome in outcomes {
            self.count(outcome);
        }
    }

    /// How many bundles, and groups of other files, there were.
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
            Verdict::Files(judged) => *self.files.entry(judged.kind).or_insert(true) &= judged.report.passed,
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
        let verdict = |kind| {
            let passed = self.files.get(&kind).map(|passed| if *passed { "passed" } else { "failed" }.to_owned());
            let is_unread = kind == FilesKind::Manifests && self.unread > 0;
            let unread = is_unread.then(|| format!("{} not evaluated", count(self.unread, "file")));
            let said: Vec<String> = passed.into_iter().chain(unread).collect();
            (!said.is_empty()).then(|| format!("{}: {}", kind.as_str(), said.join(", ")))
        };
        let files = [FilesKind::Manifests, FilesKind::Set, FilesKind::Configuration].into_iter().filter_map(verdict);
        let times = if self.targets > 1 { format!(" for {}", count(self.targets, "target")) } else { String::new() };
        let bundles = (self.bundles > 0).then(|| format!("{}{times}: {gate}{answer}", count(self.bundles, "bundle")));
        bundles.into_iter().chain(files).collect::<Vec<_>>().join("; ")
    }
}
