//! Workflow commands of GitHub Actions: the two statements and the findings as annotations.

use std::fmt::Write as _;

use ramp_core::{Finding, Level};

use super::merged::{self, Found};
use super::place::{Place, Places};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Github {
    places: Places,
}

impl Github {
    pub(crate) const fn new(places: Places) -> Self {
        Self { places }
    }

    /// A finding, at its place in a file that has lines, else at the bundle.
    fn annotation(&self, outcome: &Outcome, found: &Found<'_>) -> String {
        let command = match found.finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            _ => "notice",
        };
        let place = self.places.of(outcome, found.finding);
        let title = property(&statement::title(found.finding));
        format!("::{command} {},title={title}::{}", at(&place), data(&found.text(&place)))
    }
}

impl Reporter for Github {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        let place = self.places.of_outcome(first);
        let file = at(&place);
        if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
            let text = statement::printed(message, help.as_deref());
            return sink.line(&format!("::error {file},title=not evaluated::{}", data(&text)));
        }
        let (title, command) =
            if statement::all_pass(outcomes) { ("gate passed", "notice") } else { ("gate failed", "error") };
        let text = statement::of_all(outcomes, &place.inside).join("\n");
        sink.line(&format!("::{command} {file},title={title}::{}", data(&text)))?;
        // Of ten notices a step GitHub shows no more: notes that nothing fails on are for the summary.
        let mut found = merged::counting(outcomes);
        let counts = |finding: &Finding| outcomes.iter().any(|outcome| finding.fails(outcome.policy.fail_on()));
        found.retain(|found| found.finding.level != Level::Note || counts(found.finding));
        found.iter().try_for_each(|found| sink.line(&self.annotation(first, found)))
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
}

/// The properties that say where.
fn at(place: &Place) -> String {
    let mut at = format!("file={}", property(&place.path));
    for (name, number) in [("line", place.line), ("col", place.column)] {
        if let Some(number) = number {
            let _ = write!(at, ",{name}={number}"); // cannot fail
        }
    }
    at
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
