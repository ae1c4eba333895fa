//! JUnit XML: a suite a bundle, a test a finding, one for the cluster's answer, and one for the gate where it passes.
//!
//! What fails is what the exit status fails for, each once: where the gate does not pass, the findings for which it does not
//! are the failures, and the suite says what the gate does. The class of a test is the bundle.

use std::collections::HashMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::listing::suppressed;
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::statement::{self, Gate};
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Junit {
    report: Report,
}

impl Default for Junit {
    fn default() -> Self {
        Self { report: Report::new("ramp validate") }
    }
}

/// What the cluster would answer: told, and not tested.
fn answer(report: &ramp_core::Report) -> TestCase {
    let mut case = TestCase::new("answer", TestCaseStatus::success());
    case.set_system_out(printable(&statement::answer(report)));
    case
}

/// The gate, and a test a finding.
fn add_cases(suite: &mut TestSuite, of: Gate<'_>) {
    let gate = statement::gate(of);
    if of.passed {
        let mut case = TestCase::new("gate", TestCaseStatus::success());
        case.set_system_out(gate);
        suite.add_test_case(case);
    } else {
        suite.set_system_out(gate);
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for finding in of.findings {
        let place = finding.location.as_ref().map(|l| printable(&format!(" {l}"))).unwrap_or_default();
        let name = format!("{}{place}", finding.rule);
        // Readers tell tests by their names.
        let number = *seen.entry(name.clone()).and_modify(|n| *n += 1).or_insert(1);
        let name = if number > 1 { format!("{name} ({number})") } else { name };
        let mut case = TestCase::new(name, TestCaseStatus::success());
        let message = printable(&finding.message);
        let help = format!("help: {}", printable(&finding.help));
        if let Some(known) = &finding.suppressed {
            let mut status = TestCaseStatus::skipped();
            status.set_message(printable(&suppressed(known)));
            case.status = status;
            case.set_system_out(format!("{message}\n{help}"));
        } else if of.fail_on.fails(finding.level) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(finding.level.as_str()).set_message(message);
            // Beside the message, which readers show in front of it.
            status.set_description(help);
            case.status = status;
        } else {
            case.set_system_out(format!("{message}\n{help}"));
        }
        if let Some(file) = finding.location.as_ref().and_then(|location| location.file.as_ref()) {
            case.extra.insert("file".into(), printable(file).into());
        }
        if let Some(line) = finding.location.as_ref().and_then(|location| location.line) {
            case.extra.insert("line".into(), line.to_string().into());
        }
        suite.add_test_case(case);
    }
}

impl Reporter for Junit {
    fn add(&mut self, outcomes: &[Outcome], _: &mut Sink) -> Result<(), CliError> {
        self.report.add_test_suites(outcomes.iter().map(suite));
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        let xml = self.report.to_string().map_err(CliError::Junit)?;
        sink.write(&xml)
    }
}

fn suite(outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new(printable(&outcome.title()));
    match &outcome.verdict {
        Verdict::NotEvaluated { message, help, .. } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(printable(message));
            if let Some(help) = help {
                status.set_description(format!("help: {}", printable(help)));
            }
            suite.add_test_case(TestCase::new("evaluation", status));
        }
        Verdict::Judged(report) => {
            suite.add_test_case(answer(report));
            add_cases(&mut suite, Gate::from(&**report));
        }
        Verdict::Files(judged) => add_cases(&mut suite, Gate::from(&judged.report)),
    }
    // Readers tell tests apart by class and name, and not by suite.
    for case in &mut suite.test_cases {
        case.set_classname(suite.name.clone());
    }
    suite
}
