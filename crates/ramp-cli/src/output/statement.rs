//! The two statements that a report makes, in the same words wherever they stand: the cluster's answer, and the gate.

use std::fmt::Write as _;

use ramp_core::{FailOn, Finding, GateReport, PolicyName, Report, Target};

use super::reporter::{Outcome, Verdict};
use super::tally::Tally;
use crate::style::printable;

/// `accepted by cluster 7.22 on rhel9`; `refused by cluster 7.22: os_not_supported, HTTP 400 from POST /v2/modules`.
pub(crate) fn answer(report: &Report) -> String {
    let target = report.target();
    let (who, unnamed) = if target.is_unknown() {
        ("the cluster's unpacker".to_owned(), "; no cluster was named")
    } else {
        (named(target), if target.cluster_version().is_none() { "; its release was not named" } else { "" })
    };
    let Some(refusal) = report.answer().refusal() else {
        // What must be so, and is not known.
        let conditions = report.answer().conditions().iter().map(|condition| format!(", {condition}"));
        return format!("accepted by {who}{unnamed}{}", conditions.collect::<String>());
    };
    let reason = refusal.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
    let mut text = format!("refused by {who}: {}{reason}", refusal.error_code);
    if let (Some(status), Some(request)) = (refusal.http_status, refusal.request) {
        let _ = write!(text, ", HTTP {status} from {request}"); // cannot fail
    }
    text.push_str(unnamed);
    // What decides and was silenced is told nowhere else.
    if !report.findings().iter().any(|finding| finding.decides_answer && finding.rule == refusal.rule) {
        let _ = write!(text, ": {}", refusal.description); // cannot fail
    }
    text
}

/// What the gate has to say, of whatever was judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gate<'a> {
    pub(crate) policy: PolicyName,
    pub(crate) fail_on: FailOn,
    pub(crate) passed: bool,
    pub(crate) findings: &'a [Finding],
}

impl<'a> Gate<'a> {
    /// That of an outcome; `None` where it could not be evaluated.
    pub(crate) fn of(outcome: &'a Outcome) -> Option<Self> {
        match &outcome.verdict {
            Verdict::Judged(report) => Some(Self::from(&**report)),
            Verdict::Files(judged) => Some(Self::from(&judged.report)),
            Verdict::NotEvaluated { .. } => None,
        }
    }
}

impl Outcome {
    /// What the cluster would answer, in words, where there is an answer.
    pub(crate) fn answer(&self) -> Option<String> {
        match &self.verdict {
            Verdict::Judged(report) => Some(answer(report)),
            _ => None,
        }
    }
}

impl<'a> From<&'a Report> for Gate<'a> {
    fn from(report: &'a Report) -> Self {
        let (policy, fail_on) = (report.policy(), report.fail_on());
        Self { policy, fail_on, passed: report.passed(), findings: report.findings() }
    }
}

impl<'a> From<&'a GateReport> for Gate<'a> {
    fn from(report: &'a GateReport) -> Self {
        let GateReport { policy, fail_on, passed, findings, .. } = report;
        Self { policy: *policy, fail_on: *fail_on, passed: *passed, findings }
    }
}

/// `passed under the policy strict`; `failed under the policy strict: 2 errors`.
pub(crate) fn gate<'a>(of: impl Into<Gate<'a>>) -> String {
    let Gate { policy, fail_on, passed, findings } = of.into();
    let tally = Tally::of(findings);
    let threshold = match fail_on {
        FailOn::Error => "",
        FailOn::Warning => ", failing on warnings",
        FailOn::Note => ", failing on notes",
        FailOn::Never => {
            let counts = Some(tally.plain()).filter(|counts| !counts.is_empty());
            let counts = counts.map(|counts| format!(": {counts}")).unwrap_or_default();
            return format!("passed under the policy {policy}, as `--fail-on never` lets everything pass{counts}");
        }
    };
    if passed {
        return format!("passed under the policy {policy}{threshold}");
    }
    format!("failed under the policy {policy}{threshold}: {}", tally.failing(fail_on).plain())
}

/// Whether all that could be evaluated passes.
pub(crate) fn all_pass(outcomes: &[Outcome]) -> bool {
    outcomes.iter().filter_map(Gate::of).all(|gate| gate.passed)
}

/// Both statements for each target, a line each, of the bundle that is named: `answer for 7.22: accepted by cluster 7.22`.
pub(crate) fn of_all(outcomes: &[Outcome], bundle: &str) -> Vec<String> {
    let gates = outcomes.iter().filter_map(|outcome| Some((outcome, Gate::of(outcome)?)));
    let lines = gates.flat_map(|(outcome, of)| {
        let whose = outcome.label.as_ref().map(|label| format!(" for {}", printable(label))).unwrap_or_default();
        let answer = outcome.answer().map(|answer| format!("answer{whose}: {}", printable(&answer)));
        answer.into_iter().chain([format!("gate{whose}: {}", gate(of))])
    });
    let named = Some(printable(bundle)).filter(|bundle| !bundle.is_empty());
    named.into_iter().chain(lines).collect()
}

/// A rule, and what the cluster answers for it: `module-version-missing: invalid_module`.
pub(crate) fn title(finding: &Finding) -> String {
    match finding.error_code {
        Some(code) => format!("{}: {code}", finding.rule),
        None => finding.rule.to_string(),
    }
}

/// A message, and on its own line what to do.
pub(crate) fn with_help(message: &str, help: Option<&str>) -> String {
    help.map_or_else(|| message.to_owned(), |help| format!("{message}\nhelp: {help}"))
}

/// The same, with nothing in either that could steer a terminal.
pub(super) fn printed(message: &str, help: Option<&str>) -> String {
    with_help(&printable(message), help.map(printable).as_deref())
}

/// A cluster, as far as it is known.
fn named(target: &Target) -> String {
    let mut text = target.cluster_version().map_or_else(|| "a cluster".to_owned(), |v| format!("cluster {v}"));
    let nodes: Vec<&str> =
        target.operating_systems().iter().chain(target.architectures()).map(String::as_str).collect();
    if !nodes.is_empty() {
        let _ = write!(text, " on {}", nodes.join(", ")); // cannot fail
    }
    if let Some(endpoint) = target.endpoint() {
        let _ = write!(text, " through {endpoint}"); // cannot fail
    }
    text
}
