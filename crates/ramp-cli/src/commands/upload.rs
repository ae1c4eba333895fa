//! `ramp upload`: judge, send, tell what the cluster says.

use std::path::Path;

use ramp_client::{Bundle, ClientError, Cluster, ClusterModule, ClusterUrl, Event, Presence, Survey, Uploaded};
use ramp_core::facts::BundleFacts;
use ramp_core::{Endpoint, Level, Report, Target, UploadErrorCode, judge};

use super::{cluster, question};
use crate::args::cluster::Upload;
use crate::config::Config;
use crate::error::CliError;
use crate::input::{self, Input};
use crate::judging;
use crate::output::upload::{Delivery, Outcome, write};
use crate::output::{Sink, statement};
use crate::progress::Progress;
use crate::status::Status;
use crate::{tell, today};

pub(crate) fn run(args: &Upload) -> Result<Status, CliError> {
    let config = Config::load(&args.config)?;
    let policy = config.judging(&args.rules)?;
    let mut reader = input::open_whole(&args.bundle)?;
    // `--cluster` is required.
    let cluster = cluster::connect(&args.cluster)?.ok_or(CliError::NoCredentials)?;
    let mut survey = cluster::survey(&cluster)?;
    if let Some(endpoint) = args.endpoint {
        survey.target = survey.target.with_endpoint(endpoint)?;
    }
    survey.target = today::judged(survey.target)?;
    let endpoint = survey.endpoint().map_err(CliError::cluster)?;
    let facts = judging::facts(&args.bundle, &mut reader)?;
    let there = if args.if_missing { presence(&cluster, &facts, &survey.target)? } else { Presence::Missing };
    // Of what is there in part, the rest is judged as the nodes will see it.
    let target = match &there {
        Presence::Partly { module } => without(&survey.target, module),
        _ => survey.target.clone(),
    };
    let report = judge(&facts, &target, &policy);
    let mut outcome = match there {
        Presence::There { module, sha256 } => Outcome::There { module, sha256 },
        Presence::Different { module, differences } => Outcome::Different { module, differences },
        _ if !may_be_sent(args, &report, cluster.url())? => Outcome::NotSent,
        _ if args.dry_run => Outcome::DryRun,
        there => {
            let there = match &there {
                Presence::Partly { module } => Some(&**module),
                _ => None,
            };
            match send(&cluster, &survey, endpoint, there, &args.bundle, &mut reader, &report) {
                Ok(uploaded) if there.is_some() => Outcome::Completed(uploaded),
                Ok(uploaded) => Outcome::Uploaded(uploaded),
                Err(err) => Outcome::Failed(err),
            }
        }
    };
    // Somebody else may have sent the same in the meantime.
    if args.if_missing && is_there(&outcome) {
        if let Presence::There { module, sha256 } = presence(&cluster, &facts, &survey.target)? {
            outcome = Outcome::There { module, sha256 };
        }
    }
    let (bundle, cluster) = (input::name(&args.bundle), cluster.url().to_string());
    let delivery = Delivery { bundle, cluster, endpoint, policy, report, outcome };
    let mut sink = Sink::stdout(args.format.content());
    write(args.format, &delivery, &mut sink)?;
    sink.close()?;
    let status = match delivery.outcome {
        Outcome::Uploaded(_) | Outcome::Completed(_) | Outcome::DryRun | Outcome::There { .. } => Status::Clean,
        Outcome::NotSent | Outcome::Different { .. } => Status::Found,
        Outcome::Failed(err) if err.is_verdict() => Status::Found,
        Outcome::Failed(err) => {
            tell::failure(&CliError::cluster(err));
            Status::NotEvaluated
        }
    };
    Ok(status)
}

/// Whether the cluster has what the bundle would bring.
fn presence(cluster: &Cluster, facts: &BundleFacts, target: &Target) -> Result<Presence, CliError> {
    // What is not known about it was told when it was asked what it takes.
    Ok(cluster.modules().map_err(CliError::cluster)?.presence(facts, target))
}

/// A target that does not have a module yet.
fn without(target: &Target, module: &ClusterModule) -> Target {
    let (name, version) = (&module.module_name, module.version);
    let mut modules = target.installed_modules().to_vec();
    modules.retain(|other| other.module_name != *name || other.version != version);
    let mut artifacts = target.artifacts().to_vec();
    artifacts.retain(|other| other.module_name != *name || other.version != version);
    target.clone().with_installed_modules(modules).with_artifacts(artifacts)
}

/// Whether the cluster says that it has the module.
fn is_there(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed(err) => {
            err.refusal().and_then(ramp_client::Refused::upload_code) == Some(UploadErrorCode::ModuleExists)
        }
        _ => false,
    }
}

/// Whether a bundle may be sent: what the cluster would refuse only by force; what it would take and does not pass also where
/// somebody says so.
fn may_be_sent(args: &Upload, report: &Report, cluster: &ClusterUrl) -> Result<bool, CliError> {
    if args.force || (report.answer().accepted() && report.passed()) {
        return Ok(true);
    }
    if !report.answer().accepted() || args.dry_run || !question::is_answered() {
        return Ok(false);
    }
    let gate = statement::gate(report);
    question::confirmed(&format!("{}: {gate}\n{cluster} would take it. Send it?", input::name(&args.bundle)))
}

fn send(
    cluster: &Cluster,
    survey: &Survey,
    endpoint: Endpoint,
    there: Option<&ClusterModule>,
    path: &Path,
    reader: &mut Box<dyn Input>,
    report: &Report,
) -> Result<Uploaded, ClientError> {
    let called = input::name(path);
    let name = Path::new(&called).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut bundle = Bundle::new(name, reader, report)?;
    let progress = Progress::of_upload(bundle.length());
    let mut watch = |event: Event<'_>| match event {
        Event::Step(step) => progress.begin(step),
        Event::Sent { sent, .. } => progress.reach(sent),
        Event::Acting { progress: percent, .. } => {
            progress
                .say(&percent.map_or_else(|| "installing".to_owned(), |percent| format!("installing, {percent} %")));
        }
        Event::Undoing(what) => progress.suspend(|| tell::notice(Level::Note, &format!("undoing {what}"))),
        Event::Unknown(what) => progress.suspend(|| tell::notice(Level::Warning, &format!("not known: {what}"))),
        _ => {}
    };
    let outcome = match there {
        Some(there) => cluster.complete(survey, there, &mut bundle, &mut watch),
        None => cluster.upload(survey, endpoint, &mut bundle, &mut watch),
    };
    progress.finish();
    outcome
}
