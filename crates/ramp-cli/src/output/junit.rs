//! JUnit XML: a suite a bundle, a test a finding, and one for the verdict.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use ramp_core::{Level, Refusal};

use super::reporter::{Outcome, Reporter, Verdict};
use super::sink::Sink;
use crate::args::format::FailOn;
use crate::error::CliError;
use crate::style::printable;

#[derive(Debug)]
pub(crate) struct Junit {
    report: Report,
    fail_on: FailOn,
}

impl Junit {
    pub(crate) fn new(fail_on: FailOn) -> Self {
        Self { report: Report::new("ramp validate"), fail_on }
    }

    /// The verdict: fails where the exit status does.
    fn upload(&self, refusal: Option<&Refusal>) -> TestCase {
        let Some(refusal) = refusal else {
            return TestCase::new("upload", TestCaseStatus::success());
        };
        let reason = refusal.reason.as_ref().map(|r| format!(" ({r})")).unwrap_or_default();
        let text = format!("{}{reason}: {}", refusal.error_code, refusal.message);
        if self.fail_on.fails(Level::Error) {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(refusal.error_code.as_str()).set_message(text);
            return TestCase::new("upload", status);
        }
        let mut case = TestCase::new("upload", TestCaseStatus::success());
        case.set_system_out(text);
        case
    }
}

impl Reporter for Junit {
    fn add(&mut self, outcome: &Outcome, _: &mut Sink) -> Result<(), CliError> {
        let mut suite = TestSuite::new(printable(&outcome.bundle));
        match &outcome.verdict {
            Verdict::NotEvaluated { message } => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(printable(message));
                suite.add_test_case(TestCase::new("evaluation", status));
            }
            Verdict::Judged(report) => {
                suite.add_test_case(self.upload(report.upload()));
                for finding in report.findings() {
                    let place = finding.location.as_ref().map(|l| printable(&format!(" {l}"))).unwrap_or_default();
                    let mut case = TestCase::new(format!("{}{place}", finding.rule), TestCaseStatus::success());
                    case.set_classname(finding.group.as_str());
                    let message = printable(&finding.message);
                    let text = format!("{message}\n{}", printable(&finding.help));
                    if self.fail_on.fails(finding.level) {
                        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                        status.set_type(finding.level.as_str()).set_message(message);
                        status.set_description(text);
                        case.status = status;
                    } else {
                        case.set_system_out(text);
                    }
                    suite.add_test_case(case);
                }
            }
        }
        self.report.add_test_suite(suite);
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        let xml = self.report.to_string().map_err(CliError::Junit)?;
        sink.write(&xml)
    }
}
