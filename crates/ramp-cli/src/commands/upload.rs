//! `ramp upload`: judge, send, tell what the cluster says.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::path::Path;

use ramp_client::{Bundle, ClientError, Cluster, ClusterUrl, Event, Survey, Uploaded};
use ramp_core::{Endpoint, Level, Report};

use super::cluster;
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

/// The longest line that is taken for an answer.
const ANSWER_BYTES: u64 = 100;

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
    let report = judging::report(&args.bundle, &mut reader, &survey.target, &policy)?;
    let outcome = if !may_be_sent(args, &report, cluster.url())? {
        Outcome::NotSent
    } else if args.dry_run {
        Outcome::DryRun
    } else {
        match send(&cluster, &survey, endpoint, &args.bundle, &mut reader, &report) {
            Ok(uploaded) => Outcome::Uploaded(uploaded),
            Err(err) => Outcome::Failed(err),
        }
    };
    let (bundle, cluster) = (input::name(&args.bundle), cluster.url().to_string());
    let delivery = Delivery { bundle, cluster, endpoint, policy, report, outcome };
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

/// Whether a bundle may be sent: what the cluster would refuse only by force; what it would take and does not pass also where
/// somebody says so.
fn may_be_sent(args: &Upload, report: &Report, cluster: &ClusterUrl) -> Result<bool, CliError> {
    if args.force || (report.answer().accepted() && report.passed()) {
        return Ok(true);
    }
    if !report.answer().accepted() || args.dry_run || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Ok(false);
    }
    let gate = statement::gate(report);
    let mut stderr = tell::stderr();
    let asked = write!(stderr, "{}: {gate}\n{cluster} would take it. Send it? [y/N] ", input::name(&args.bundle));
    let mut line = String::new();
    asked
        .and_then(|()| stderr.flush())
        .and_then(|()| io::stdin().lock().take(ANSWER_BYTES).read_line(&mut line))
        .map_err(|source| CliError::Prompt { source })?;
    Ok(matches!(line.trim(), "y" | "Y" | "yes"))
}

fn send(
    cluster: &Cluster,
    survey: &Survey,
    endpoint: Endpoint,
    path: &Path,
    reader: &mut Box<dyn Input>,
    report: &Report,
) -> Result<Uploaded, ClientError> {
    let called = input::name(path);
    let name = Path::new(&called).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut bundle = Bundle::new(name, reader, report)?;
    let progress = Progress::of_upload(bundle.length());
    let outcome = cluster.upload(survey, endpoint, &mut bundle, &mut |event| match event {
        Event::Step(step) => progress.begin(step),
        Event::Sent { sent, .. } => progress.reach(sent),
        Event::Installing { progress: percent, .. } => {
            progress
                .say(&percent.map_or_else(|| "installing".to_owned(), |percent| format!("installing, {percent} %")));
        }
        Event::Undoing(what) => progress.suspend(|| tell::notice(Level::Note, &format!("undoing {what}"))),
        Event::Unknown(what) => progress.suspend(|| tell::notice(Level::Warning, &format!("not known: {what}"))),
        _ => {}
    });
    progress.finish();
    outcome
}
