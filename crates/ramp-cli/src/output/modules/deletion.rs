//! What became of a module that was to be deleted.

use std::fmt::Write as _;

use ramp_client::{ClientError, ClusterModule, Deleted};
use ramp_core::Endpoint;
use serde::Serialize;

use super::view::ModuleView;
use super::{on, used_by};
use crate::args::format::ListFormat;
use crate::error::{CliError, one_line};
use crate::output::json;
use crate::output::refusal::{ErrorView, words};
use crate::output::sink::Sink;
use crate::style::{self, ERROR, GOOD, STRONG, WARNING, paint, printable};

/// What is to be said of a module before it is deleted that is bundled.
pub(crate) const BUNDLED: &str =
    "came with the cluster, which may refuse to delete it: what it answers is not documented";

/// A module that was to be deleted, and what became of it.
#[derive(Debug)]
pub(crate) struct Deletion<'a> {
    pub(crate) cluster: String,
    pub(crate) endpoint: Endpoint,
    pub(crate) module: &'a ClusterModule,
    pub(crate) outcome: Outcome,
}

#[derive(Debug)]
pub(crate) enum Outcome {
    /// Databases use it, so that the cluster would refuse; it was not asked.
    InUse,
    /// It was not to be deleted.
    DryRun,
    /// Whoever was asked said no.
    Kept,
    /// All of it, or all but what is left.
    Deleted(Deleted),
    Failed(ClientError),
}

/// What `ramp modules delete --format json` prints.
#[derive(Debug, Serialize)]
struct Document<'a> {
    schema_version: u32,
    cluster: &'a str,
    endpoint: Endpoint,
    /// As in the list of `ramp modules list`, before it was deleted.
    module: ModuleView<'a>,
    /// Whether all of it is gone.
    deleted: bool,
    action_uid: Option<&'a str>,
    gone: &'a [String],
    /// What is still there although it was asked for, and why.
    left: Vec<Left<'a>>,
    /// What the cluster refuses.
    error: Option<ErrorView<'a>>,
    /// Why nothing was deleted, where no cluster refused it.
    failure: Option<String>,
}

#[derive(Debug, Serialize)]
struct Left<'a> {
    what: &'a str,
    why: String,
}

pub(crate) fn write(format: ListFormat, deletion: &Deletion<'_>, sink: &mut Sink) -> Result<(), CliError> {
    match format {
        ListFormat::Json => sink.line(&json::compact(&view(deletion))?),
        ListFormat::Human => sink.write(&describe(deletion, style::width())),
    }
}

fn view<'a>(deletion: &'a Deletion<'a>) -> Document<'a> {
    let (mut error, mut failure, mut deleted) = (None, None, None);
    match &deletion.outcome {
        Outcome::InUse => failure = Some(in_use(deletion.module)),
        Outcome::Kept => failure = Some("it was not confirmed".to_owned()),
        Outcome::DryRun => {}
        Outcome::Deleted(done) => deleted = Some(done),
        Outcome::Failed(err) => match err.refusal() {
            Some(refused) => error = Some(ErrorView::of(refused)),
            None => failure = Some(one_line(err)),
        },
    }
    let left = deleted.map(|done| done.left.as_slice()).unwrap_or_default();
    Document {
        schema_version: json::SCHEMA_VERSION,
        cluster: &deletion.cluster,
        endpoint: deletion.endpoint,
        module: ModuleView::of(deletion.module),
        deleted: deleted.is_some_and(|done| done.left.is_empty()),
        action_uid: deleted.and_then(|done| done.action_uid.as_deref()),
        gone: deleted.map(|done| done.gone.as_slice()).unwrap_or_default(),
        left: left.iter().map(|(what, err)| Left { what, why: one_line(err) }).collect(),
        error,
        failure,
    }
}

/// Told as a cluster tells it.
fn in_use(module: &ClusterModule) -> String {
    format!("it is in use by {}", used_by(module).unwrap_or_default())
}

fn describe(deletion: &Deletion<'_>, width: usize) -> String {
    let Deletion { cluster, module, outcome, .. } = deletion;
    let mut text = String::new();
    let mut line = |first: &str, what: &str| {
        let _ = writeln!(text, "{}", style::wrap(&printable(what), width, first, "  ")); // cannot fail
    };
    match outcome {
        Outcome::InUse => {
            line("", &format!("not deleted from {cluster}: {module}"));
            line("  ", &in_use(module));
            line("  help: ", "Delete the databases that use it, or upgrade them to another version of it, before.");
        }
        Outcome::Kept => line("", &format!("not deleted from {cluster}: {module}")),
        Outcome::DryRun => {
            let unless = if module.is_bundled { ", unless the cluster refuses" } else { "" };
            line("", &format!("would be deleted from {cluster}{unless}: {module}; nothing was deleted"));
            if module.is_bundled {
                line("  ", &format!("it {BUNDLED}"));
            }
            if let Some(uid) = &module.uid {
                line("  ", &format!("uid {uid}"));
            }
            if let Some(artifacts) = module.artifacts.as_ref().filter(|_| !module.is_bundled) {
                line("  ", &format!("artifact on {}", on(artifacts)));
            }
        }
        Outcome::Deleted(deleted) => {
            let verb = if deleted.left.is_empty() { "deleted" } else { "deleted in part" };
            line("", &format!("{verb} from {cluster}: {module}"));
            for what in &deleted.gone {
                line("  ", what);
            }
            if let Some(action) = &deleted.action_uid {
                line("  ", &format!("action {action}"));
            }
            for (what, err) in &deleted.left {
                line("  ", &format!("left: {what}: {}", one_line(err)));
            }
            if !deleted.left.is_empty() {
                line("  help: ", "Run it again once that is mended: it deletes what is left.");
            }
        }
        // What is not a verdict is told on standard error, as any failure of the command.
        Outcome::Failed(err) if err.is_verdict() => {
            line("", &format!("not deleted by {cluster}: {module}"));
            match err.refusal() {
                Some(refused) => {
                    for words in words(refused, cluster) {
                        line("  ", &words);
                    }
                }
                None => line("  ", &one_line(err)),
            }
            if let Some(code) = err.refusal().and_then(|refused| refused.error_code.as_deref()) {
                line("  help: ", &format!("See `ramp explain {code}` for what it means."));
            }
        }
        Outcome::Failed(_) => {}
    }
    painted(text)
}

/// The verdict is painted after wrapping, so that codes do not count as columns.
fn painted(text: String) -> String {
    let verdicts =
        [("not deleted", ERROR), ("would be deleted", STRONG), ("deleted in part", WARNING), ("deleted", GOOD)];
    match verdicts.into_iter().find(|(verdict, _)| text.starts_with(verdict)) {
        Some((verdict, style)) => text.replacen(verdict, &paint(style, verdict), 1),
        None => text,
    }
}
