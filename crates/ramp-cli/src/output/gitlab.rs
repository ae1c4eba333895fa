//! The report of GitLab's code quality: an issue a finding and target. What does not count is left out, as GitLab knows nothing of it.
//!
//! Source: GitLab's documentation, "Code Quality report format", and the schema that it checks reports by
//! (`app/validators/json_schemas/codeclimate.json`).

use ramp_core::Level;
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::json::List;
use super::place::{Place, Places};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Gitlab {
    places: Places,
    issues: List,
}

impl Gitlab {
    pub(crate) fn new(places: Places) -> Self {
        Self { places, issues: List::new("[", ",\n", "]") }
    }
}

impl Reporter for Gitlab {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        let Some(first) = outcomes.first() else { return Ok(()) };
        if let Verdict::NotEvaluated { message, help, .. } = &first.verdict {
            let place = self.places.of_outcome(first);
            let what = described(&format!("not evaluated: {message}"), &place, help.as_deref());
            let fingerprint = Fingerprints::new(Some(&first.bundle), None).of_failure();
            return self.issues.add(&issue("not-evaluated", "blocker", &what, &place, &fingerprint), sink);
        }
        for outcome in outcomes {
            let target = outcome.label.as_ref().map(|label| format!("{label}: ")).unwrap_or_default();
            let mut fingerprints = Fingerprints::new(Some(&outcome.bundle), outcome.label.as_deref());
            for finding in outcome.findings().into_iter().flatten() {
                // Also of what is left out, so that the numbers of the others stay.
                let fingerprint = fingerprints.of(finding);
                if finding.suppressed.is_some() {
                    continue;
                }
                let place = self.places.of(outcome, finding);
                let message = format!("{}: {target}{}", statement::title(finding), finding.message);
                let what = described(&message, &place, Some(&finding.help));
                self.issues.add(&issue(&finding.rule, severity(finding.level), &what, &place, &fingerprint), sink)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        self.issues.finish(sink)
    }
}

fn issue(rule: &str, severity: &str, description: &str, place: &Place, fingerprint: &str) -> Value {
    json!({
        "description": description,
        "check_name": rule,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": place.path, "lines": {"begin": place.line()}},
    })
}

/// In one paragraph, as GitLab shows it.
fn described(message: &str, place: &Place, help: Option<&str>) -> String {
    let inside = if place.inside.is_empty() { String::new() } else { format!(" ({})", place.inside) };
    printable(&format!("{message}{inside}"))
        + &help.map(|help| format!("; help: {}", printable(help))).unwrap_or_default()
}

/// In the words of Code Climate, of which `blocker` is left for what could not be evaluated.
const fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "critical",
        Level::Warning => "minor",
        _ => "info",
    }
}
