//! JUnit XML: a suite a bundle, a test a finding, and one for the verdict.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Outcome, Reporter, Sink, Verdict};
use crate::args::FailOn;
use crate::error::CliError;

#[derive(Debug)]
pub(crate) struct Junit {
    report: Report,
    fail_on: FailOn,
}

impl Junit {
    pub(crate) fn new(fail_on: FailOn) -> Self {
        Self { report: Report::new("ramp validate"), fail_on }
    }
}

impl Reporter for Junit {
    fn add(&mut self, outcome: &Outcome, _: &mut Sink) -> Result<(), CliError> {
        let mut suite = TestSuite::new(outcome.bundle.as_str());
        match &outcome.verdict {
            Verdict::NotEvaluated { message } => {
                let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
                status.set_message(message.as_str());
                suite.add_test_case(TestCase::new("evaluation", status));
            }
            Verdict::Judged(report) => {
                let mut status = TestCaseStatus::success();
                if let Some(refusal) = report.upload() {
                    status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                    status.set_type(refusal.error_code.as_str()).set_message(refusal.message);
                }
                suite.add_test_case(TestCase::new("upload", status));
                for finding in report.findings() {
                    let place = finding.location.as_ref().map(|l| format!(" {l}")).unwrap_or_default();
                    let mut case = TestCase::new(format!("{}{place}", finding.rule), TestCaseStatus::success());
                    case.set_classname(finding.group.as_str());
                    let text = format!("{}\n{}", finding.message, finding.help);
                    if self.fail_on.fails(finding.level) {
                        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
                        status.set_type(finding.level.as_str()).set_message(finding.message.as_str());
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
