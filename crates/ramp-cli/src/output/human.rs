//! For people: the verdict first, then what was found, group by group, the cure under each.

use std::fmt::Write as _;

use anstyle::Style;
use ramp_core::Group;
use ramp_core::{Finding, Level, Refusal, Report};

use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
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
    accepted: usize,
    refused: usize,
    not_evaluated: usize,
}

impl Reporter for Human {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError> {
        if self.bundles > 0 {
            sink.line("")?;
        }
        self.bundles += 1;
        match &outcome.verdict {
            Verdict::Judged(report) if report.accepted() => self.accepted += 1,
            Verdict::Judged(_) => self.refused += 1,
            Verdict::NotEvaluated { .. } => self.not_evaluated += 1,
        }
        sink.write(&describe(outcome, style::width()))
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if self.bundles < 2 {
            return Ok(());
        }
        let counts = [
            (self.accepted, "accepted", GOOD),
            (self.refused, "refused", ERROR),
            (self.not_evaluated, "not evaluated", ERROR),
        ];
        let counts: Vec<String> = counts
            .into_iter()
            .filter(|(n, ..)| *n > 0)
            .map(|(n, what, style)| paint(style, &format!("{n} {what}")))
            .collect();
        sink.line(&format!("\n{} bundles: {}", self.bundles, counts.join(", ")))
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
    let mut text = match report.upload() {
        None => format!("{}  {bundle}\n", paint(GOOD, "accepted")),
        Some(refusal) => format!("{}  {bundle}\n{}\n", paint(ERROR, "refused"), answer(refusal, report, width)),
    };
    for line in summary(report) {
        let _ = writeln!(text, "{}", styled(&line, width, MARGIN, DIM));
    }
    let findings = report.findings();
    for group in in_order_of_appearance(findings) {
        text.push_str(&heading(group, width));
        for finding in findings.iter().filter(|f| f.group == group) {
            text.push_str(&describe_finding(finding, width));
        }
    }
    if !findings.is_empty() {
        let _ = writeln!(text, "\n{MARGIN}{}", tally(findings));
    }
    text
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

/// The cluster's answer, as it would come.
fn answer(refusal: &Refusal, report: &Report, width: usize) -> String {
    let code = refusal.error_code.as_str();
    let reason = refusal.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
    let request = report.target().effective_endpoint().request();
    let text = format!("{code}{reason}: HTTP {} to {request}", refusal.http_status);
    // The code is the first word, so that it can be painted after wrapping.
    indented(&text, width, MARGIN).replacen(code, &paint(ERROR, code), 1)
}

/// What the bundle is, and what it was checked against: a line each, none longer than it must be.
fn summary(report: &Report) -> Vec<String> {
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
    let mut lines = Vec::new();
    if !parts.is_empty() {
        lines.push(shortened(&printable(&parts.join(" · ")), LONGEST));
    }
    lines.push(shortened(&format!("checked against {}, policy {}", against(report), report.policy()), LONGEST));
    lines
}

fn against(report: &Report) -> String {
    let target = report.target();
    if target.is_unknown() {
        return "itself".to_owned();
    }
    let mut text =
        target.cluster_version().as_ref().map_or_else(|| "the target".to_owned(), |v| format!("cluster {v}"));
    let nodes: Vec<&str> =
        target.operating_systems().iter().chain(target.architectures()).map(String::as_str).collect();
    if !nodes.is_empty() {
        let _ = write!(text, " on {}", nodes.join(", ")); // cannot fail
    }
    if let Some(endpoint) = target.endpoint() {
        let _ = write!(text, " through {endpoint}"); // cannot fail
    }
    printable(&text)
}

fn describe_finding(finding: &Finding, width: usize) -> String {
    let place = finding.location.as_ref().map(|l| printable(&l.to_string())).unwrap_or_default();
    let mut text = format!("{MARGIN}{}  {}", level(finding.level), paint(STRONG, &finding.rule));
    if place.is_empty() {
        text.push('\n');
    } else if columns(INDENT) + columns(&finding.rule) + 2 + columns(&place) <= width {
        let _ = writeln!(text, "  {}", paint(DIM, &place)); // cannot fail
    } else {
        let _ = writeln!(text, "\n{}", styled(&place, width, INDENT, DIM)); // cannot fail
    }
    let _ = writeln!(text, "{}", indented(&printable(&finding.message), width, INDENT));
    let first = format!("{INDENT}cure: ");
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

fn tally(findings: &[Finding]) -> String {
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let parts: Vec<String> = Level::ALL
        .iter()
        .rev()
        .map(|&level| (count(level), level))
        .filter(|(count, _)| *count > 0)
        .map(|(count, level)| paint(style::of(level), &format!("{count} {level}{}", if count == 1 { "" } else { "s" })))
        .collect();
    parts.join(", ")
}
