//! SARIF 2.1.0, for code scanning.
//!
//! Source: the OASIS standard; the properties that GitHub's code scanning reads.

use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use ramp_core::url::is_url;
use ramp_core::{Finding, Level, Rule, Suppression, rules};
use serde_json::{Value, json};

use super::fingerprint::Fingerprints;
use super::place::{Place, Places};
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::spool::Spool;
use super::statement::{self, Gate};
use super::{home, json};
use crate::error::CliError;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The runs, one a target: what is found for one target is another alert than what is found for the next.
#[derive(Debug)]
pub(crate) struct Sarif {
    places: Places,
    runs: Vec<Run>,
}

impl Sarif {
    pub(crate) const fn new(places: Places) -> Self {
        Self { places, runs: Vec::new() }
    }
}

#[derive(Debug)]
struct Run {
    /// What the target is called, where there are several.
    label: Option<Arc<str>>,
    bundles: Items,
    results: Items,
    failures: Items,
}

/// The items of a list that is written later, a line each.
#[derive(Debug, Default)]
struct Items {
    spool: Spool,
    number: usize,
}

impl Items {
    fn push(&mut self, item: &Value) -> Result<(), CliError> {
        let between = if self.number > 0 { ",\n" } else { "" };
        self.number += 1;
        self.spool.write(&format!("{between}{}", json::compact(item)?))
    }

    /// Writes the list.
    fn drain(&mut self, key: &str, sink: &mut Sink) -> Result<(), CliError> {
        sink.write(&format!("\"{key}\":["))?;
        self.spool.drain(sink)?;
        sink.write("]")
    }
}

impl Reporter for Sarif {
    fn add(&mut self, outcomes: &[Outcome], _: &mut Sink) -> Result<(), CliError> {
        for (index, outcome) in outcomes.iter().enumerate() {
            if self.runs.len() <= index {
                self.runs.push(Run::new(outcome.label.clone()));
            }
            if let Some(run) = self.runs.get_mut(index) {
                run.add(outcome, &self.places)?;
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if self.runs.is_empty() {
            self.runs.push(Run::new(None));
        }
        sink.line(&format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":["))?;
        let last = self.runs.len().saturating_sub(1);
        for (index, run) in self.runs.iter_mut().enumerate() {
            run.write(sink)?;
            sink.line(if index < last { "," } else { "" })?;
        }
        sink.line("]}")
    }
}

impl Run {
    fn new(label: Option<Arc<str>>) -> Self {
        Self { label, bundles: Items::default(), results: Items::default(), failures: Items::default() }
    }

    fn add(&mut self, outcome: &Outcome, places: &Places) -> Result<(), CliError> {
        if let Verdict::NotEvaluated { message, help, .. } = &outcome.verdict {
            self.failures.push(&json!({
                "level": "error",
                "message": message_of(&statement::with_help(message, help.as_deref())),
                "locations": [physical(&places.of_outcome(outcome))],
            }))?;
        }
        let Some(gate) = Gate::of(outcome) else { return Ok(()) };
        let answer = match &outcome.verdict {
            Verdict::Judged(report) => json!(report.answer()),
            _ => Value::Null,
        };
        let statements: Vec<String> = outcome.answer().into_iter().chain([statement::gate(gate)]).collect();
        self.bundles.push(&json!({
            "bundle": outcome.bundle,
            "answer": answer,
            "passed": gate.passed,
            "statements": statements,
        }))?;
        // Alerts of one rule in one file are told apart by it.
        let bundle = Some(outcome.bundle.as_str()).filter(|_| places.share_a_file());
        let mut fingerprints = Fingerprints::new(bundle, self.label.as_deref());
        for finding in gate.findings {
            let place = places.of(outcome, finding);
            self.results.push(&result(bundle, finding, &place, &fingerprints.of(finding)))?;
        }
        Ok(())
    }

    fn write(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        // What stands behind the last slash is this very run's name, and there is none.
        let id = self.label.as_ref().map_or_else(|| "ramp/".to_owned(), |label| format!("ramp/{label}/"));
        let mut driver = json!({
            "name": "ramp",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
        });
        if let Some(url) = home::book() {
            driver["informationUri"] = url.into();
        }
        let head = json!({"tool": {"driver": driver}, "automationDetails": {"id": id}});
        let head = json::compact(&head)?;
        // What follows belongs to the same object.
        sink.line(&format!("{},", head.strip_suffix('}').unwrap_or(&head)))?;
        let successful = self.failures.number == 0;
        sink.write(&format!("\"invocations\":[{{\"executionSuccessful\":{successful},"))?;
        self.failures.drain("toolExecutionNotifications", sink)?;
        sink.line("}],")?;
        self.results.drain("results", sink)?;
        sink.line(",")?;
        sink.write("\"properties\":{")?;
        self.bundles.drain("bundles", sink)?;
        sink.write("}}")
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
    let mut descriptor = json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what},
        "help": {"text": rule.help, "markdown": markdown},
        "defaultConfiguration": {"level": level(rule.strict_level)},
        "properties": {"tags": [rule.group.as_str()], "error_code": rule.error_code, "reason": rule.reason},
    });
    if let Some(name) = name(rule.id) {
        descriptor["name"] = name.into();
    }
    if let Some(url) = home::page_of(rule.id) {
        descriptor["helpUri"] = url.into();
    }
    descriptor
}

/// `LoadGlibc`, of `load-glibc`. A name that is the id but for its case would say nothing (SARIF1001 of Microsoft's validator).
fn name(id: &str) -> Option<String> {
    let words = id.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    id.contains('-').then(|| words.collect())
}

fn result(bundle: Option<&str>, finding: &Finding, place: &Place, fingerprint: &str) -> Value {
    // An offset alone is no logical place.
    let location = finding.location.clone().unwrap_or_default();
    let is_logical = location.entry.is_some() || location.pointer.is_some() || bundle.is_some();
    let whose = bundle.filter(|_| location.file.is_none()).map(|bundle| format!("{bundle}: ")).unwrap_or_default();
    let message = format!("{whose}{}", finding.message);
    let suppressions: Vec<Value> = finding.suppressed.iter().map(suppression).collect();
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules::all().position(|r| r.id == finding.rule),
        "level": level(finding.level),
        "message": message_of(&statement::with_help(&message, Some(&finding.help))),
        "locations": [if is_logical { logical(place) } else { physical(place) }],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        // Empty: it was asked, and it is not.
        "suppressions": suppressions,
        "properties": {
            "decides_answer": finding.decides_answer,
            "error_code": finding.error_code,
            "reason": finding.reason,
            "follows": finding.follows,
            "offset": location.offset,
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

/// A place in a file. Code scanning shows no result without a line, and a bundle has none.
fn physical(place: &Place) -> Value {
    let mut region = json!({"startLine": place.line()});
    if let Some(column) = place.column {
        region["startColumn"] = column.into();
    }
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(&place.path)}, "region": region}})
}

/// Likewise, with the place in the bundle.
fn logical(place: &Place) -> Value {
    let mut location = physical(place);
    if !place.inside.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": place.inside}]);
    }
    location
}

/// A path or a URL as a URI reference: relative where the path is, else with the scheme. What is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    const SPECIAL: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');
    // Of a URL, what none may have in it.
    const OF_URL: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');
    if is_url(path) {
        return utf8_percent_encode(path, OF_URL).to_string();
    }
    let encoded = |path: &str| utf8_percent_encode(path, SPECIAL).to_string();
    match path.split_once(':').filter(|_| cfg!(windows)) {
        Some((drive, rest)) => format!("file:///{drive}:{}", encoded(rest)),
        None if path.starts_with('/') => format!("file://{}", encoded(path)),
        None => encoded(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("out/a b#1.zip"), "out/a%20b%231.zip");
        assert_eq!(uri("/ä.zip"), "file:///%C3%A4.zip");
        assert_eq!(uri("a:b.zip"), "a%3Ab.zip");
        assert_eq!(
            uri("https://files.example.com:8443/a b%20ä.zip"),
            "https://files.example.com:8443/a%20b%20%C3%A4.zip"
        );
    }

    #[test]
    fn rules_have_names() {
        assert_eq!(name("load-glibc").as_deref(), Some("LoadGlibc"));
        assert_eq!(name("placeholder"), None);
    }
}
