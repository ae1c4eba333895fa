//! `ramp upload`: judge, send, tell what the cluster says.

use std::path::Path;

use ramp_client::{Bundle, ClientError, Cluster, Event, Survey, Uploaded};
use ramp_core::{Endpoint, Level, Report};

use super::cluster;
use crate::args::cluster::Upload;
use crate::error::CliError;
use crate::input::{self, Input};
use crate::judging;
use crate::output::Sink;
use crate::output::upload::{Delivery, Outcome, write};
use crate::progress::Progress;
use crate::status::Status;
use crate::tell;

pub(crate) fn run(args: &Upload) -> Result<Status, CliError> {
    let policy = args.rules.build()?;
    let mut reader = input::open(&args.bundle)?;
    // `--cluster` is required.
    let cluster = cluster::connect(&args.cluster)?.ok_or(CliError::NoCredentials)?;
    let mut survey = cluster::survey(&cluster)?;
    if let Some(endpoint) = args.endpoint {
        survey.target = survey.target.with_endpoint(endpoint)?;
    }
    let endpoint = survey.endpoint().map_err(CliError::cluster)?;
    let report = judging::report(&args.bundle, &mut reader, &survey.target, &policy)?;
    let outcome = if !report.accepted() {
        Outcome::NotSent
    } else if args.dry_run {
        Outcome::DryRun
    } else {
        match send(&cluster, &survey, endpoint, &args.bundle, &mut reader, &report) {
            Ok(uploaded) => Outcome::Uploaded(uploaded),
            Err(err) => Outcome::Failed(err),
        }
    };
    let delivery =
        Delivery { bundle: input::name(&args.bundle), cluster: cluster.url().to_string(), endpoint, report, outcome };
    let mut sink = Sink::stdout(args.format.content());
    write(args.format, &delivery, &mut sink)?;
    sink.close()?;
    let status = match delivery.outcome {
        Outcome::Uploaded(_) | Outcome::DryRun => Status::Clean,
        Outcome::NotSent => Status::Found,
        Outcome::Failed(err) if err.is_verdict() => Status::Found,
        Outcome::Failed(err) => {
            tell::failure(&CliError::cluster(err));
            Status::NotEvaluated
        }
    };
    Ok(status)
}

fn send(
    cluster: &Cluster,
    survey: &Survey,
    endpoint: Endpoint,
    path: &Path,
    reader: &mut Box<dyn Input>,
    report: &Report,
) -> Result<Uploaded, ClientError> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut bundle = Bundle::new(name, reader, report)?;
    let progress = Progress::of_upload(bundle.length());
    let outcome = cluster.upload(survey, endpoint, &mut bundle, &mut |event| match event {
        Event::Step(step) => progress.begin(step),
        Event::Sent { sent, .. } => progress.reach(sent),
        Event::Installing { progress: percent, .. } => {
            progress
                .say(&percent.map_or_else(|| "installing".to_owned(), |percent| format!("installing, {percent} %")));
        }
        Event::Undoing(what) => progress.suspend(|| tell::notice(Level::Note, &format!("taking back {what}"))),
        Event::Unknown(what) => progress.suspend(|| tell::notice(Level::Warning, &format!("not known: {what}"))),
        _ => {}
    });
    progress.finish();
    outcome
}
