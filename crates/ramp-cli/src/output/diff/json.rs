//! As JSON.

use ramp_core::upgrade::{Build, Change, UpgradeAnswer};
use ramp_core::{GateReport, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::{Compared, Judged};
use crate::error::CliError;
use crate::output::json::{SCHEMA_VERSION, compact};

/// What `ramp diff --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'a> {
    /// Raised when a field changes its meaning or goes away.
    schema_version: u32,
    /// The build that is in use.
    old: BuildView<'a>,
    /// The build that is to take its place.
    new: BuildView<'a>,
    /// What is different.
    changes: &'a [Change],
    /// Modules that were to be asked what they register, and did not answer: what only they know was not compared.
    unasked: Vec<UnaskedView<'a>>,
    /// What is said of it for each target, in the order given.
    results: Vec<ResultView<'a>>,
}

/// A build, as its bundle has it.
#[derive(Debug, Serialize, JsonSchema)]
struct BuildView<'a> {
    /// The bundle, as it was named on the command line.
    bundle: &'a str,
    /// Length of the bundle in bytes.
    size: u64,
    /// `module_name`.
    module_name: Option<&'a str>,
    /// `version`, as the cluster's unpacker reads it.
    version: Option<i64>,
    /// `semantic_version`.
    semantic_version: Option<&'a str>,
    /// SHA-256 of the module.
    sha256: Option<String>,
}

/// A module that was to be asked.
#[derive(Debug, Serialize, JsonSchema)]
struct UnaskedView<'a> {
    /// The bundle, as it was named on the command line.
    bundle: &'a str,
    /// Why it did not answer.
    why: &'a str,
    /// What to do, where that is known.
    help: Option<&'a str>,
}

/// What is said for one target.
#[derive(Debug, Serialize, JsonSchema)]
struct ResultView<'a> {
    /// What the builds were held against.
    target: &'a Target,
    /// What a cluster answers to the upgrade of a database; null where the builds are of different modules.
    answer: Option<&'a UpgradeAnswer>,
    #[serde(flatten)]
    report: &'a GateReport,
}

impl<'a> BuildView<'a> {
    fn of(build: &'a Build) -> Self {
        Self {
            bundle: build.bundle(),
            size: build.bundle_size(),
            module_name: build.module_name(),
            version: build.version(),
            semantic_version: build.semantic_version(),
            sha256: build.sha256().map(|digest| digest.to_string()),
        }
    }
}

pub(crate) fn text(compared: &Compared) -> Result<String, CliError> {
    compact(&Document {
        schema_version: SCHEMA_VERSION,
        old: BuildView::of(&compared.upgrade.old),
        new: BuildView::of(&compared.upgrade.new),
        changes: compared.changes(),
        unasked: compared
            .unasked
            .iter()
            .map(|unasked| UnaskedView { bundle: &unasked.bundle, why: &unasked.why, help: unasked.help.as_deref() })
            .collect(),
        results: compared.judged.iter().map(view).collect(),
    })
}

fn view(judged: &Judged) -> ResultView<'_> {
    ResultView { target: &judged.target, answer: judged.report.answer.as_ref(), report: &judged.report.gate }
}

/// The JSON Schema of it.
pub(crate) fn schema() -> schemars::Schema {
    crate::output::json::schema_of::<Document<'_>>()
}
