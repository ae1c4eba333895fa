//! What came of bundles, and who writes it down.

use std::sync::Arc;

use ramp_core::{Finding, GateReport, Policy, Report, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::sink::Sink;
use crate::error::{CliError, one_line};

/// What came of one bundle, or of other files.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// The name of the bundle or file, as given.
    pub(crate) bundle: String,
    pub(crate) verdict: Verdict,
    pub(crate) policy: Policy,
    pub(crate) target: Target,
    /// What the target is called, where there are several.
    pub(crate) label: Option<Arc<str>>,
    /// What the module said of itself, where it was asked and answered.
    pub(crate) asked: Option<Arc<str>>,
}

impl Outcome {
    /// What of it the gate judges; `None` where it could not be evaluated.
    pub(crate) fn findings(&self) -> Option<&[Finding]> {
        match &self.verdict {
            Verdict::Judged(report) => Some(report.findings()),
            Verdict::Files(judged) => Some(&judged.report.findings),
            Verdict::NotEvaluated { .. } => None,
        }
    }

    /// Its name, and its target's where there are several.
    pub(crate) fn title(&self) -> String {
        match &self.label {
            Some(label) => format!("{} ({label})", self.bundle),
            None => self.bundle.clone(),
        }
    }
}

#[derive(Debug)]
pub(crate) enum Verdict {
    Judged(Box<Report>),
    /// Of other files, and of no bundle.
    Files(Box<JudgedFiles>),
    NotEvaluated {
        /// What could not be.
        what: Subject,
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
}

/// Why something could not be evaluated.
pub(crate) fn failed(what: Subject, err: &CliError) -> Verdict {
    Verdict::NotEvaluated { what, message: one_line(err), help: err.help() }
}

/// What was to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Bundle,
    /// A file of manifests of a cluster on Kubernetes.
    Manifest,
}

/// What came of files that are not uploaded, together.
#[derive(Debug)]
pub(crate) struct JudgedFiles {
    pub(crate) kind: FilesKind,
    pub(crate) report: GateReport,
    /// The files that were read.
    pub(crate) files: Vec<String>,
    /// How much of what is in them.
    pub(crate) summary: Option<String>,
}

/// What they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FilesKind {
    /// Manifests of a cluster on Kubernetes.
    Manifests,
    /// The bundles of one release.
    Set,
    /// Two builds of a module.
    Upgrade,
    /// A policy file.
    Configuration,
}

impl FilesKind {
    /// In one word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Manifests => "manifests",
            Self::Set => "set",
            Self::Upgrade => "upgrade",
            Self::Configuration => "configuration",
        }
    }
}

/// A format: outcomes in, text out, as they come or at the end.
pub(crate) trait Reporter {
    /// What came of one bundle, or of manifests, for each target.
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError>;
    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError>;
}
