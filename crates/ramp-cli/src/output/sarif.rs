//! SARIF 2.1.0, for code scanning.
//!
//! Source: the OASIS standard; the properties that GitHub's code scanning reads.

use std::fmt::Write as _;

use ramp_core::rules::{self, Rule};
use ramp_core::{Finding, Level};
use serde_json::{Value, json};

use super::{Outcome, Reporter, Sink, Verdict, json};
use crate::error::CliError;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

#[derive(Debug, Default)]
pub(crate) struct Sarif {
    results: Vec<Value>,
    failures: Vec<Value>,
}

impl Reporter for Sarif {
    fn add(&mut self, outcome: &Outcome, _: &mut Sink) -> Result<(), CliError> {
        match &outcome.verdict {
            Verdict::Judged(report) => {
                self.results.extend(report.findings().iter().map(|f| result(&outcome.bundle, f)));
            }
            Verdict::NotEvaluated { message } => self.failures.push(json!({
                "level": "error",
                "message": {"text": message},
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
                    "informationUri": env!("CARGO_PKG_REPOSITORY"),
                    "rules": rules::all().map(descriptor).collect::<Vec<_>>(),
                }},
                "invocations": [{
                    "executionSuccessful": self.failures.is_empty(),
                    "toolExecutionNotifications": self.failures,
                }],
                "results": self.results,
            }],
        });
        sink.line(&json::pretty(&document)?)
    }
}

fn level(level: Level) -> &'static str {
    // SARIF happens to have the same three words.
    level.as_str()
}

fn descriptor(rule: &Rule) -> Value {
    let markdown = format!(
        "**What** {}\n\n**Why** {}\n\n**Cure** {}\n\n**Example** {}",
        rule.what, rule.why, rule.cure, rule.example
    );
    json!({
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.what},
        "help": {"text": rule.cure, "markdown": markdown},
        "defaultConfiguration": {"level": level(rule.strict_level)},
        "properties": {"tags": [rule.group.as_str()], "error_code": rule.error_code, "reason": rule.reason},
    })
}

fn result(bundle: &str, finding: &Finding) -> Value {
    let mut physical = artifact(bundle);
    let mut logical = Vec::new();
    if let Some(location) = &finding.location {
        if let Some(offset) = location.offset {
            physical["region"] = json!({"byteOffset": offset, "byteLength": 0});
        }
        if location.entry.is_some() || location.pointer.is_some() {
            logical.push(json!({"fullyQualifiedName": location.to_string()}));
        }
    }
    json!({
        "ruleId": finding.rule,
        "ruleIndex": rules::all().position(|r| r.id == finding.rule),
        "level": level(finding.level),
        "message": {"text": format!("{}. {}", finding.message, finding.help)},
        "locations": [{"physicalLocation": physical, "logicalLocations": logical}],
        "properties": {"error_code": finding.error_code, "reason": finding.reason},
    })
}

fn artifact(bundle: &str) -> Value {
    json!({"artifactLocation": {"uri": uri(bundle)}})
}

/// A path as a relative or absolute URI reference: what is not unreserved is percent-encoded.
fn uri(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.replace('\\', "/").bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}"); // cannot fail
        }
    }
    uri
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
