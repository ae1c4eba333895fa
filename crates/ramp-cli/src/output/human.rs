//! For people: whether it passes, the cluster's answer and the gate, then what was found, group by group, with what to do under each.

use std::fmt::Write as _;

use anstyle::Style;
use ramp_core::Group;
use ramp_core::text::count;
use ramp_core::{Finding, Level, Report};

use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, tally};
use crate::error::CliError;
use crate::style::{self, DIM, ERROR, GOOD, STRONG, columns, paint, printable, shortened};

/// What stands in front of the lines under a verdict.
const MARGIN: &str = "  ";
/// Columns that findings are indented by: the margin and the width of `warning  `.
const INDENT: &str = "           ";
/// A summary is to be taken in at a glance; what a hostile or a very long one says is in the findings.
const LONGEST: usize = 240;

#[derive(Debug, Default)]
pub(crate) struct Human {
    bundles: usize,
    passed: usize,
    failed: usize,
    not_evaluated: usize,
    accepted: usize,
    refused: usize,
}

impl Reporter for Human {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError> {
        if self.bundles > 0 {
            sink.line("")?;
        }
        self.bundles += 1;
        match &outcome.verdict {
            Verdict::Judged(report) => {
                *if report.passed() { &mut self.passed } else { &mut self.failed } += 1;
                *if report.answer().accepted() { &mut self.accepted } else { &mut self.refused } += 1;
            }
            Verdict::NotEvaluated { .. } => self.not_evaluated += 1,
        }
        sink.write(&describe(outcome, style::width()))
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if self.bundles < 2 {
            return Ok(());
        }
        let gate = [(self.passed, "passed"), (self.failed, "failed"), (self.not_evaluated, "not evaluated")];
        let answer = [(self.accepted, "accepted"), (self.refused, "refused")];
        let [gate, answer] = [&gate[..], &answer[..]].map(|counts| {
            let counts = counts.iter().filter(|(n, _)| *n > 0);
            counts.map(|(n, what)| format!("{n} {what}")).collect::<Vec<_>>().join(", ")
        });
        let answer = if answer.is_empty() { answer } else { format!("; answer: {answer}") };
        let line =
            style::wrap(&format!("{}: {gate}{answer}", count(self.bundles, "bundle")), style::width(), "", MARGIN);
        sink.line(&format!("\n{line}"))
    }
}

/// A level as a word of fixed width, in its colour.
pub(crate) fn level(level: Level) -> String {
    paint(style::of(level), &format!("{:7}", level.as_str()))
}

fn describe(outcome: &Outcome, width: usize) -> String {
    let bundle = paint(STRONG, &printable(&outcome.bundle));
    let report = match &outcome.verdict {
        Verdict::Judged(report) => report,
        Verdict::NotEvaluated { message } => {
            let verdict = paint(ERROR, "not evaluated");
            return format!("{verdict}  {bundle}\n{}\n", indented(&printable(message), width, MARGIN));
        }
    };
    let (verdict, style) = if report.passed() { ("passed", GOOD) } else { ("failed", ERROR) };
    let mut text = format!("{}  {bundle}\n", paint(style, verdict));
    let answered = if report.answer().accepted() { GOOD } else { ERROR };
    text.push_str(&labelled("answer", &statement::answer(report), answered, width));
    text.push_str(&labelled("gate", &statement::gate(report), style, width));
    if let Some(line) = summary(report) {
        text.push_str(&labelled("bundle", &line, DIM, width));
    }
    let findings = report.findings();
    for group in in_order_of_appearance(findings) {
        text.push_str(&heading(group, width));
        for finding in findings.iter().filter(|f| f.group == group) {
            text.push_str(&describe_finding(finding, width));
        }
    }
    if !findings.is_empty() {
        let all: Vec<&Finding> = findings.iter().collect();
        let counts = tally(&all, |level, words| paint(style::of(level), &words));
        let _ = writeln!(text, "\n{MARGIN}{}", counts.join(", ")); // cannot fail
    }
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

fn heading(group: Group, width: usize) -> String {
    let (name, title) = (group.as_str(), group.title());
    let gap = if columns(MARGIN) + columns(name) + 2 + columns(title) > width { "\n  " } else { "  " };
    format!("\n{MARGIN}{}{gap}{}\n", paint(STRONG, name), paint(DIM, title))
}

/// The groups of the findings, the one that decides first.
fn in_order_of_appearance(findings: &[Finding]) -> Vec<Group> {
    let mut groups = Vec::new();
    for finding in findings {
        if !groups.contains(&finding.group) {
            groups.push(finding.group);
        }
    }
    groups
}

/// What the bundle is.
fn summary(report: &Report) -> Option<String> {
    let mut parts = Vec::new();
    if let Some(metadata) = report.metadata() {
        let text = |key: &str| metadata.get(key).and_then(|v| v.as_str()).filter(|t| !t.is_empty());
        let version = text("semantic_version").map(|v| format!(" {v}")).unwrap_or_default();
        parts.extend(text("module_name").map(|name| format!("{name}{version}")));
        let systems = metadata.get("operating_systems").and_then(|v| v.as_array());
        let systems: Vec<&str> = systems.into_iter().flatten().filter_map(|v| v.as_str()).collect();
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

fn describe_finding(finding: &Finding, width: usize) -> String {
    let place = finding.location.as_ref().map(|l| printable(&l.to_string())).unwrap_or_default();
    let rule = match finding.error_code {
        Some(code) => format!("{}: {code}", finding.rule),
        None => finding.rule.to_string(),
    };
    let mut text = format!("{MARGIN}{}  {}", level(finding.level), paint(STRONG, &rule));
    if place.is_empty() {
        text.push('\n');
    } else if columns(INDENT) + columns(&rule) + 2 + columns(&place) <= width {
        let _ = writeln!(text, "  {}", paint(DIM, &place)); // cannot fail
    } else {
        let _ = writeln!(text, "\n{}", styled(&place, width, INDENT, DIM)); // cannot fail
    }
    let _ = writeln!(text, "{}", indented(&printable(&finding.message), width, INDENT));
    let first = format!("{INDENT}help: ");
    let rest = " ".repeat(first.len());
    let _ = writeln!(text, "{}", style::wrap(&printable(&finding.help), width, &first, &rest));
    text
}

fn indented(text: &str, width: usize, indent: &str) -> String {
    style::wrap(text, width, indent, indent)
}

/// Wrapped first and styled after, so that codes do not count as columns.
fn styled(text: &str, width: usize, indent: &str, style: Style) -> String {
    indented(text, width, indent).lines().map(|line| paint(style, line)).collect::<Vec<_>>().join("\n")
}
