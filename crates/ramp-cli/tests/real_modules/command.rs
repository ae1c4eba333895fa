//! Running the command, and what is expected of it.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    Reference,
    Strict,
}

/// What the command said of one bundle.
pub(crate) struct Verdict {
    exit_code: Option<i32>,
    pub(crate) result: Value,
}

impl Verdict {
    /// Whether the rule is among the findings.
    pub(crate) fn has(&self, rule: &str) -> bool {
        self.findings().any(|finding| finding["rule"] == rule)
    }

    fn findings(&self) -> impl Iterator<Item = &Value> {
        self.result["findings"].as_array().into_iter().flatten()
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { exit_code, result } = self;
        write!(f, "exit {exit_code:?}, answer {}, passed {}", result["answer"], result["passed"])?;
        self.findings()
            .try_for_each(|finding| write!(f, "\n  {} {}: {}", finding["level"], finding["rule"], finding["message"]))
    }
}

/// What it should say.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    Accepted,
    Refused { error_code: String, reason: Option<String>, rule: Option<String>, http_status: u16 },
}

pub(crate) fn ramp() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ramp"));
    command.env_remove("CLICOLOR_FORCE").env("NO_COLOR", "1");
    command
}

pub(crate) fn validate(bundle: &Path, policy: Policy, arguments: &[String]) -> Verdict {
    let policy = match policy {
        Policy::Reference => "reference",
        Policy::Strict => "strict",
    };
    let output =
        ramp().arg("validate").arg(bundle).args(["--policy", policy, "--format", "json"]).args(arguments).output();
    let output = output.unwrap();
    let mut document: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|err| {
        panic!("{}: no JSON: {err}: {}", bundle.display(), String::from_utf8_lossy(&output.stderr))
    });
    assert_eq!(document["schema_version"], 1);
    assert_eq!(document["results"].as_array().map(Vec::len), Some(1), "one bundle, one result");
    Verdict { exit_code: output.status.code(), result: document["results"][0].take() }
}

impl Outcome {
    pub(crate) fn refused(error_code: &str) -> Self {
        Self::Refused { error_code: error_code.to_owned(), reason: None, rule: None, http_status: 400 }
    }

    /// Refused by the unpacker, for a reason that it has a code for.
    pub(crate) fn unpacker(reason: &str) -> Self {
        let reason = Some(reason.to_owned());
        Self::Refused { error_code: "invalid_module".to_owned(), reason, rule: None, http_status: 400 }
    }

    /// Refused, with this rule among the findings.
    pub(crate) fn by_rule(rule: &str) -> Self {
        let rule = Some(rule.to_owned());
        Self::Refused { error_code: "invalid_module".to_owned(), reason: None, rule, http_status: 400 }
    }

    pub(crate) fn with_status(self, status: u16) -> Self {
        match self {
            Self::Accepted => Self::Accepted,
            Self::Refused { error_code, reason, rule, .. } => {
                Self::Refused { error_code, reason, rule, http_status: status }
            }
        }
    }

    pub(crate) fn check(&self, verdict: &Verdict) -> Result<(), String> {
        let result = &verdict.result;
        let wrong = |what: &str| Err(format!("{what}; expected {self:?}, got {verdict}"));
        match self {
            Self::Accepted if refusal(result).is_some() => wrong("refused"),
            // Errors that refuse nothing there are none of, so what is accepted ends well.
            Self::Accepted if verdict.exit_code != Some(0) => wrong("accepted with the wrong exit status"),
            Self::Accepted => Ok(()),
            Self::Refused { .. } if refusal(result).is_none() => wrong("accepted"),
            Self::Refused { .. } if verdict.exit_code != Some(1) => wrong("refused with the wrong exit status"),
            Self::Refused { error_code, reason, rule, http_status } => {
                let (code, status, said) = refusal(result).unwrap_or_default();
                // Where no cluster was named, and where only the gate refuses, no request is answered.
                if code != *error_code || status.is_some_and(|status| status != u64::from(*http_status)) {
                    return wrong("wrong code");
                }
                if said != *reason {
                    return wrong("wrong reason");
                }
                if rule.as_ref().is_none_or(|rule| verdict.has(rule)) {
                    Ok(())
                } else {
                    wrong("the rule is not among the findings")
                }
            }
        }
    }
}

/// What a server that enforces the policy would answer: code, status and reason of the answer, else the code of the gate.
fn refusal(result: &Value) -> Option<(String, Option<u64>, Option<String>)> {
    let answer = &result["answer"];
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(code) = text(&answer["error_code"]) {
        assert_eq!(answer["accepted"], false, "{answer}");
        return Some((code, answer["http_status"].as_u64(), text(&answer["reason"])));
    }
    assert_eq!(answer["accepted"], true, "{answer}");
    let errors = result["findings"].as_array()?.iter().filter(|finding| finding["level"] == "error");
    let codes = errors.map(|error| if error["group"] == "load" { "os_not_supported" } else { "invalid_module" });
    let code = codes.min()?;
    assert_eq!(result["passed"], false, "{result}");
    Some((code.to_owned(), None, None))
}

/// Runs a check on every item, as many at once as there are cores, and fails with all that went wrong.
pub(crate) fn for_each<T: Sync>(items: &[T], check: impl Fn(&T) -> Result<(), String> + Sync) {
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, Into::into) {
            scope.spawn(|| {
                while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = check(item) {
                        failures.lock().unwrap().push(failure);
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{} of {} failed:\n{}", failures.len(), items.len(), failures.join("\n"));
}
