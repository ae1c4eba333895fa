//! Workflow commands of GitHub Actions: the two statements and the findings as annotations.

use std::fmt::Write as _;

use ramp_core::Level;

use super::merged::{self, Found};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Github;

impl Reporter for Github {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        let file = property(&first.bundle);
        if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
            let text = statement::with_help(&printable(message), help.as_deref().map(printable).as_deref());
            return sink.line(&format!("::error file={file},title=not evaluated::{}", data(&text)));
        }
        let gates: Vec<(&Outcome, Gate<'_>)> =
            outcomes.iter().filter_map(|outcome| Some((outcome, Gate::of(outcome)?))).collect();
        let passed = gates.iter().all(|(_, gate)| gate.passed);
        let (title, command) = if passed { ("gate passed", "notice") } else { ("gate failed", "error") };
        let lines = gates.iter().flat_map(|(outcome, gate)| {
            let whose = outcome.label.as_ref().map(|label| format!(" for {}", printable(label))).unwrap_or_default();
            let answer = outcome.answer().map(|answer| format!("answer{whose}: {}", printable(&answer)));
            answer.into_iter().chain([format!("gate{whose}: {}", statement::gate(*gate))])
        });
        let text = lines.collect::<Vec<_>>().join("\n");
        sink.line(&format!("::{command} file={file},title={title}::{}", data(&text)))?;
        let found = merged::of(outcomes);
        let counting = found.iter().filter(|found| found.finding.suppressed.is_none());
        counting.into_iter().try_for_each(|found| sink.line(&annotation(&file, found)))
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
}

/// A finding, at its place in a file that has lines, else at the bundle.
fn annotation(bundle: &str, found: &Found<'_>) -> String {
    let finding = found.finding;
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
    let messages: Vec<String> = found.messages().iter().map(|message| printable(message)).collect();
    let mut text = messages.join("\n");
    let inside = place.within_bundle();
    if !inside.is_empty() {
        let _ = write!(text, " ({})", printable(&inside.to_string())); // cannot fail
    }
    let text = statement::with_help(&text, Some(&printable(&finding.help)));
    let title = match finding.error_code {
        Some(code) => format!("{}: {code}", finding.rule),
        None => finding.rule.to_string(),
    };
    format!("::{command} file={at},title={}::{}", property(&title), data(&text))
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
