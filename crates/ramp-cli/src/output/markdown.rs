//! Markdown, for a comment on a pull request and for the summary of a job: a table of the answers, then what was found, bundle by
//! bundle, what does not pass first. It ends where the forge takes no more, and says how much that leaves out.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::fmt::Write as _;

use ramp_core::text::count;

use super::listing::{shown, suppressed};
use super::marks::{cell, code, prose, words};
use super::merged::{self, Found};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use super::tally::Tally;
use super::totals::Totals;
use crate::error::CliError;

/// Characters, and so at least bytes, that GitHub takes in a comment; GitLab takes more.
///
/// Source: what GitHub's REST API answers to more of them.
pub(crate) const COMMENT: usize = 65_536;

/// What is kept of each part: more than any forge takes.
const KEPT: usize = 1 << 20;

/// What is left for the lines that say how much is left out.
const RESERVE: usize = 128;

#[derive(Debug)]
pub(crate) struct Markdown {
    text: Text,
    /// Bytes that it may have.
    room: usize,
}

impl Markdown {
    pub(crate) fn new(all: bool, room: usize) -> Self {
        Self { text: Text::new(all), room }
    }
}

impl Reporter for Markdown {
    fn add(&mut self, outcomes: &[Outcome], _: &mut Sink) -> Result<(), CliError> {
        self.text.add(outcomes);
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        sink.write(&self.text.bounded(self.room))
    }
}

/// What came of bundles, as Markdown.
#[derive(Debug)]
pub(super) struct Text {
    /// Whether what may follow from other findings is shown too, and what is suppressed.
    all: bool,
    totals: Totals,
    /// What the targets are called, where there are several.
    targets: Vec<String>,
    rows: Ranked,
    /// Findings, the first of each bundle with what is said above it.
    findings: Ranked,
}

impl Text {
    pub(super) fn new(all: bool) -> Self {
        Self {
            all,
            totals: Totals::default(),
            targets: Vec::new(),
            rows: Ranked::default(),
            findings: Ranked::default(),
        }
    }

    /// What came of one bundle, or of manifests, for each target.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) {
        let Some(first) = outcomes.first() else { return };
        self.totals.add(outcomes);
        if self.targets.is_empty() {
            self.targets = outcomes.iter().filter_map(|o| o.label.as_deref()).map(words).collect();
        }
        let passed = outcomes.iter().all(|outcome| Gate::of(outcome).is_some_and(|gate| gate.passed));
        let cells = outcomes.iter().map(answer);
        let row: Vec<String> = [cell(&first.bundle)].into_iter().chain(cells).collect();
        self.rows.push(passed, format!("| {} |\n", row.join(" | ")));
        self.findings.extend(passed, section(outcomes, passed, self.all));
    }

    /// At most so many bytes of it.
    pub(super) fn bounded(&self, room: usize) -> String {
        let mut text = format!("### ramp: {}\n\n", prose(&self.totals.summary()));
        let columns = if self.targets.is_empty() { vec!["answer".to_owned()] } else { self.targets.clone() };
        let _ = writeln!(text, "| bundle | {} |\n|---|{}", columns.join(" | "), "---|".repeat(columns.len())); // cannot fail
        // The half of it, so that something is said of what is wrong.
        self.rows.write(&mut text, room / 2, |more| format!("\nand {}\n", count(more, "more bundle")));
        self.findings.write(&mut text, room, |more| format!("\nand {}\n", count(more, "more finding")));
        if text.len() > room { String::new() } else { text }
    }
}

/// What does not pass, and after it what does.
#[derive(Debug, Default)]
pub(super) struct Ranked {
    failed: Part,
    passed: Part,
}

impl Ranked {
    pub(super) fn push(&mut self, passed: bool, piece: String) {
        if passed { &mut self.passed } else { &mut self.failed }.push(piece);
    }

    pub(super) fn extend(&mut self, passed: bool, pieces: Vec<String>) {
        for piece in pieces {
            self.push(passed, piece);
        }
    }

    /// Writes as many pieces as there is room for, and how many there would be more.
    pub(super) fn write(&self, text: &mut String, room: usize, told: impl Fn(usize) -> String) {
        let pieces = || self.failed.pieces.iter().chain(&self.passed.pieces);
        let mut written = 0;
        // Once something is left out, so is what comes after it.
        let failed = self.failed.pieces.len();
        for piece in pieces() {
            let is_cut = self.failed.left_out > 0 && written == failed;
            if is_cut || text.len() + piece.len() + RESERVE > room {
                break;
            }
            text.push_str(piece);
            written += 1;
        }
        let more = pieces().count() - written + self.failed.left_out + self.passed.left_out;
        if more > 0 {
            text.push_str(&told(more));
        }
    }
}

/// Pieces of a text, as many as are worth to be kept.
#[derive(Debug, Default)]
struct Part {
    pieces: Vec<String>,
    bytes: usize,
    left_out: usize,
}

impl Part {
    fn push(&mut self, piece: String) {
        if self.left_out > 0 || self.bytes + piece.len() > KEPT {
            self.left_out += 1;
            return;
        }
        self.bytes += piece.len();
        self.pieces.push(piece);
    }
}

/// The answer, in a cell; and whether the gate fails, which is not to be seen from it.
fn answer(outcome: &Outcome) -> String {
    let passed = Gate::of(outcome).is_some_and(|gate| gate.passed);
    match &outcome.verdict {
        Verdict::Judged(report) => match (report.answer().refusal(), passed) {
            (Some(refusal), _) => format!("**refused**: {}", code(refusal.error_code.as_str())),
            (None, true) => "accepted".to_owned(),
            (None, false) => "accepted, **failed**".to_owned(),
        },
        Verdict::Files(_) if passed => "passed".to_owned(),
        Verdict::Files(_) => "**failed**".to_owned(),
        Verdict::NotEvaluated { .. } => "**not evaluated**".to_owned(),
    }
}

/// What was found in a bundle, or in manifests: the first piece with the statements.
fn section(outcomes: &[Outcome], passed: bool, all: bool) -> Vec<String> {
    let Some(first) = outcomes.first() else { return Vec::new() };
    let bundle = code(&first.bundle);
    if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
        let help = help.as_deref().map(|help| format!("{BREAK}help: {}", prose(help))).unwrap_or_default();
        return vec![format!("\n#### {bundle}: not evaluated\n\n- {}{help}\n", prose(message))];
    }
    let all_found = merged::of(outcomes);
    let verdict = if passed { "passed" } else { "failed" };
    let tally = Tally::of(all_found.iter().map(|found| found.finding)).plain();
    let lines = statement::of_all(outcomes, "").into_iter().chain([format!("found: {tally}")]);
    let lines: Vec<String> = lines.map(|line| prose(&line)).collect();
    let head = format!("\n#### {bundle}: {verdict}\n\n{}\n\n", lines.join("\\\n"));
    let mut pieces = pieces(&all_found, all);
    if let Some(first) = pieces.first_mut() {
        first.insert_str(0, &head);
    }
    pieces
}

/// What was found, each a piece, what decides the answer first, then the gravest: the end may be cut off.
pub(super) fn pieces(all_found: &[Found<'_>], all: bool) -> Vec<String> {
    let mut found = shown(all_found, all);
    found.sort_by_key(|found| (!found.finding.decides_answer, Reverse(found.finding.level)));
    let mut helped = HashSet::new();
    found.into_iter().map(|found| describe(found, helped.insert((&found.finding.rule, &found.finding.help)))).collect()
}

/// A line that ends inside of a list's item.
const BREAK: &str = "\\\n  ";

fn describe(found: &Found<'_>, help: bool) -> String {
    let finding = found.finding;
    let place = finding.location.as_ref().map(ToString::to_string).filter(|place| !place.is_empty());
    let place = place.map(|place| format!(" {}", code(&place))).unwrap_or_default();
    let messages: Vec<String> = found.messages().iter().map(|message| prose(message)).collect();
    let (level, title) = (finding.level, code(&statement::title(finding)));
    let mut text = format!("- **{level}** {title}{place}{BREAK}{}", messages.join(BREAK));
    if let Some(known) = &finding.suppressed {
        let _ = write!(text, "{BREAK}{}", prose(&suppressed(known))); // cannot fail
    }
    if help {
        let _ = write!(text, "{BREAK}help: {}", prose(&finding.help)); // cannot fail
    }
    text.push('\n');
    text
}
