//! SARIF 2.1.0, for code scanning.
//!
//! Source: the OASIS standard; the properties that GitHub's code scanning reads.

use std::collections::HashMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ramp_core::{Finding, Level, Rule, rules};
use serde_json::{Value, json};

use super::json;
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement;
use crate::error::CliError;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Default)]
pub(crate) struct Sarif {
    bundles: Vec<Value>,
    results: Vec<Value>,
    failures: Vec<Value>,
}

impl Reporter for Sarif {
    fn add(&mut self, outcome: &Outcome, _: &mut Sink) -> Result<(), CliError> {
        match &outcome.verdict {
            Verdict::Judged(report) => {
                self.bundles.push(json!({
                    "bundle": outcome.bundle,
                    "answer": report.answer(),
                    "passed": report.passed(),
                    "statements": [statement::answer(report), statement::gate(&**report)],
                }));
                self.add_results(&outcome.bundle, report.findings());
            }
            Verdict::Manifests(judged) => {
                let report = &judged.report;
                self.bundles.push(json!({
                    "bundle": outcome.bundle,
                    "answer": null,
                    "passed": report.passed,
                    "statements": [statement::gate(report)],
                }));
                self.add_results(&outcome.bundle, &report.findings);
            }
            Verdict::NotEvaluated { message, help, .. } => self.failures.push(json!({
                "level": "error",
                "message": message_of(&statement::with_help(message, help.as_deref())),
                "locations": [{"physicalLocation": artifact(&outcome.bundle)}],
            })),
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        let document = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "ramp",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
                }},
                "invocations": [{
                    "executionSuccessful": self.failures.is_empty(),
                    "toolExecutionNotifications": self.failures,
                }],
                "results": self.results,
                "properties": {"bundles": self.bundles},
            }],
        });
        sink.line(&json::pretty(&document)?)
    }
}

impl Sarif {
    fn add_results(&mut self, bundle: &str, findings: &[Finding]) {
        let mut seen = HashMap::new();
        for finding in findings {
            let fingerprint = fingerprint(finding, &mut seen);
            self.results.push(result(bundle, finding, &fingerprint));
        }
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
/// offset and line, and a number where a rule has several findings at one place.
fn fingerprint(finding: &Finding, seen: &mut HashMap<String, usize>) -> String {
    let mut place = finding.location.clone().unwrap_or_default();
    (place.offset, place.line, place.column) = (None, None, None);
    let place = format!("{} {place}", finding.rule);
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
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules::all().position(|r| r.id == finding.rule),
        "level": level(finding.level),
        "message": message_of(&statement::with_help(&finding.message, Some(&finding.help))),
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
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
