//! Workflow commands of GitHub Actions: the two statements and the findings as annotations.

use std::fmt::Write as _;

use ramp_core::Level;

use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Github;

impl Reporter for Github {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError> {
        let file = property(&outcome.bundle);
        let report = match &outcome.verdict {
            Verdict::Judged(report) => report,
            Verdict::NotEvaluated { message } => {
                return sink.line(&format!("::error file={file},title=not evaluated::{}", data(&printable(message))));
            }
        };
        let (title, text) = (if report.passed() { "passed" } else { "failed" }, statement::gate(report));
        let text = format!("answer: {}\ngate: {text}", printable(&statement::answer(report)));
        let command = if report.passed() { "notice" } else { "error" };
        sink.line(&format!("::{command} file={file},title={title}::{}", data(&text)))?;
        for finding in report.findings() {
            let command = match finding.level {
                Level::Error => "error",
                Level::Warning => "warning",
                _ => "notice",
            };
            let mut text = finding.message.clone();
            if let Some(location) = &finding.location {
                let _ = write!(text, " ({location})"); // cannot fail
            }
            let text = format!("{}\n{}", printable(&text), printable(&finding.help));
            let title = match finding.error_code {
                Some(code) => format!("{}: {code}", finding.rule),
                None => finding.rule.to_string(),
            };
            sink.line(&format!("::{command} file={file},title={}::{}", property(&title), data(&text)))?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
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
