//! What came of bundles, and who writes it down.

use ramp_core::{KubernetesReport, Policy, Report, Target};

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
    /// Of manifests, and of no bundle.
    Manifests(Box<JudgedManifests>),
    NotEvaluated {
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// What came of manifests of a cluster on Kubernetes.
#[derive(Debug)]
pub(crate) struct JudgedManifests {
    pub(crate) report: KubernetesReport,
    /// The files that were read.
    pub(crate) files: Vec<String>,
    /// How much of what is in them.
    pub(crate) summary: String,
}

/// A format: outcomes in, text out, as they come or at the end.
pub(crate) trait Reporter {
    fn add(&mut self, outcome: &Outcome, sink: &mut Sink) -> Result<(), CliError>;
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError>;
}
