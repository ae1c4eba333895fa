//! What came of bundles, and who writes it down.

use ramp_core::{KubernetesReport, Policy, Report, Target};

use super::sink::Sink;
use crate::error::CliError;

/// What came of one bundle, or of manifests.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The name of the bundle or file, as given.
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
        /// What could not be.
        what: Subject,
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// What was to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Bundle,
    /// A file of manifests of a cluster on Kubernetes.
    Manifest,
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
