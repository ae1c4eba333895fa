//! What came of an upload: the report on the bundle, then what the cluster says.

use std::fmt::Write as _;

use ramp_client::{ClientError, Refused, Undone, Uploaded};
use ramp_core::rules;
use ramp_core::{Endpoint, Policy, Report};
use serde::Serialize;

use super::look::Look;
use super::reporter::{Outcome as Judged, Reporter as _, Verdict};
use super::sink::Sink;
use super::{human, json};
use crate::args::format::ListFormat;
use crate::error::{CliError, one_line};
use crate::style::{self, ERROR, GOOD, STRONG, WARNING, paint, printable};

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
    /// It was not to be sent.
    DryRun,
    Uploaded(Uploaded),
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
struct ErrorView<'a> {
    http_status: u16,
    error_code: Option<&'a str>,
    message: Option<&'a str>,
    description: Option<&'a str>,
    request: &'a str,
    at: &'a str,
}

pub(crate) fn write(format: ListFormat, delivery: &Delivery, sink: &mut Sink) -> Result<(), CliError> {
    match format {
        ListFormat::Json => sink.line(&json::compact(&view(delivery))?),
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
        Outcome::Uploaded(Uploaded { module_uid, action_uid, nodes, .. }) => {
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
        sent: matches!(delivery.outcome, Outcome::Uploaded(_) | Outcome::Failed(_)),
        report: &delivery.report,
        uploaded,
        error: failed.and_then(ClientError::refusal).map(|refused| ErrorView {
            http_status: refused.status,
            error_code: refused.error_code.as_deref(),
            message: refused.message.as_deref(),
            description: refused.description.as_deref(),
            request: &refused.request,
            at: &refused.at,
        }),
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
        Outcome::DryRun => line("", &format!("would be sent to {cluster} through {endpoint}; nothing was sent")),
        Outcome::Uploaded(uploaded) => {
            line("", &format!("uploaded to {cluster} through {endpoint}"));
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
                        for (what, words) in words(refused, cluster) {
                            line("  ", &format!("{what}{words}"));
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
    for (word, style) in
        [("not sent", ERROR), ("refused", ERROR), ("uploaded", GOOD), ("would be sent", STRONG), ("left:", WARNING)]
    {
        if text.trim_start().starts_with(word) {
            return text.replacen(word, &paint(style, word), 1);
        }
    }
    text
}

/// What the cluster said, in its own words.
fn words(refused: &Refused, cluster: &str) -> Vec<(&'static str, String)> {
    let code = refused.error_code.as_deref().unwrap_or("no code");
    let mut words = vec![("", format!("{code}: HTTP {} from {}", refused.status, refused.request))];
    // The cluster itself is named in the line before.
    if !cluster.starts_with(&refused.at) {
        words.push(("at ", refused.at.clone()));
    }
    words.extend([&refused.message, &refused.description].into_iter().flatten().map(|said| ("", said.clone())));
    words
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
