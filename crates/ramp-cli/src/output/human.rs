//! For people: the verdict first, then what was found, group by group, the cure under each.

use std::fmt::Write as _;

use anstyle::Style;
use ramp_core::{Finding, Level, Refusal, Report};

use super::{Outcome, Reporter, Sink, Verdict};
use crate::error::CliError;
use crate::style::{self, DIM, ERROR, GOOD, NOTE, STRONG, WARNING, paint};

/// Columns that findings are indented by: the width of ` warning  `.
const INDENT: &str = "           ";

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
        let counts = [(self.accepted, "accepted"), (self.refused, "refused"), (self.not_evaluated, "not evaluated")];
        let counts: Vec<String> =
            counts.into_iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
        sink.line(&format!("\n{} bundles: {}", self.bundles, counts.join(", ")))
    }
}

/// A level as a word of fixed width, in its colour.
pub(crate) fn level(level: Level) -> String {
    let (style, word) = match level {
        Level::Error => (ERROR, "error  "),
        Level::Warning => (WARNING, "warning"),
        Level::Note => (NOTE, "note   "),
    };
    paint(style, word)
}

fn describe(outcome: &Outcome, width: usize) -> String {
    let report = match &outcome.verdict {
        Verdict::Judged(report) => report,
        Verdict::NotEvaluated { message } => {
            let verdict = paint(ERROR, "not evaluated");
            return format!("{verdict}  {}\n{}\n", paint(STRONG, &outcome.bundle), indented(message, width, "  "));
        }
    };
    let mut text = verdict(&outcome.bundle, report);
    let _ = writeln!(text, "{}", styled(&summary(report), width, "  ", DIM));
    let mut group = None;
    for finding in report.findings() {
        // Findings stand in the order of the codes; within a code groups follow each other.
        if group.replace(finding.group) != Some(finding.group) {
            let _ = writeln!(text, "\n  {}  {}", paint(STRONG, finding.group.as_str()), finding.group.title());
        }
        text.push_str(&describe_finding(finding, width));
    }
    if !report.findings().is_empty() {
        let _ = writeln!(text, "\n  {}", tally(report.findings()));
    }
    text
}

fn verdict(bundle: &str, report: &Report) -> String {
    let bundle = paint(STRONG, bundle);
    match report.upload() {
        None => format!("{}  {bundle}\n", paint(GOOD, "accepted")),
        Some(refusal) => format!("{}   {bundle}\n{}\n", paint(ERROR, "refused"), answer(refusal, report)),
    }
}

/// The cluster's answer, as it would come.
fn answer(refusal: &Refusal, report: &Report) -> String {
    let reason = refusal.reason.map(|r| format!(" ({r})")).unwrap_or_default();
    let code = paint(ERROR, refusal.error_code.as_str());
    let endpoint = report.target().effective_endpoint();
    format!("  {code}{reason}: HTTP {} to {}", refusal.http_status, endpoint.request())
}

/// What the bundle is and what it was checked against, on one line.
fn summary(report: &Report) -> String {
    let mut parts = Vec::new();
    if let Some(metadata) = report.metadata() {
        let text = |key: &str| metadata.get(key).and_then(|v| v.as_str()).filter(|t| !t.is_empty());
        let version = text("semantic_version").map(|v| format!(" {v}")).unwrap_or_default();
        parts.extend(text("module_name").map(|name| format!("{}{version}", printable(name))));
        let systems = metadata.get("operating_systems").and_then(|v| v.as_array());
        let systems: Vec<&str> = systems.into_iter().flatten().filter_map(|v| v.as_str()).collect();
        if !systems.is_empty() {
            parts.push(format!("for {}", printable(&systems.join(", "))));
        }
    }
    if let Some(module) = report.module() {
        let machine = module.architecture().map_or_else(|| "no module".to_owned(), |a| a.to_string());
        parts.push(format!("{machine}, {}", style::bytes(module.size)));
        let needs = ["GLIBC", "GLIBCXX"].iter().filter_map(|namespace| module.max_version(namespace));
        let needs: Vec<String> = needs.map(|need| need.name.clone()).collect();
        if !needs.is_empty() {
            parts.push(format!("needs {}", printable(&needs.join(", "))));
        }
    }
    let target = report.target();
    let against = match (&target.cluster_version, target.is_unknown()) {
        (Some(version), _) => format!("against {version}"),
        (None, false) => "against the target given".to_owned(),
        (None, true) => "against itself".to_owned(),
    };
    parts.push(format!("{against}, {}", report.policy()));
    parts.join(" · ")
}

fn describe_finding(finding: &Finding, width: usize) -> String {
    let place = finding.location.as_ref().map(|l| format!("  {}", printable(&l.to_string()))).unwrap_or_default();
    let mut text = format!("  {}  {}{}\n", level(finding.level), paint(STRONG, finding.rule), paint(DIM, &place));
    let _ = writeln!(text, "{}", indented(&printable(&finding.message), width, INDENT));
    let first = format!("{INDENT}cure: ");
    let _ = writeln!(text, "{}", style::wrap(&finding.help, width, &first, &format!("{INDENT}      ")));
    text
}

fn indented(text: &str, width: usize, indent: &str) -> String {
    style::wrap(text, width, indent, indent)
}

/// Wrapped first and styled after, so that codes do not count as columns.
fn styled(text: &str, width: usize, indent: &str, style: Style) -> String {
    indented(text, width, indent).lines().map(|line| paint(style, line)).collect::<Vec<_>>().join("\n")
}

/// Text from a bundle, without what could steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}

fn tally(findings: &[Finding]) -> String {
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let parts: Vec<String> = [(Level::Error, ERROR), (Level::Warning, WARNING), (Level::Note, NOTE)]
        .into_iter()
        .map(|(level, style)| (count(level), level, style))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, level, style)| paint(style, &format!("{count} {level}{}", if count == 1 { "" } else { "s" })))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_a_bundle_steers_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\n"), "a\\u{1b}[31mb\\n");
    }
}
