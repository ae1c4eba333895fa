//! Workflow commands of GitHub Actions: the two statements and the findings as annotations.

use std::fmt::Write as _;

use ramp_core::{Finding, Level};

use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Github;

impl Reporter for Github {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError> {
        let file = property(&outcome.bundle);
        let (gate, answer) = match &outcome.verdict {
            Verdict::Judged(report) => (Gate::from(&**report), Some(statement::answer(report))),
            Verdict::Manifests(judged) => (Gate::from(&judged.report), None),
            Verdict::NotEvaluated { message, help, .. } => {
                let text = with_help(message, help.as_deref());
                return sink.line(&format!("::error file={file},title=not evaluated::{}", data(&text)));
            }
        };
        let (title, command) = if gate.passed { ("gate passed", "notice") } else { ("gate failed", "error") };
        let answer = answer.map(|answer| format!("answer: {}\n", printable(&answer))).unwrap_or_default();
        let text = format!("{answer}gate: {}", statement::gate(gate));
        sink.line(&format!("::{command} file={file},title={title}::{}", data(&text)))?;
        gate.findings.iter().try_for_each(|finding| sink.line(&annotation(&file, finding)))
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
}

/// A finding, at its place in a file that has lines, else at the bundle.
fn annotation(bundle: &str, finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        _ => "notice",
    };
    let place = finding.location.clone().unwrap_or_default();
    let mut at = place.file.as_deref().map_or_else(|| bundle.to_owned(), property);
    for (name, number) in [("line", place.line), ("col", place.column)] {
        if let Some(number) = number {
            let _ = write!(at, ",{name}={number}"); // cannot fail
        }
    }
    let mut text = finding.message.clone();
    let inside = place.within_bundle();
    if !inside.is_empty() {
        let _ = write!(text, " ({inside})"); // cannot fail
    }
    let text = with_help(&text, Some(&finding.help));
    let title = match finding.error_code {
        Some(code) => format!("{}: {code}", finding.rule),
        None => finding.rule.to_string(),
    };
    format!("::{command} file={at},title={}::{}", property(&title), data(&text))
}

/// A message, and what to do, with nothing in either that could steer a terminal.
fn with_help(message: &str, help: Option<&str>) -> String {
    statement::with_help(&printable(message), help.map(printable).as_deref())
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property's value.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50 %\r\nof a:b"), "50 %25%0D%0Aof a:b");
        assert_eq!(property("a,b:c%\u{1b}"), "a%2Cb%3Ac%25\\u{1b}");
    }
}
