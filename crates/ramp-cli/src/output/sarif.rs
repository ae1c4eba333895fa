//! SARIF 2.1.0, for code scanning.
//!
//! Source: the OASIS standard; the properties that GitHub's code scanning reads.

use std::collections::HashMap;
use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ramp_core::{Finding, Level, Rule, Suppression, rules};
use serde_json::{Value, json};

use super::json;
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use crate::error::CliError;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The runs, one a target: what is found for one target is another alert than what is found for the next.
#[derive(Debug, Default)]
pub(crate) struct Sarif {
    runs: Vec<Run>,
}

#[derive(Debug)]
struct Run {
    /// What the target is called, where there are several.
    label: Option<Arc<str>>,
    bundles: Vec<Value>,
    results: Vec<Value>,
    failures: Vec<Value>,
}

impl Reporter for Sarif {
    fn add(&mut self, outcomes: &[Outcome], _: &mut Sink) -> Result<(), CliError> {
        for (index, outcome) in outcomes.iter().enumerate() {
            if self.runs.len() <= index {
                self.runs.push(Run::new(outcome.label.clone()));
            }
            self.runs.get_mut(index).into_iter().for_each(|run| run.add(outcome));
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if self.runs.is_empty() {
            self.runs.push(Run::new(None));
        }
        let runs: Vec<Value> = self.runs.iter().map(Run::json).collect();
        sink.line(&json::pretty(&json!({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}))?)
    }
}

impl Run {
    const fn new(label: Option<Arc<str>>) -> Self {
        Self { label, bundles: Vec::new(), results: Vec::new(), failures: Vec::new() }
    }

    fn add(&mut self, outcome: &Outcome) {
        if let Verdict::NotEvaluated { message, help, .. } = &outcome.verdict {
            self.failures.push(json!({
                "level": "error",
                "message": message_of(&statement::with_help(message, help.as_deref())),
                "locations": [{"physicalLocation": artifact(&outcome.bundle)}],
            }));
        }
        let Some(gate) = Gate::of(outcome) else { return };
        let answer = match &outcome.verdict {
            Verdict::Judged(report) => json!(report.answer()),
            _ => Value::Null,
        };
        let statements: Vec<String> = outcome.answer().into_iter().chain([statement::gate(gate)]).collect();
        self.bundles.push(json!({
            "bundle": outcome.bundle,
            "answer": answer,
            "passed": gate.passed,
            "statements": statements,
        }));
        let mut seen = HashMap::new();
        for finding in gate.findings {
            let fingerprint = fingerprint(finding, self.label.as_deref(), &mut seen);
            self.results.push(result(&outcome.bundle, finding, &fingerprint));
        }
    }

    fn json(&self) -> Value {
        // What stands behind the last slash is this very run's name, and there is none.
        let id = self.label.as_ref().map_or_else(|| "ramp/".to_owned(), |label| format!("ramp/{label}/"));
        json!({
            "tool": {"driver": {
                "name": "ramp",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
            }},
            "automationDetails": {"id": id},
            "invocations": [{
                "executionSuccessful": self.failures.is_empty(),
                "toolExecutionNotifications": self.failures,
            }],
            "results": self.results,
            "properties": {"bundles": self.bundles},
        })
    }
}

/// A message in plain text. A text in brackets with an address behind would be a link (3.11.6), wherever it is from.
fn message_of(text: &str) -> Value {
    json!({"text": text.replace("](", "\\](")})
}

fn level(level: Level) -> &'static str {
    // SARIF happens to have the same three words.
    level.as_str()
}

fn descriptor(rule: &Rule) -> Value {
    let markdown = format!(
        "**What** {}\n\n**Why** {}\n\n**Help** {}\n\n**Example** {}",
        rule.what, rule.why, rule.help, rule.example
    );
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what},
        "help": {"text": rule.help, "markdown": markdown},
        "defaultConfiguration": {"level": level(rule.strict_level)},
        "properties": {"tags": [rule.group.as_str()], "error_code": rule.error_code, "reason": rule.reason},
    })
}

/// What tells a finding from others and stays when the bundle is built anew: its place in the bundle or file, without
/// offset and line, the target where there are several, and a number where a rule has several findings at one place.
fn fingerprint(finding: &Finding, label: Option<&str>, seen: &mut HashMap<String, usize>) -> String {
    let mut place = finding.location.clone().unwrap_or_default();
    (place.offset, place.line, place.column) = (None, None, None);
    let target = label.map(|label| format!(" for {label}")).unwrap_or_default();
    let place = format!("{} {place}{target}", finding.rule);
    // FNV-1a: the same for ever, and nothing depends on its strength.
    let hash = place
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let number = seen.entry(place).and_modify(|n| *n += 1).or_insert(1);
    format!("{hash:016x}:{number}")
}

fn result(bundle: &str, finding: &Finding, fingerprint: &str) -> Value {
    let place = finding.location.clone().unwrap_or_default();
    let mut physical = artifact(place.file.as_deref().unwrap_or(bundle));
    physical["region"] = match (place.line, place.column) {
        (Some(line), Some(column)) => json!({"startLine": line, "startColumn": column}),
        // Code scanning shows no result without a line, and a bundle has none.
        _ => json!({"startLine": 1}),
    };
    let mut location = json!({"physicalLocation": physical});
    let inside = place.within_bundle();
    if let Some(place) = Some(inside).filter(|l| l.entry.is_some() || l.pointer.is_some()) {
        location["logicalLocations"] = json!([{"fullyQualifiedName": place.to_string()}]);
    }
    let suppressions: Vec<Value> = finding.suppressed.iter().map(suppression).collect();
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules::all().position(|r| r.id == finding.rule),
        "level": level(finding.level),
        "message": message_of(&statement::with_help(&finding.message, Some(&finding.help))),
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        // Empty: it was asked, and it is not.
        "suppressions": suppressions,
        "properties": {
            "decides_answer": finding.decides_answer,
            "error_code": finding.error_code,
            "reason": finding.reason,
            "follows": finding.follows,
            "offset": place.offset,
            "data": finding.data,
        },
    })
}

/// Known, by a file beside the bundle.
fn suppression(known: &Suppression) -> Value {
    json!({
        "kind": "external",
        "status": "accepted",
        "justification": known.reason,
        "properties": {"until": known.until},
    })
}

fn artifact(bundle: &str) -> Value {
    json!({"artifactLocation": {"uri": uri(bundle)}})
}

/// A path as a relative or absolute URI reference: what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    utf8_percent_encode(&path.replace('\\', "/"), SPECIAL).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("out/a b#1.zip"), "out/a%20b%231.zip");
        assert_eq!(uri("/ä.zip"), "/%C3%A4.zip");
    }
}
