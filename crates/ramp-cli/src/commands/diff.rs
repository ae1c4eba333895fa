//! `ramp diff`: two builds in, what an upgrade from one to the other changes out.

use std::path::Path;

use ramp_core::facts::BundleFacts;
use ramp_core::judge_upgrade;
use ramp_core::module::Registration;
use ramp_core::upgrade::{Build, Upgrade};

use super::target;
use crate::args::diff::{Diff, DiffFormat};
use crate::config::{Allowing, Config};
use crate::error::CliError;
use crate::output::diff::{Compared, Judged, Unasked, human, json, markdown};
use crate::output::{Content, Sink};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, judging, probing, today};

pub(crate) fn run(args: &Diff) -> Result<Status, CliError> {
    let paths = [args.old.clone(), args.new.clone()];
    if input::reads_stdin_twice(&paths) {
        return Err(CliError::StdinTwice);
    }
    let config = Config::load(&args.config)?;
    let fail_on = args.fail_on.map(Into::into).or(config.fail_on()).unwrap_or_default();
    let policy = config.judging(&args.rules)?.failing_on(fail_on);
    let today = if config.allowed().is_empty() { None } else { today::today()? };
    let policy = Allowing::new(config.allowed(), today).policy(&input::name(&args.new), policy)?;
    let targets = target::build(&args.target, &config, &ramp_core::Target::default())?;
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
    let passed = judged.iter().all(|judged| judged.report.gate.passed);
    let compared = Compared { upgrade, judged, unasked };
    let mut out = Sink::stdout(match args.format {
        DiffFormat::Human => Content::Styled,
        DiffFormat::Json | DiffFormat::Markdown => Content::Data,
    });
    match args.format {
        DiffFormat::Human => out.write(&human::text(&compared))?,
        DiffFormat::Json => out.line(&json::text(&compared)?)?,
        DiffFormat::Markdown => out.write(&markdown::text(&compared))?,
    }
    out.close()?;
    Ok(if passed { Status::Clean } else { Status::Found })
}

/// A build, and why its module was not asked, where that was wanted.
struct Asked {
    build: Build,
    unasked: Option<Unasked>,
}

fn build(path: &Path, probe: bool, progress: &Progress) -> Result<Asked, CliError> {
    let wrap = |source| CliError::Read { path: path.to_owned(), source };
    let mut reader = progress.wrap(input::open(path)?).map_err(wrap)?;
    // Nothing of dependencies is compared but what the metadata says.
    let facts = if probe { judging::facts(path, &mut reader) } else { judging::facts_at_hand(path, &mut reader) }?;
    let name = input::name(path);
    let not_compared = || CliError::NotCompared { path: path.to_owned(), what: not_compared(&facts) };
    let build = Build::new(&name, &facts).ok_or_else(not_compared)?;
    if !probe {
        return Ok(Asked { build, unasked: None });
    }
    let (registration, unasked) = registration(&name, &facts, &mut reader);
    input::sound(&reader)?;
    Ok(Asked { build: registration.into_iter().fold(build, Build::registering), unasked })
}

/// What is in the way, as the unpacker would say it.
fn not_compared(facts: &BundleFacts) -> String {
    let report = ramp_core::judge(facts, &ramp_core::Target::default(), &ramp_core::Policy::strict());
    report.findings().first().map_or_else(|| "its metadata is not an object".to_owned(), |found| found.message.clone())
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
