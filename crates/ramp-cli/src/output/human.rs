//! For people: whether it passes, the cluster's answer and the gate, then what was found, group by group, with what to do under each.
//!
//! For several targets there is a table of the answers first, and each finding is told once.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};

use ramp_core::text::count;
use tempfile::SpooledTempFile;

use super::head;
use super::listing::{self, MARGIN, indented};
use super::matrix::Matrix;
use super::merged;
use super::reporter::{FilesKind, Outcome, Reporter, Subject, Verdict};
use super::sink::Sink;
use super::statement::Gate;
use crate::error::CliError;
use crate::style::{self, ERROR, GOOD, STRONG, paint, printable};

/// What is told below the table is kept in memory up to this many bytes, more in a temporary file.
const SPOOL_BYTES: usize = 4 << 20;

#[derive(Debug)]
pub(crate) struct Human {
    /// Whether what may follow from other findings is shown too, and what is suppressed.
    all: bool,
    results: usize,
    /// For how many targets each is judged.
    targets: usize,
    bundles: usize,
    counts: Counts,
    /// Whether other files passed, where some could be read.
    files: BTreeMap<FilesKind, bool>,
    /// How many files of manifests could not be read.
    unread: usize,
    matrix: Matrix,
    below: SpooledTempFile,
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

impl Human {
    /// With every finding, also where it may follow from another or is suppressed.
    pub(crate) fn with_all(all: bool) -> Self {
        Self {
            all,
            results: 0,
            targets: 1,
            bundles: 0,
            counts: Counts::default(),
            files: BTreeMap::new(),
            unread: 0,
            matrix: Matrix::default(),
            below: SpooledTempFile::new(SPOOL_BYTES),
        }
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

    /// What there is of all, in one line.
    fn summary(&self) -> String {
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

impl Reporter for Human {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        let between = if self.results > 0 { "\n" } else { "" };
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
        let text = between.to_owned() + &describe(outcomes, self.all, style::width());
        if first.label.is_none() {
            return sink.write(&text);
        }
        self.matrix.add(outcomes);
        // Below the table, which is not whole yet.
        self.below.write_all(text.as_bytes()).map_err(CliError::Write)
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if let Some(table) = self.matrix.text(style::width()) {
            sink.line(&table)?;
            self.below.seek(SeekFrom::Start(0)).map_err(CliError::Write)?;
            let mut below = BufReader::new(&mut self.below);
            let mut piece = String::new();
            // Line by line: colours are not torn apart.
            while below.read_line(&mut piece).map_err(CliError::Write)? > 0 {
                sink.write(&piece)?;
                piece.clear();
            }
        }
        if self.results < 2 {
            return Ok(());
        }
        sink.line(&format!("\n{}", style::wrap(&self.summary(), style::width(), "", MARGIN)))
    }
}

/// What came of one bundle, or of manifests.
fn describe(outcomes: &[Outcome], all: bool, width: usize) -> String {
    let Some(first) = outcomes.first() else { return String::new() };
    let bundle = paint(STRONG, &printable(&first.bundle));
    if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
        let verdict = paint(ERROR, "not evaluated");
        let mut text = format!("{verdict}  {bundle}\n{}\n", indented(&printable(message), width, MARGIN));
        if let Some(help) = help {
            text.push_str(&listing::help(help, width, MARGIN));
        }
        return text;
    }
    let passed = outcomes.iter().filter_map(Gate::of).all(|gate| gate.passed);
    let (verdict, style) = if passed { ("passed", GOOD) } else { ("failed", ERROR) };
    let mut text = format!("{}  {bundle}\n", paint(style, verdict));
    text.push_str(&head::statements(outcomes, width));
    text.push_str(&head::summary(first, width));
    text.push_str(&listing::list(&merged::of(outcomes), all, width));
    text
}
