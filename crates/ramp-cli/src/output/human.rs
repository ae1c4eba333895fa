//! For people: whether it passes, the cluster's answer and the gate, then what was found, group by group, with what to do under each.

use anstyle::Style;
use ramp_core::Report;
use ramp_core::text::count;

use super::listing::{self, MARGIN, indented};
use super::reporter::{Outcome, Reporter, Subject, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use crate::error::CliError;
use crate::style::{self, DIM, ERROR, GOOD, STRONG, paint, printable, shortened};

/// A summary is to be taken in at a glance; what a hostile or a very long one says is in the findings.
const LONGEST: usize = 240;

#[derive(Debug, Default)]
pub(crate) struct Human {
    /// Whether what may follow from other findings is shown too.
    all: bool,
    results: usize,
    passed: usize,
    failed: usize,
    not_evaluated: usize,
    accepted: usize,
    refused: usize,
    /// Whether the manifests passed, where some could be read.
    manifests: Option<bool>,
    /// How many files of manifests could not be read.
    unread: usize,
}

impl Human {
    /// With every finding, also where it may follow from another.
    pub(crate) fn with_all(all: bool) -> Self {
        Self { all, ..Self::default() }
    }
}

impl Reporter for Human {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError> {
        if self.results > 0 {
            sink.line("")?;
        }
        self.results += 1;
        match &outcome.verdict {
            Verdict::Judged(report) => {
                *if report.passed() { &mut self.passed } else { &mut self.failed } += 1;
                *if report.answer().accepted() { &mut self.accepted } else { &mut self.refused } += 1;
            }
            Verdict::Manifests(judged) => self.manifests = Some(judged.report.passed),
            Verdict::NotEvaluated { what: Subject::Bundle, .. } => self.not_evaluated += 1,
            Verdict::NotEvaluated { what: Subject::Manifest, .. } => self.unread += 1,
        }
        sink.write(&describe(outcome, self.all, style::width()))
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if self.results < 2 {
            return Ok(());
        }
        let gate = [(self.passed, "passed"), (self.failed, "failed"), (self.not_evaluated, "not evaluated")];
        let answer = [(self.accepted, "accepted"), (self.refused, "refused")];
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
        let bundles = self.passed + self.failed + self.not_evaluated;
        let bundles = (bundles > 0).then(|| format!("{}: {gate}{answer}", count(bundles, "bundle")));
        let line = bundles.into_iter().chain(manifests).collect::<Vec<_>>().join("; ");
        let line = style::wrap(&line, style::width(), "", MARGIN);
        sink.line(&format!("\n{line}"))
    }
}

fn describe(outcome: &Outcome, all: bool, width: usize) -> String {
    let bundle = paint(STRONG, &printable(&outcome.bundle));
    let (gate, report) = match &outcome.verdict {
        Verdict::Judged(report) => (Gate::from(&**report), Some(report)),
        Verdict::Manifests(judged) => (Gate::from(&judged.report), None),
        Verdict::NotEvaluated { message, help, .. } => {
            let verdict = paint(ERROR, "not evaluated");
            let mut text = format!("{verdict}  {bundle}\n{}\n", indented(&printable(message), width, MARGIN));
            if let Some(help) = help {
                text.push_str(&listing::help(help, width, MARGIN));
            }
            return text;
        }
    };
    let (verdict, style) = if gate.passed { ("passed", GOOD) } else { ("failed", ERROR) };
    let mut text = format!("{}  {bundle}\n", paint(style, verdict));
    if let Some(report) = report {
        let answered = if report.answer().accepted() { GOOD } else { ERROR };
        text.push_str(&labelled("answer", &statement::answer(report), answered, width));
    }
    text.push_str(&labelled("gate", &statement::gate(gate), style, width));
    if let Some(line) = report.and_then(|report| summary(report)) {
        text.push_str(&labelled("bundle", &line, DIM, width));
    }
    if let Verdict::Manifests(judged) = &outcome.verdict {
        let line = format!("{}: {}", judged.files.join(", "), judged.summary);
        text.push_str(&labelled("files", &line, DIM, width));
    }
    text.push_str(&listing::list(gate.findings, all, width));
    text
}

/// A line of the head: what it says, and that. The first word is painted after wrapping, so that codes do not count as columns.
fn labelled(label: &str, line: &str, style: Style, width: usize) -> String {
    let first = format!("{MARGIN}{label:<8}");
    let text = style::wrap(&shortened(&printable(line), LONGEST), width, &first, &" ".repeat(first.len()));
    if style == DIM {
        return format!("{}\n", text.lines().map(|line| paint(DIM, line)).collect::<Vec<_>>().join("\n"));
    }
    let word = line.split([' ', ':']).next().unwrap_or_default();
    let (label, rest) = text.split_at(first.len().min(text.len()));
    format!("{}{}\n", paint(DIM, label), rest.replacen(word, &paint(style, word), 1))
}

/// What the bundle is.
fn summary(report: &Report) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(metadata) = report.metadata() {
        let text = |key: &str| metadata.get(key).and_then(|v| v.as_str()).filter(|t| !t.is_empty());
        let version = text("semantic_version").map(|v| format!(" {v}")).unwrap_or_default();
        parts.extend(text("module_name").map(|name| format!("{name}{version}")));
        let listed = metadata.get("operating_systems").and_then(|v| v.as_array()).into_iter().flatten();
        let mut systems: Vec<&str> = Vec::new();
        for system in listed.filter_map(|v| v.as_str()).take(LONGEST) {
            if !systems.contains(&system) {
                systems.push(system);
            }
        }
        if !systems.is_empty() {
            parts.push(format!("for {}", systems.join(", ")));
        }
    }
    if let Some(module) = report.module() {
        let size = style::bytes(module.size);
        parts.push(module.architecture().map_or_else(|| size.clone(), |machine| format!("{machine}, {size}")));
        let needs = ["GLIBC", "GLIBCXX"].iter().filter_map(|namespace| module.max_version(namespace));
        let needs: Vec<&str> = needs.map(|need| need.name.as_str()).collect();
        if !needs.is_empty() {
            parts.push(format!("needs {}", needs.join(", ")));
        }
    }
    (!parts.is_empty()).then(|| parts.join(" · "))
}
