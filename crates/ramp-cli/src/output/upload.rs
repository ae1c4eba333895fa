//! What came of an upload: the report on the bundle, then what the cluster says.

use std::fmt::Write as _;

use ramp_client::{ClientError, ClusterModule, Difference, Refused, Undone, Uploaded};
use ramp_core::rules;
use ramp_core::{Endpoint, Policy, Report};
use serde::Serialize;

use super::look::Look;
use super::refusal::{ErrorView, words};
use super::reporter::{Outcome as Judged, Reporter as _, Verdict};
use super::sink::Sink;
use super::{human, json};
use crate::args::format::ListFormat;
use crate::error::{CliError, one_line};
use crate::style::{self, ERROR, GOOD, STRONG, WARNING, paint, printable};

/// How many characters of a value are shown: what is longer, JSON has whole.
const LONGEST: usize = 300;

/// A bundle, and what became of it.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) bundle: String,
    pub(crate) cluster: String,
    pub(crate) endpoint: Endpoint,
    pub(crate) policy: Policy,
    pub(crate) report: Report,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    /// The cluster would refuse it, or it does not pass.
    NotSent,
    /// The cluster has it already, and it was to be sent only where it has not.
    There {
        module: Box<ClusterModule>,
        /// The digest that both have; `None` where the cluster tells none.
        sha256: Option<String>,
    },
    /// Likewise, and it has another build of that version, or says otherwise of it.
    Different {
        module: Box<ClusterModule>,
        differences: Vec<Difference>,
    },
    /// It was not to be sent.
    DryRun,
    Uploaded(Uploaded),
    /// What was missing of a module that was there in part.
    Completed(Uploaded),
    Failed(ClientError),
}

/// What `ramp upload --format json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    bundle: &'a str,
    cluster: &'a str,
    endpoint: Endpoint,
    /// Whether anything was sent to the cluster.
    sent: bool,
    /// As in the results of `ramp validate`.
    report: &'a Report,
    uploaded: Option<UploadedView<'a>>,
    /// What the cluster has already of it, where it was to be sent only if that is missing.
    there: Option<ThereView<'a>>,
    /// What the cluster refuses.
    error: Option<ErrorView<'a>>,
    /// What kept it from answering.
    failure: Option<String>,
    undone: &'a [String],
    left: &'a [String],
}

#[derive(Debug, Serialize)]
struct UploadedView<'a> {
    module_uid: Option<&'a str>,
    action_uid: Option<&'a str>,
    nodes: &'a [u64],
}

#[derive(Debug, Serialize)]
struct ThereView<'a> {
    module_uid: Option<&'a str>,
    /// Whether it is the same build; `null` where the cluster tells no digest.
    same: Option<bool>,
    /// The digest of the cluster's module, where it tells one.
    sha256: Option<&'a str>,
    /// In what it is another.
    differences: Vec<DifferenceView<'a>>,
}

#[derive(Debug, Serialize)]
struct DifferenceView<'a> {
    field: &'a str,
    /// Where it is said of the build for one platform.
    platform: Option<&'a str>,
    /// As JSON, but for digests.
    there: &'a str,
    here: &'a str,
}

impl<'a> ThereView<'a> {
    fn of(outcome: &'a Outcome) -> Option<Self> {
        let (module, same, sha256, differences) = match outcome {
            Outcome::There { module, sha256 } => (module, sha256.as_ref().map(|_| true), sha256.as_deref(), &[][..]),
            Outcome::Different { module, differences } => {
                let told = differences.iter().find(|it| it.field == "sha256").map(|it| it.there.as_str());
                (module, Some(false), told, differences.as_slice())
            }
            _ => return None,
        };
        let view = |it: &'a Difference| DifferenceView {
            field: &it.field,
            platform: it.platform.as_deref(),
            there: &it.there,
            here: &it.here,
        };
        Some(Self {
            module_uid: module.uid.as_deref(),
            same,
            sha256,
            differences: differences.iter().map(view).collect(),
        })
    }
}

pub(crate) fn write(format: ListFormat, delivery: &Delivery, sink: &mut Sink) -> Result<(), CliError> {
    match format {
        ListFormat::Json => sink.line(&json::compact(&view(delivery))?),
        // What is there already is not asked for, so what would be answered is of no interest.
        ListFormat::Human if matches!(delivery.outcome, Outcome::There { .. }) => {
            sink.write(describe(delivery, style::width()).trim_start())
        }
        ListFormat::Human => {
            let judged = Judged {
                bundle: delivery.bundle.clone(),
                policy: delivery.policy.clone(),
                target: delivery.report.target().clone(),
                verdict: Verdict::Judged(Box::new(delivery.report.clone())),
                label: None,
                asked: None,
            };
            human::Human::new(&Look::default()).add(&[judged], sink)?;
            sink.write(&describe(delivery, style::width()))
        }
    }
}

fn view(delivery: &Delivery) -> Document<'_> {
    let failed = match &delivery.outcome {
        Outcome::Failed(err) => Some(err),
        _ => None,
    };
    let uploaded = match &delivery.outcome {
        Outcome::Uploaded(uploaded) | Outcome::Completed(uploaded) => {
            let Uploaded { module_uid, action_uid, nodes, .. } = uploaded;
            Some(UploadedView { module_uid: module_uid.as_deref(), action_uid: action_uid.as_deref(), nodes })
        }
        _ => None,
    };
    let undone = failed.and_then(ClientError::undone);
    Document {
        schema_version: json::SCHEMA_VERSION,
        bundle: &delivery.bundle,
        cluster: &delivery.cluster,
        endpoint: delivery.endpoint,
        sent: matches!(delivery.outcome, Outcome::Uploaded(_) | Outcome::Completed(_) | Outcome::Failed(_)),
        report: &delivery.report,
        uploaded,
        there: ThereView::of(&delivery.outcome),
        error: failed.and_then(ClientError::refusal).map(ErrorView::of),
        failure: failed.filter(|err| err.refusal().is_none()).map(|err| one_line(err)),
        undone: undone.map(|undone| undone.undone.as_slice()).unwrap_or_default(),
        left: undone.map(|undone| undone.left.as_slice()).unwrap_or_default(),
    }
}

fn describe(delivery: &Delivery, width: usize) -> String {
    let mut text = String::from("\n");
    let mut line = |first: &str, what: &str| {
        let _ = writeln!(text, "{}", style::wrap(&printable(what), width, first, "  ")); // cannot fail
    };
    let Delivery { cluster, endpoint, .. } = delivery;
    match &delivery.outcome {
        Outcome::NotSent if delivery.report.answer().accepted() => {
            line("", &format!("not sent to {cluster}, which would take it: it does not pass the gate"));
            line(
                "  help: ",
                "Send it anyway with `--force`; or let it pass, with `--allow RULE` or `--policy reference`.",
            );
        }
        Outcome::NotSent => {
            line("", &format!("not sent to {cluster}, which would refuse it"));
            // What cannot be read cannot be described to a cluster of 8.0 or later.
            if *endpoint != Endpoint::UserDefined || delivery.report.metadata().is_some() {
                line(
                    "  help: ",
                    "What it would refuse it for is told above; to see its own answer, send it anyway with `--force`.",
                );
            }
        }
        Outcome::There { module, sha256 } => {
            let same = if sha256.is_some() { ", the same build" } else { "" };
            line("", &format!("already there, on {cluster}: {module}{same}; nothing was sent"));
            if let Some(uid) = &module.uid {
                line("  ", &format!("module {uid}"));
            }
            match sha256 {
                Some(sha256) => line("  ", &format!("sha256 {sha256}")),
                None => line("  ", "the cluster tells no digest, so whether it is the same build is not known"),
            }
        }
        Outcome::Different { module, differences } => {
            line("", &format!("not sent to {cluster}, which has another build of {module}"));
            for Difference { field, platform, there, here, .. } in differences {
                let platform = platform.as_ref().map(|platform| format!(" for {platform}")).unwrap_or_default();
                line("  ", &format!("{field}{platform}"));
                line("    ", &format!("there  {}", style::shortened(there, LONGEST)));
                line("    ", &format!("here   {}", style::shortened(here, LONGEST)));
            }
            let of = format!("{} {}", printable(&module.module_name), module.version);
            let or = if module.is_bundled {
                ": the one that is there came with the cluster, and stays.".to_owned()
            } else {
                format!("; or delete the one that is there, `ramp modules delete {of} --cluster {cluster}`.")
            };
            line("  help: ", &format!("Raise the module's version{or}"));
        }
        Outcome::DryRun => line("", &format!("would be sent to {cluster} through {endpoint}; nothing was sent")),
        Outcome::Uploaded(uploaded) | Outcome::Completed(uploaded) => {
            if matches!(delivery.outcome, Outcome::Completed(_)) {
                line(
                    "",
                    &format!("completed on {cluster}: the object was there, and the artifact was not on every node"),
                );
            } else {
                line("", &format!("uploaded to {cluster} through {endpoint}"));
            }
            for (name, uid) in [("module", &uploaded.module_uid), ("action", &uploaded.action_uid)] {
                if let Some(uid) = uid {
                    line("  ", &format!("{name} {uid}"));
                }
            }
            if !uploaded.nodes.is_empty() {
                let nodes: Vec<String> = uploaded.nodes.iter().map(u64::to_string).collect();
                line("  ", &format!("nodes {}", nodes.join(", ")));
            }
        }
        Outcome::Failed(err) => {
            // What is not a verdict is told on standard error, as any failure of the command.
            if err.is_verdict() {
                line("", &format!("refused by {cluster}"));
                match err.refusal() {
                    Some(refused) => {
                        for words in words(refused, cluster) {
                            line("  ", &words);
                        }
                        line("  help: ", &help(refused, &delivery.report));
                    }
                    None => line("  ", &one_line(err.cause())),
                }
            }
            if let Some(Undone { undone, left, .. }) = err.undone() {
                for what in undone {
                    line("  ", &format!("undone: {what}"));
                }
                for what in left {
                    line("  ", &format!("left: {what}"));
                }
            }
        }
    }
    style_first(text)
}

/// The verdict is painted after wrapping, so that codes do not count as columns.
fn style_first(text: String) -> String {
    for (word, style) in [
        ("not sent", ERROR),
        ("refused", ERROR),
        ("uploaded", GOOD),
        ("completed", GOOD),
        ("already there", GOOD),
        ("would be sent", STRONG),
        ("left:", WARNING),
    ] {
        if text.trim_start().starts_with(word) {
            return text.replacen(word, &paint(style, word), 1);
        }
    }
    text
}

/// What to do about it: what the report says under that code, else what the rule with that code or reason says.
fn help(refused: &Refused, report: &Report) -> String {
    let Some(code) = refused.upload_code() else {
        return "See the cluster's documentation of this request, and its log.".to_owned();
    };
    if let Some(finding) = report.findings().iter().find(|finding| finding.error_code == Some(code)) {
        return finding.help.clone();
    }
    let said = refused.description.as_deref().or(refused.message.as_deref()).unwrap_or_default();
    let of_code = || rules::all().filter(|rule| rule.error_code == Some(code));
    let by_reason = of_code().find(|rule| rule.reason.is_some_and(|reason| said.contains(reason)));
    // The rule that is called like the code has what the code is mostly about.
    let called = || rules::find(&code.as_str().replace('_', "-"));
    let only = || {
        let mut rules = of_code();
        rules.next().filter(|_| rules.next().is_none())
    };
    by_reason
        .or_else(called)
        .or_else(only)
        .map_or_else(|| format!("See `ramp explain {code}` for possible causes."), |rule| rule.help.to_owned())
}
