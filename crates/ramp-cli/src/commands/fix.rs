//! `ramp fix`: a bundle in, and the same bundle out, with what is wrong put right where that needs no guess.
//!
//! The new bundle is written beside its place, or where only the differences are asked for to a temporary file; read back, judged, and
//! only then renamed.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, SeekFrom};
use std::path::Path;

use ramp_core::facts::BundleFacts;
use ramp_core::{Level, Limits, judge};
use ramp_pack::WriteOptions;
use ramp_pack::repair::{self, Repair, RepairError};

use super::outcome::outcomes;
use super::target::{self, Named};
use crate::args::fix::Fix;
use crate::config::Config;
use crate::error::CliError;
use crate::input::{self, Input};
use crate::output::fixed::{self, Fixed};
use crate::output::{Beside, Outcome, Sink, Verdict};
use crate::status::Status;
use crate::{environment, tell};

mod guard;

pub(crate) fn run(args: &Fix) -> Result<Status, CliError> {
    let config = Config::load(&args.config)?;
    let policy = config.judging_one(&args.rules, args.fail_on, &args.bundle)?;
    let targets = target::build(&args.target, &config, &ramp_core::Target::default())?;
    if let Some(output) = &args.output {
        guard::check(&args.bundle, output, args.force)?;
    }
    let mut bundle = input::open(&args.bundle)?;
    let evaluate = |source| CliError::Evaluate { path: args.bundle.clone(), source };
    let repair = repair::plan(&mut bundle, &Limits::default()).map_err(evaluate)?;
    tell_of_digests(&repair);

    let mut made = Made::new(args.output.as_deref())?;
    let facts = write(args, &repair, &mut bundle, &mut made)?;
    let name = input::name(&args.bundle);
    let facts = if input::is_stdin(&args.bundle) { facts } else { facts.called(name.as_str()) };
    let judged = |named: &Named| Verdict::Judged(Box::new(judge(&facts, &named.target, &policy)));
    let mut outcomes = outcomes(&name, &policy, &targets, judged);
    let passes = outcomes.iter().all(passes);
    let in_the_way: BTreeSet<&str> = outcomes.iter().flat_map(in_the_way).collect();
    let in_the_way: Vec<String> = in_the_way.into_iter().map(str::to_owned).collect();
    let is_refused = !repair.obstacles().is_empty() || !in_the_way.is_empty();
    let written = args.output.as_deref().filter(|_| !is_refused);
    if let Some(output) = written {
        made.put(output, args.force)?;
    }
    let judged = match written {
        Some(output) => input::name(output),
        None if repair.changes().is_empty() => name.clone(),
        None => format!("{name}, repaired"),
    };
    for outcome in &mut outcomes {
        outcome.bundle.clone_from(&judged);
    }
    let is_stdin = input::is_stdin(&args.bundle);
    let fixed = Fixed {
        bundle: name,
        is_stdin,
        output: args.output.as_deref(),
        repair: &repair,
        in_the_way,
        written,
        outcomes,
    };
    let mut out = Sink::stdout(args.format.content());
    fixed::print(&fixed, args.format, args.all, &mut out)?;
    out.close()?;
    if let Some(output) = args.output.as_deref().filter(|_| is_refused) {
        tell::notice(Level::Error, &format!("no bundle was written to `{}`: {}", output.display(), fixed.why_not()));
        tell::help("Do what is said of each, then pack the bundle again, or repair it again.");
    }
    let is_clean = match args.output {
        Some(_) => written.is_some() && passes,
        None => repair.changes().is_empty() && repair.obstacles().is_empty(),
    };
    Ok(if is_clean { Status::Clean } else { Status::Found })
}

/// Says aloud that a digest was written over: it was the only thing by which the file that was meant could be told from another.
fn tell_of_digests(repair: &Repair) {
    let rules = ["module-sha256", "dependency-sha256"];
    for rule in rules.into_iter().filter_map(ramp_core::rules::find) {
        if repair.changes().iter().any(|change| change.rules.contains(&rule.id)) {
            tell::notice(Level::Warning, &format!("{}: {}, and the digest is written anew", rule.id, rule.title));
            tell::help(
                "Make sure that the file in the bundle is the one that was meant. If it is not, pack the bundle again with that.",
            );
        }
    }
}

/// Where the new bundle is written to, before it has its place.
enum Made {
    Beside(Beside),
    Temporary(File),
}

impl Made {
    fn new(output: Option<&Path>) -> Result<Self, CliError> {
        match output {
            Some(path) => Beside::new(path)
                .map(Self::Beside)
                .map_err(|source| CliError::WriteFile { path: path.to_owned(), source }),
            None => tempfile::tempfile().map(Self::Temporary).map_err(|source| CliError::Temporary { source }),
        }
    }

    fn file(&mut self) -> &mut File {
        match self {
            Self::Beside(file) => file.file(),
            Self::Temporary(file) => file,
        }
    }

    fn put(self, path: &Path, force: bool) -> Result<(), CliError> {
        let Self::Beside(file) = self else { return Ok(()) };
        let put = if force { file.put() } else { file.put_new() };
        put.map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists if !force => CliError::Exists { path: path.to_owned() },
            _ => CliError::WriteFile { path: path.to_owned(), source },
        })
    }
}

/// Writes the new bundle; what is known of it. One in which nothing is to be repaired is copied, byte by byte.
fn write(args: &Fix, repair: &Repair, bundle: &mut Box<dyn Input>, made: &mut Made) -> Result<BundleFacts, CliError> {
    if !repair.obstacles().is_empty() {
        return Ok(repair.facts().clone());
    }
    let path = || args.output.clone().unwrap_or_else(std::env::temp_dir);
    if repair.changes().is_empty() {
        if args.output.is_some() {
            bundle.seek(SeekFrom::Start(0)).map_err(|source| CliError::Read { path: args.bundle.clone(), source })?;
            io::copy(bundle, made.file()).map_err(|source| CliError::WriteFile { path: path(), source })?;
        }
        return Ok(repair.facts().clone());
    }
    let options = WriteOptions { epoch: environment::epoch()?.unwrap_or_default(), ..WriteOptions::default() };
    repair.write(bundle, made.file(), &Limits::default(), &options).map_err(|source| match source {
        RepairError::Write(ramp_pack::WriteError::Write(source)) => CliError::WriteFile { path: path(), source },
        source => CliError::Repair { path: args.bundle.clone(), source: Box::new(source) },
    })
}

/// Whether the cluster would take it, and it passes the gate.
fn passes(outcome: &Outcome) -> bool {
    matches!(&outcome.verdict, Verdict::Judged(report) if report.passed() && report.answer().accepted())
}

/// The rules by which something is wrong with the bundle itself, so that it is not written; as `ramp pack`.
fn in_the_way(outcome: &Outcome) -> impl Iterator<Item = &str> {
    let findings = outcome.findings().into_iter().flatten();
    let of_bundle = findings.filter(|finding| {
        finding.level == Level::Error && finding.suppressed.is_none() && finding.group.is_of_bundle()
    });
    of_bundle.map(|finding| &*finding.rule)
}
