//! Logging commands of Azure Pipelines: what is found as issues of the run.
//!
//! Azure knows errors and warnings. A note, and a gate that passes, is a line of the log. The result of the task is left to the exit
//! status, which is that of the gate: `task.complete` would decide it a second time, and `SucceededWithIssues` would make something
//! of warnings that the gate lets pass.
//!
//! Sources: Microsoft's documentation, "Logging commands"; `Command.cs` of the agent, for what is escaped.

use std::fmt::Write as _;

use ramp_core::Level;

use super::merged::{self, Found};
use super::place::{Place, Places};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Azure {
    places: Places,
}

impl Azure {
    pub(crate) const fn new(places: Places) -> Self {
        Self { places }
    }

    fn of_finding(&self, outcome: &Outcome, found: &Found<'_>) -> String {
        let finding = found.finding;
        let place = self.places.of(outcome, finding);
        let text = format!("{}: {}", statement::title(finding), found.text(&place));
        match finding.level {
            Level::Error => issue("error", &place, &finding.rule, &text),
            Level::Warning => issue("warning", &place, &finding.rule, &text),
            level => line(level.as_str(), &place, &text),
        }
    }
}

impl Reporter for Azure {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        let place = self.places.of_outcome(first);
        if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
            let text = statement::printed(message, help.as_deref());
            return sink.line(&issue("error", &place, "not-evaluated", &format!("not evaluated: {text}")));
        }
        let text = statement::of_all(outcomes, &place.inside).join("\n");
        if statement::all_pass(outcomes) {
            sink.line(&line("gate passed", &place, &text))?;
        } else {
            sink.line(&issue("error", &place, "gate", &format!("gate failed\n{text}")))?;
        }
        merged::counting(outcomes).iter().try_for_each(|found| sink.line(&self.of_finding(first, found)))
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
}

fn issue(kind: &str, place: &Place, code: &str, text: &str) -> String {
    let mut at = format!("sourcepath={};", property(&place.path));
    for (name, number) in [("linenumber", place.line), ("columnnumber", place.column)] {
        if let Some(number) = number {
            let _ = write!(at, "{name}={number};"); // cannot fail
        }
    }
    format!("##vso[task.logissue type={kind};{at}code={};]{}", property(code), data(text))
}

/// What is no issue: lines of the log, the first with the file.
fn line(what: &str, place: &Place, text: &str) -> String {
    let mut at = printable(&place.path);
    for number in [place.line, place.column].into_iter().flatten() {
        let _ = write!(at, ":{number}"); // cannot fail
    }
    format!("{what}: {at}: {}", text.replace('\n', "\n  "))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property's value.
fn property(text: &str) -> String {
    data(&printable(text)).replace(']', "%5D").replace(';', "%3B")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(data("50 %\r\nof a;b]"), "50 %AZP25%0D%0Aof a;b]");
        assert_eq!(property("a;b]c%\u{1b}"), "a%3Bb%5Dc%AZP25\\u{1b}");
    }
}
