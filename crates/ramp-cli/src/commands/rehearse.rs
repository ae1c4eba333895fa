//! `ramp rehearse`: a bundle in, what a cluster would answer to each request of its life out.

use std::path::Path;

use ramp_core::Target;
use ramp_core::databases::Options;
use ramp_core::facts::BundleFacts;
use ramp_core::rehearsal::{Plan, RehearsalError, rehearse};
use ramp_core::version::{parse, short};
use serde_json::Value;

use super::target;
use crate::args::format::ListFormat;
use crate::args::rehearse::Rehearse;
use crate::config::Config;
use crate::error::CliError;
use crate::output::Sink;
use crate::output::rehearsed::{Played, Rehearsed, human, json};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, judging};

pub(crate) fn run(args: &Rehearse) -> Result<Status, CliError> {
    let paths: Vec<_> = args.from.iter().cloned().chain([args.bundle.clone()]).collect();
    if input::reads_stdin_twice(&paths) {
        return Err(CliError::StdinTwice);
    }
    if args.from.as_ref().is_some_and(|from| is_same(from, &args.bundle)) {
        return Err(CliError::FromItself { path: args.bundle.clone() });
    }
    let options = options(&args.options)?;
    let config = Config::load(&args.config)?;
    let targets = target::build(&args.target, &config, &Target::default())?;
    for (option, text) in [("--database", &args.database), ("--to", &args.to)] {
        if let Some(text) = text {
            must_be_a_version(option, text, &targets)?;
        }
    }
    let progress = Progress::new(paths.iter().filter_map(|path| path.metadata().ok()).map(|m| m.len()).sum());
    let old = args.from.as_deref().map(|path| facts(path, &progress).map_err(|err| of_from(path, err))).transpose()?;
    let new = facts(&args.bundle, &progress)?;
    progress.finish();
    let several = targets.len() > 1;
    let mut played = Vec::new();
    for named in targets {
        let plan = Plan {
            redis_version: args.database.clone(),
            upgrade_to: args.to.clone(),
            options: options.clone(),
            ..Plan::new(named.target)
        };
        let rehearsal = rehearse(&new, old.as_ref(), &plan).map_err(|err| match (&args.from, err) {
            (Some(from), err @ RehearsalError::NotABuild { .. }) => of_from(from, err.into()),
            (_, err) => err.into(),
        })?;
        played.push(Played { rehearsal, plan, label: several.then_some(named.name) });
    }
    let rehearsed =
        Rehearsed { bundle: input::name(&args.bundle), from: args.from.as_deref().map(input::name), played };
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        ListFormat::Human => out.write(&human::text(&rehearsed))?,
        ListFormat::Json => out.line(&json::text(&rehearsed)?)?,
    }
    out.close()?;
    Ok(if rehearsed.passed() { Status::Clean } else { Status::Found })
}

fn facts(path: &Path, progress: &Progress) -> Result<BundleFacts, CliError> {
    let wrap = |source| CliError::Read { path: path.to_owned(), source };
    let mut reader = progress.wrap(input::open(path)?).map_err(wrap)?;
    judging::facts(path, &mut reader)
}

/// Whether two paths mean one file, or one URL.
fn is_same(one: &Path, other: &Path) -> bool {
    let mut is_new = input::each_once();
    is_new(one) && !is_new(other)
}

fn of_from(path: &Path, source: CliError) -> CliError {
    CliError::From { path: path.to_owned(), source: Box::new(source) }
}

/// What cannot be a Redis version is not asked for. Whether the cluster has one that can is for it to answer.
fn must_be_a_version(option: &'static str, text: &str, targets: &[target::Named]) -> Result<(), CliError> {
    if parse(text.trim()).is_ok() {
        return Ok(());
    }
    let mut has: Vec<_> = targets.iter().flat_map(|named| named.target.databases()).collect();
    has.sort_unstable();
    has.dedup();
    Err(CliError::RedisVersion { option, text: text.to_owned(), has: has.iter().map(short).collect() })
}

/// The fields of the database, each as `NAME` or `NAME=VALUE`.
fn options(given: &[String]) -> Result<Options, CliError> {
    let mut options = Options::default();
    for text in given {
        let (name, value) = match text.split_once('=') {
            // A word that is not JSON is a text, as `aof`.
            Some((name, value)) => (name, serde_json::from_str(value).unwrap_or_else(|_| Value::from(value))),
            None => (text.as_str(), Value::from(true)),
        };
        options.set(name, value)?;
    }
    Ok(options)
}
