//! The diagnostic format of reviewdog, as one document. What does not count is left out.
//!
//! Source: `proto/rdf` of reviewdog. Its columns count bytes, of a line that is not at hand here, and a place without them is the whole
//! line.

use ramp_core::Level;
use serde_json::{Value, json};

use super::home;
use super::json::List;
use super::merged::{self, Found};
use super::place::{Place, Places};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Rdjson {
    places: Places,
    diagnostics: List,
}

impl Rdjson {
    pub(crate) fn new(places: Places) -> Self {
        let mut source = json!({"name": "ramp"});
        if let Some(url) = home::book() {
            source["url"] = url.into();
        }
        let start = format!("{{\"source\":{source},\"diagnostics\":[");
        Self { places, diagnostics: List::new(start, ",\n", "]}") }
    }

    fn of_finding(&self, outcome: &Outcome, found: &Found<'_>) -> Value {
        let finding = found.finding;
        let place = self.places.of(outcome, finding);
        let severity = match finding.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            _ => "INFO",
        };
        let mut code = json!({"value": finding.rule});
        if let Some(url) = home::page_of(&finding.rule) {
            code["url"] = url.into();
        }
        let line = format!("{}: {}: {}", finding.level, statement::title(finding), found.messages().join("; "));
        diagnostic(&place, severity, &code, &found.text(&place), &line)
    }
}

impl Reporter for Rdjson {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
            let place = self.places.of_outcome(first);
            let code = json!({"value": "not-evaluated"});
            let text = statement::printed(message, help.as_deref());
            let line = format!("not evaluated: {message}");
            return self.diagnostics.add(&diagnostic(&place, "ERROR", &code, &text, &line), sink);
        }
        merged::counting(outcomes).iter().try_for_each(|found| {
            let diagnostic = self.of_finding(first, found);
            self.diagnostics.add(&diagnostic, sink)
        })
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        self.diagnostics.finish(sink)
    }
}

/// A diagnostic, with the line that a compiler would have written.
fn diagnostic(place: &Place, severity: &str, code: &Value, text: &str, line: &str) -> Value {
    let at = place.line();
    let inside = if place.inside.is_empty() { String::new() } else { format!(" ({})", place.inside) };
    json!({
        "message": text,
        "location": {"path": place.path, "range": {"start": {"line": at}}},
        "severity": severity,
        "code": code,
        "original_output": printable(&format!("{}:{at}: {line}{inside}", place.path)),
    })
}
