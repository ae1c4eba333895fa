//! What came of bundles, and who writes it down.

use ramp_core::{Policy, Report, Target};

use super::sink::Sink;
use crate::error::CliError;

/// What came of one bundle.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The bundle's name, as given.
    pub(crate) bundle: String,
    pub(crate) verdict: Verdict,
    pub(crate) policy: Policy,
    pub(crate) target: Target,
}

#[derive(Debug)]
pub(crate) enum Verdict {
    Judged(Box<Report>),
    NotEvaluated { message: String },
}

/// A format: outcomes in, text out, as they come or at the end.
pub(crate) trait Reporter {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError>;
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError>;
}
