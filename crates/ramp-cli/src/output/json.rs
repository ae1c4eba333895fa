//! JSON and JSON Lines. The form is a contract; `docs/report.schema.json` is its schema.

use std::fmt::Write as _;

use ramp_core::{Answer, FailOn, Finding, GateReport, PolicyName, Report, Target};
use schemars::JsonSchema;
use serde::Serialize;

use super::reporter::{FilesKind, Outcome, Reporter, Verdict};
use super::sink::Sink;
use crate::error::CliError;
use crate::style;

/// Raised when a field changes its meaning or goes away.
pub(crate) const SCHEMA_VERSION: u32 = 1;

/// What `ramp validate --format json` prints.
#[derive(Debug, Serialize, JsonSchema)]
struct Document<'a> {
    /// Raised when a field changes its meaning or goes away.
    schema_version: u32,
    /// One result a bundle and target, in the order given, all targets of a bundle together; then one for each file of `--kubernetes` that could not be read, one for
    /// the others together, one for the set of all bundles, and one for the policy file, where there is something to say of them.
    results: Vec<ResultView<'a>>,
}

/// What came of one bundle, or of manifests.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum ResultView<'a> {
    /// It was judged.
    Judged(Judged<'a>),
    /// Other files were judged, together.
    Files(JudgedFiles<'a>),
    /// It could not be evaluated.
    NotEvaluated(NotEvaluated<'a>),
}

/// A bundle that was judged.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Judged<'a> {
    /// The bundle, as it was named on the command line.
    bundle: &'a str,
    #[serde(flatten)]
    report: &'a Report,
}

/// Files that are not uploaded, together: manifests of a cluster on Kubernetes, the bundles of one release, a policy file.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct JudgedFiles<'a> {
    /// The file with the cluster, the folder with the bundles, or the policy file, as it was named on the command line.
    bundle: &'a str,
    /// What the files are.
    kind: FilesKind,
    /// All files that were read, as they were named on the command line.
    files: &'a [String],
    #[serde(flatten)]
    report: &'a GateReport,
    /// What the bundles were checked against.
    target: &'a Target,
    /// Always null: nothing is uploaded.
    answer: Option<Answer>,
    /// Always null.
    metadata: Option<()>,
    /// Always null.
    module: Option<()>,
}

/// A bundle, or a file of manifests, that could not be evaluated: it could not be read, or a limit was hit.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct NotEvaluated<'a> {
    /// The bundle or file, as it was named on the command line.
    bundle: &'a str,
    /// The policy it was to be judged by.
    policy: PolicyName,
    /// The level of finding from which on it would not have passed.
    fail_on: FailOn,
    /// What it was to be checked against.
    target: &'a Target,
    /// Always null: what the cluster would answer is not known.
    answer: Option<Answer>,
    /// Never.
    passed: bool,
    /// Always empty.
    findings: [Finding; 0],
    /// Always null.
    metadata: Option<()>,
    /// Always null.
    module: Option<()>,
    /// Why it could not be evaluated.
    failure: &'a str,
    /// What to do about it, where that is known.
    help: Option<&'a str>,
}

pub(super) fn view(outcome: &Outcome) -> ResultView<'_> {
    let bundle = outcome.bundle.as_str();
    match &outcome.verdict {
        Verdict::Judged(report) => ResultView::Judged(Judged { bundle, report }),
        Verdict::Files(judged) => ResultView::Files(JudgedFiles {
            bundle,
            kind: judged.kind,
            files: &judged.files,
            report: &judged.report,
            target: &outcome.target,
            answer: None,
            metadata: None,
            module: None,
        }),
        Verdict::NotEvaluated { message, help, .. } => ResultView::NotEvaluated(NotEvaluated {
            bundle,
            policy: outcome.policy.name(),
            fail_on: outcome.policy.fail_on(),
            target: &outcome.target,
            answer: None,
            passed: false,
            findings: [],
            metadata: None,
            module: None,
            failure: message,
            help: help.as_deref(),
        }),
    }
}

/// JSON on one line, with nothing in it that could steer a terminal: JSON can say any character by its number.
pub(crate) fn compact(value: &impl Serialize) -> Result<String, CliError> {
    Ok(inert(serde_json::to_string(value)?))
}

/// JSON on many lines, likewise.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String, CliError> {
    Ok(inert(serde_json::to_string_pretty(value)?))
}

/// JSON with nothing in it that could steer a terminal.
///
/// Outside its strings JSON has no such character but the line feeds between its tokens, inside no line feed; nor has it `#`, with
/// which runners of pipelines are given commands.
pub(crate) fn inert(json: String) -> String {
    let is_bad = |c| c != '\n' && style::steers(c);
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte) || byte == b'\n';
    let commands = || json.as_bytes().contains(&b'#') && json.contains("##");
    if (json.bytes().all(is_plain) || !json.contains(is_bad)) && !commands() {
        return json;
    }
    let mut text = String::with_capacity(json.len());
    let mut before = ' ';
    for (at, c) in json.char_indices() {
        if is_bad(c) || before == '#' && style::is_bracketed(json.get(at..).unwrap_or_default()) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(text, "\\u{unit:04x}"); // cannot fail
            }
        } else {
            text.push(c);
        }
        before = c;
    }
    text
}

/// The JSON Schema of the whole document.
pub(crate) fn schema() -> schemars::Schema {
    schema_of::<Document<'_>>()
}

/// The JSON Schema of what is written so.
pub(super) fn schema_of<T: JsonSchema>() -> schemars::Schema {
    let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// A list that is written as its items come, so that their number does not matter to memory.
#[derive(Debug)]
pub(super) struct List {
    /// What stands before the items, with the bracket.
    start: String,
    between: &'static str,
    /// What stands behind them, likewise.
    end: &'static str,
    started: bool,
}

impl List {
    pub(super) fn new(start: impl Into<String>, between: &'static str, end: &'static str) -> Self {
        Self { start: start.into(), between, end, started: false }
    }

    pub(super) fn add(&mut self, item: &impl Serialize, sink: &mut Sink) -> Result<(), CliError> {
        sink.write(if self.started { self.between } else { &self.start })?;
        self.started = true;
        sink.write(&compact(item)?)
    }

    pub(super) fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        if !self.started {
            sink.write(&self.start)?;
        }
        sink.line(self.end)
    }
}

/// One document.
#[derive(Debug)]
pub(crate) struct Json(List);

impl Default for Json {
    fn default() -> Self {
        Self(List::new(format!("{{\"schema_version\":{SCHEMA_VERSION},\"results\":["), ",", "]}"))
    }
}

impl Reporter for Json {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        outcomes.iter().try_for_each(|outcome| self.0.add(&view(outcome), sink))
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<(), CliError> {
        self.0.finish(sink)
    }
}

/// One result a line.
#[derive(Debug)]
pub(crate) struct Lines;

impl Reporter for Lines {
    fn add(&mut self, outcomes: &[Outcome], sink: &mut Sink) -> Result<(), CliError> {
        outcomes.iter().try_for_each(|outcome| sink.line(&compact(&view(outcome))?))
    }

    fn finish(&mut self, _: &mut Sink) -> Result<(), CliError> {
        Ok(())
    }
}
