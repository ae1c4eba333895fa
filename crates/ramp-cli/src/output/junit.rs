//! JUnit XML: a suite a bundle, a test a finding, one for the cluster's answer, and one for the gate where it passes.
//!
//! What fails is what the exit status fails for, each once: where the gate does not pass, the findings for which it does not
//! are the failures, and a property of the suite says what the gate does. The class of a test is the bundle.
//!
//! What stands in it is what the schemas of Jenkins' xUnit plugin and of Maven Surefire both have: no attribute for the file or the
//! line of a test, and no output of a suite. Each time is 0: how long it takes to judge is nobody's business here, and the report of
//! the same bundles stays the same.

use std::collections::HashMap;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::listing::suppressed;
use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use super::spool::Spool;
use super::statement::{self, Gate};
use crate::error::CliError;
use crate::style::printable;

/// The suites, and how many tests all of them have.
#[derive(Debug, Default)]
pub(crate) struct Junit {
    suites: Spool,
    tests: usize,
    failures: usize,
    errors: usize,
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
        suite.add_property(Property::new("gate", gate));
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
        suite.add_test_case(case);
    }
}

impl Reporter for Junit {
    fn add(&mut self, outcomes: &[Outcome], _: &mut Sink) -> Result<(), CliError> {
        let mut report = Report::new("");
        report.add_test_suites(outcomes.iter().map(suite));
        self.tests += report.tests;
        self.failures += report.failures;
        self.errors += report.errors;
        let xml = report.to_string().map_err(CliError::Junit)?;
        // Of the document, the suites.
        let (start, end) = (xml.find("<testsuite "), xml.rfind("</testsuites>"));
        let suites = start.zip(end).and_then(|(start, end)| xml.get(start..end)).unwrap_or_default();
        self.suites.write(&format!("    {}\n", suites.trim_end()))
    }

    /// The element around them is our own: that of the library has a number of skipped tests, which the schema of Jenkins' plugin does
    /// not have, and wants all suites in memory.
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        let Self { suites, tests, failures, errors } = self;
        sink.line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\"");
        sink.line(&format!("<testsuites name=\"ramp validate\" {counts} time=\"0.000\">"))?;
        suites.drain(sink)?;
        sink.line("</testsuites>")
    }
}

fn suite(outcome: &Outcome) -> TestSuite {
    let mut suite = TestSuite::new(printable(&outcome.title()));
    match &outcome.verdict {
        Verdict::NotEvaluated { message, help, .. } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("not-evaluated").set_message(printable(message));
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
    suite.set_time(Duration::ZERO);
    // Readers tell tests apart by class and name, and not by suite.
    for case in &mut suite.test_cases {
        case.set_classname(suite.name.clone()).set_time(Duration::ZERO);
    }
    suite
}
