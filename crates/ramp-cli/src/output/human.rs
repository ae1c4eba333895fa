//! For people: whether it passes, the cluster's answer and the gate, then what was found, group by group, with what to do under each.
//!
//! For several targets there is a table of the answers first, and each finding is told once.

use super::head;
use super::listing::{self, MARGIN, Told, indented};
use super::look::Look;
use super::matrix::Matrix;
use super::merged;
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::spool::Spool;
use super::statement::Gate;
use super::statistics::Statistics;
use super::totals::Totals;
use crate::error::CliError;
use crate::style::{self, DIM, ERROR, GOOD, STRONG, paint, printable};

#[derive(Debug)]
pub(crate) struct Human {
    /// Whether what may follow from other findings is shown too, and what is suppressed.
    all: bool,
    /// Whether what passes is not told.
    quiet: bool,
    statistics: Option<Statistics>,
    /// How many were told.
    told: usize,
    /// Whose policy it is, until that is told.
    policy_file: Option<String>,
    totals: Totals,
    matrix: Matrix,
    /// Notes that were told, with what to do about them.
    notes: Told,
    /// What is told below the table.
    below: Spool,
}

impl Human {
    pub(crate) fn new(look: &Look) -> Self {
        Self {
            all: look.all,
            quiet: look.quiet,
            statistics: look.statistics.then(Statistics::default),
            told: 0,
            policy_file: look.policy_file.clone(),
            totals: Totals::default(),
            matrix: Matrix::default(),
            notes: Told::default(),
            below: Spool::default(),
        }
    }
}

impl Reporter for Human {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        self.totals.add(outcomes);
        if let Some(statistics) = &mut self.statistics {
            statistics.add(outcomes);
        }
        // What could not be evaluated has no gate, and did not pass.
        if self.quiet && outcomes.iter().all(|outcome| Gate::of(outcome).is_some_and(|gate| gate.passed)) {
            return Ok(());
        }
        let between = if self.told > 0 { "\n" } else { "" };
        self.told += 1;
        if let Some(file) = self.policy_file.take() {
            sink.line(&paint(DIM, &format!("by the policy file {}", printable(&file))))?;
        }
        let text = between.to_owned() + &describe(outcomes, self.all, &mut self.notes, style::width());
        if first.label.is_none() {
            return sink.write(&text);
        }
        self.matrix.add(outcomes);
        // Below the table, which is not whole yet.
        self.below.write(&text)
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if let Some(table) = self.matrix.text(style::width()) {
            sink.line(&table)?;
            self.below.drain(sink)?;
        }
        if let Some(table) = self.statistics.as_ref().and_then(|statistics| statistics.text(style::width())) {
            let between = if self.told > 0 { "\n" } else { "" };
            sink.write(&format!("{between}{table}"))?;
        }
        if self.totals.results() < 2 || self.quiet && self.told == 0 {
            return Ok(());
        }
        sink.line(&format!("\n{}", style::wrap(&self.totals.summary(), style::width(), "", MARGIN)))
    }
}

/// What came of one bundle, or of manifests.
fn describe(outcomes: &[Outcome], all: bool, notes: &mut Told, width: usize) -> String {
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
    text.push_str(&listing::list(&merged::of(outcomes), all, notes, width));
    text
}
