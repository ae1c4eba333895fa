//! `ramp diff`: two builds in, what an upgrade from one to the other changes out.

use std::path::Path;

use ramp_core::facts::BundleFacts;
use ramp_core::module::Registration;
use ramp_core::upgrade::{Build, Upgrade};
use ramp_core::{Group, Level, Policy, Target, judge, judge_stated, judge_upgrade};

use super::target;
use crate::args::diff::{Diff, DiffFormat};
use crate::config::{Config, LookedFor, Usage};
use crate::error::CliError;
use crate::output::Sink;
use crate::output::diff::{Compared, Judged, Unasked, human, json, markdown};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, judging, probing, tell};

pub(crate) fn run(args: &Diff) -> Result<Status, CliError> {
    let paths = [args.old.clone(), args.new.clone()];
    if input::reads_stdin_twice(&paths) {
        return Err(CliError::StdinTwice);
    }
    let config = Config::load(&args.config)?;
    let policy = config.judging_one(&args.rules, args.fail_on, &args.new)?;
    let targets = target::build(&args.target, &config, &Target::default())?;
    let progress = Progress::new(paths.iter().filter_map(|path| path.metadata().ok()).map(|m| m.len()).sum());
    let (old, new) = (build(&args.old, args.probe, &progress)?, build(&args.new, args.probe, &progress)?);
    progress.finish();
    let unasked = [&old, &new].into_iter().filter_map(|asked| asked.unasked.clone()).collect();
    let upgrade = Upgrade { old: old.build, new: new.build };
    let several = targets.len() > 1;
    let judged = targets.into_iter().map(|named| Judged {
        report: judge_upgrade(&upgrade, &named.target, &policy),
        target: named.target,
        label: several.then_some(named.name),
    });
    let judged: Vec<Judged> = judged.collect();
    tell_of_file(args, &config, &judged, &policy)?;
    let compared = Compared { upgrade, judged, unasked };
    let mut out = Sink::stdout(args.format.content());
    match args.format {
        DiffFormat::Human => out.write(&human::text(&compared, args.all))?,
        DiffFormat::Json => out.line(&json::text(&compared)?)?,
        DiffFormat::Markdown => out.write(&markdown::text(&compared, args.all))?,
    }
    out.close()?;
    Ok(if compared.passed() { Status::Clean } else { Status::Found })
}

/// What is to be said of entries of the policy file that are for upgrades.
fn tell_of_file(args: &Diff, config: &Config, judged: &[Judged], policy: &Policy) -> Result<(), CliError> {
    let mut usage = Usage::new(config.allowing()?, LookedFor::Upgrade { probe: args.probe });
    for judged in judged {
        usage.add(&input::name(&args.new), &judged.report.gate.findings);
    }
    for found in judge_stated(&usage.stated(), policy).findings {
        let place = found.location.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
        tell::notice(found.level, &format!("{}: {}{place}", found.rule, found.message));
        tell::help(&found.help);
    }
    Ok(())
}

/// A build, and why its module was not asked, where that was wanted.
struct Asked {
    build: Build,
    unasked: Option<Unasked>,
}

fn build(path: &Path, probe: bool, progress: &Progress) -> Result<Asked, CliError> {
    let wrap = |source| CliError::Read { path: path.to_owned(), source };
    let mut reader = progress.wrap(input::open(path)?).map_err(wrap)?;
    // What would have to be fetched of dependencies is not compared.
    let facts = if probe { judging::facts(path, &mut reader) } else { judging::facts_at_hand(path, &mut reader) }?;
    let name = input::name(path);
    let build = Build::new(&name, &facts).ok_or_else(|| not_compared(path, &facts))?;
    tell_of_bundle(&name, &facts);
    if !probe {
        return Ok(Asked { build, unasked: None });
    }
    let (registration, unasked) = registration(&name, &facts, &mut reader);
    input::sound(&reader)?;
    Ok(Asked { build: registration.into_iter().fold(build, Build::registering), unasked })
}

/// Tells of a bundle that is damaged, or that others read in another way: the one way in which it is compared says less than it seems.
fn tell_of_bundle(name: &str, facts: &BundleFacts) {
    let report = judge(facts, &Target::default(), &Policy::strict());
    let is_of_reading = |group: Group| group.is_of_bundle() || group == Group::Schema;
    let fault = report.findings().iter().find(|found| found.level == Level::Error && is_of_reading(found.group));
    if let Some(fault) = fault {
        let message = format!("`{name}` does not pass by itself ({}: {})", fault.rule, fault.message);
        tell::notice(Level::Warning, &message);
        tell::help(
            "Run `ramp validate` on it; until it passes, others may read another file than the one that is compared here.",
        );
    }
}

/// What is in the way, as it is said of a bundle that is judged.
fn not_compared(path: &Path, facts: &BundleFacts) -> CliError {
    let report = judge(facts, &Target::default(), &Policy::strict());
    let fault = report.findings().first();
    let what = fault.map_or_else(|| "its metadata cannot be read".to_owned(), |fault| fault.message.clone());
    CliError::NotCompared { path: path.to_owned(), what, help: fault.map(|fault| fault.help.clone()) }
}

/// All that the module registers; or why that is not known.
fn registration(
    bundle: &str,
    facts: &BundleFacts,
    reader: impl std::io::Read + std::io::Seek,
) -> (Option<Registration>, Option<Unasked>) {
    let unasked = |why: String, help: Option<String>| Some(Unasked { bundle: bundle.to_owned(), why, help });
    match probing::of_bundle(facts, reader) {
        None => (None, unasked("it has no module that can be read".to_owned(), None)),
        Some(Err(not)) => (None, unasked(not.why, not.help)),
        Some(Ok(found)) => match found.registration {
            Some(registration) => (Some(registration), None),
            None => (None, unasked("a redis-server does not tell all that a module registers".to_owned(), None)),
        },
    }
}
