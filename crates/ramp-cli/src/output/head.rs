//! For people: what stands above the findings: the statements, and what was judged.

use anstyle::Style;
use ramp_core::Report;

use super::listing::MARGIN;
use super::reporter::{Outcome, Verdict};
use super::statement::{self, Gate};
use crate::style::{self, DIM, ERROR, GOOD, columns, paint, printable, shortened};

/// A summary is to be taken in at a glance; what a hostile or a very long one says is in the findings.
const LONGEST: usize = 240;
/// Columns of the labels, where nothing longer stands among them.
const LABELS: usize = 8;

/// The cluster's answer and the gate, for each target.
pub(super) fn statements(outcomes: &[Outcome], width: usize) -> String {
    let longest = outcomes.iter().filter_map(|outcome| outcome.label.as_deref()).map(columns).max();
    let labels = labels(longest, width);
    let mut text = String::new();
    for outcome in outcomes {
        let answered = matches!(&outcome.verdict, Verdict::Judged(report) if report.answer().accepted());
        let answer = outcome.answer().map(|answer| ("answer", answer, if answered { GOOD } else { ERROR }));
        let gate = Gate::of(outcome);
        let gate = gate.map(|gate| ("gate", statement::gate(gate), if gate.passed { GOOD } else { ERROR }));
        text.push_str(&of_target(outcome.label.as_deref(), labels, answer.into_iter().chain(gate), width));
    }
    text
}

/// What is said for a target: each line with its own name, or the first with the target's, where there are several.
pub(super) fn of_target<'a>(
    target: Option<&str>,
    labels: usize,
    lines: impl Iterator<Item = (&'a str, String, Style)>,
    width: usize,
) -> String {
    let lines = lines.enumerate().map(|(index, (name, line, style))| {
        let label = match target {
            Some(target) if index == 0 => printable(target),
            Some(_) => String::new(),
            None => name.to_owned(),
        };
        labelled(&label, labels, &line, style, width)
    });
    lines.collect()
}

/// Columns of the labels, the longest of which has so many.
pub(super) fn labels(longest: Option<usize>, width: usize) -> usize {
    longest.map_or(LABELS, |longest| (longest + 2).clamp(LABELS, width / 3))
}

/// What was judged.
pub(super) fn summary(outcome: &Outcome, width: usize) -> String {
    match &outcome.verdict {
        Verdict::Judged(report) => {
            let lines = [("bundle", of_bundle(report)), ("probe", outcome.asked.as_deref().map(str::to_owned))];
            let lines = lines.into_iter().filter_map(|(label, line)| Some((label, line?)));
            lines.map(|(label, line)| labelled(label, LABELS, &line, DIM, width)).collect()
        }
        Verdict::Files(judged) => {
            let Some(summary) = &judged.summary else { return String::new() };
            let line = format!("{}: {summary}", judged.files.join(", "));
            labelled("files", LABELS, &line, DIM, width)
        }
        Verdict::NotEvaluated { .. } => String::new(),
    }
}

/// A line of the head: what it says, and that. The first word is painted after wrapping, so that codes do not count as columns.
pub(super) fn labelled(label: &str, labels: usize, line: &str, style: Style, width: usize) -> String {
    let gap = " ".repeat(labels.saturating_sub(columns(label)));
    let first = format!("{MARGIN}{label}{gap}");
    let rest = " ".repeat(columns(&first));
    let text = style::wrap(&shortened(&printable(line), LONGEST), width, &first, &rest);
    if style == DIM {
        return format!("{}\n", text.lines().map(|line| paint(DIM, line)).collect::<Vec<_>>().join("\n"));
    }
    let word = line.split([' ', ':']).next().unwrap_or_default();
    let (label, rest) = text.split_at(first.len().min(text.len()));
    format!("{}{}\n", paint(DIM, label), rest.replacen(word, &paint(style, word), 1))
}

/// What the bundle is.
fn of_bundle(report: &Report) -> Option<String> {
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
