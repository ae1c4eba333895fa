//! `ramp validate`: bundles in, judgements out, in the order given.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramp_core::facts::BundleFacts;
use ramp_core::module::{Discovery, ProbeOutcome};
use ramp_core::text::count;
use ramp_core::version::of_number;
use ramp_core::{Level, Policy, Target, judge, judge_stated};

use super::outcome::outcomes;
use super::target::{self, Named};
use crate::args::validate::Validate;
use crate::config::{Allowing, Config, LookedFor, Usage};
use crate::error::CliError;
use crate::kubernetes::Read;
use crate::output::{self, FilesKind, JudgedFiles, Outcome, Subject, Verdict};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, judging, kubernetes, tell};

mod manifests;
mod order;
mod reports;
mod set;

use reports::Reports;
use set::Bundles;

pub(crate) fn run(args: &Validate) -> Result<Status, CliError> {
    let config = Config::load(&args.config)?;
    let fail_on = args.fail_on.map(Into::into).or(config.fail_on()).unwrap_or_default();
    let policy = config.judging(&args.rules)?.failing_on(fail_on);
    let (files, bundles) = sorted(args);
    if input::reads_stdin_twice(&[files.as_slice(), &bundles].concat()) {
        return Err(CliError::StdinTwice);
    }
    let mut is_new = input::each_once();
    let named = files.clone();
    let files: Vec<PathBuf> = files.into_iter().filter(|path| is_new(path)).collect();
    let manifests = Some(files).filter(|files| !files.is_empty()).map(kubernetes::read);
    let targets = targets(args, &config, manifests.as_ref())?;
    let (bundles, lines) = input::named(&bundles, args.recursive)?;
    if input::reads_stdin_twice(&bundles) {
        return Err(CliError::StdinTwice);
    }
    let bundles: Vec<PathBuf> = bundles.into_iter().filter(|path| is_new(path)).collect();
    let sizes = bundles.iter().filter_map(|path| path.metadata().ok()).map(|m| m.len());
    let progress = Progress::new(sizes.sum());
    let more = config.path().into_iter().chain(args.location.as_deref()).map(Path::to_owned);
    let inputs = [args.target.files(), input::lists(&args.bundles), named, bundles.clone(), more.collect()];
    let mut reports = Reports::open(args, &config, &inputs.concat())?;
    let allowing = config.allowing()?;
    let of_bundles = if args.set { set::among_others(policy.clone())? } else { policy.clone() };
    if !args.set && config.file().says_of_sets() && bundles.len() > 1 {
        let message = "the policy file's `[set]` does not count here: `--set` judges the bundles together";
        tell::notice(Level::Note, message);
    }
    let checks = Checks {
        targets: &targets,
        policy: &policy,
        of_bundles: &of_bundles,
        allowing,
        probe: args.probe,
        in_set: args.set,
        lines: &lines,
        progress: &progress,
    };

    let mut status = Status::Clean;
    let looked_for = LookedFor::Bundles { probe: args.probe, set: args.set, kubernetes: manifests.is_some() };
    let mut judged = Judged { usage: Usage::new(allowing, looked_for), bundles: Vec::new(), set: Bundles::default() };
    let jobs = order::jobs(args.jobs, bundles.len());
    order::in_order(&bundles, jobs, |path| checks.check(path), &mut |outcomes: Vec<Outcome>| {
        status = outcomes.iter().map(status_of).fold(status, Status::max);
        judged.add(&outcomes, manifests.is_some(), args.set);
        // What is written while the bar is away must also be out before it comes back.
        progress.suspend(|| reports.add(&outcomes))
    })?;
    progress.finish();
    let mut more: Vec<Vec<Outcome>> = Vec::new();
    if let Some(read) = &manifests {
        more.extend(manifests::judge(read, &targets, &judged.bundles, &policy));
    }
    if args.set {
        more.push(judged.set.judge(args, &config, &targets, &policy));
    }
    for outcomes in &more {
        judged.note(outcomes);
    }
    more.extend(judged.configuration(&config, &targets, &policy));
    for outcomes in &more {
        status = outcomes.iter().map(status_of).fold(status, Status::max);
        reports.add(outcomes)?;
    }
    reports.finish()?;
    Ok(status)
}

/// What to judge for, one target at least; where there are manifests, they may say which.
fn targets(args: &Validate, config: &Config, manifests: Option<&Read>) -> Result<Vec<Named>, CliError> {
    let unnamed = manifests.map_or_else(|| Ok(Target::default()), |read| kubernetes::target(&read.manifests))?;
    let mut targets = target::build(&args.target, config, &unnamed)?;
    if manifests.is_some() {
        for named in &mut targets {
            named.target = kubernetes::on_nodes(named.target.clone())?;
        }
    }
    Ok(targets)
}

/// The manifests and the bundles that the arguments name. Where there are manifests, others can stand among the bundles.
fn sorted(args: &Validate) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let is_manifest = |path: &PathBuf| !args.kubernetes.is_empty() && kubernetes::is_manifest(path);
    let (more, bundles): (Vec<PathBuf>, Vec<PathBuf>) = args.bundles.iter().cloned().partition(is_manifest);
    ([args.kubernetes.as_slice(), &more].concat(), bundles)
}

/// What is kept of all bundles.
struct Judged<'a> {
    /// What the policy file says of findings, and what came of it.
    usage: Usage<'a>,
    /// What manifests need of the bundles, which is the same for each target.
    bundles: Vec<ramp_core::kubernetes::Bundle>,
    set: Bundles,
}

impl Judged<'_> {
    fn add(&mut self, outcomes: &[Outcome], for_manifests: bool, for_set: bool) {
        self.note(outcomes);
        let Some(first) = outcomes.first() else { return };
        if for_manifests {
            self.bundles.push(manifests::known(first));
        }
        if for_set {
            self.set.add(first);
        }
    }

    fn note(&mut self, outcomes: &[Outcome]) {
        for outcome in outcomes {
            self.usage.add(&outcome.bundle, outcome.findings().unwrap_or_default());
        }
    }

    /// What is to be said of the policy file, where there is anything.
    fn configuration(&self, config: &Config, targets: &[Named], policy: &Policy) -> Option<Vec<Outcome>> {
        let report = judge_stated(&self.usage.stated(), policy);
        let path = config.path().filter(|_| !report.findings.is_empty())?;
        let name = input::name(path);
        Some(outcomes(&name, policy, targets, |_| {
            Verdict::Files(Box::new(JudgedFiles {
                kind: FilesKind::Configuration,
                report: report.clone(),
                files: vec![name.clone()],
                summary: None,
            }))
        }))
    }
}

/// How each bundle is checked.
struct Checks<'a> {
    targets: &'a [Named],
    policy: &'a Policy,
    /// The same, as it is for one bundle.
    of_bundles: &'a Policy,
    allowing: Allowing<'a>,
    /// Whether modules are asked, too.
    probe: bool,
    /// Whether a bundle is one of several, for some of the nodes each.
    in_set: bool,
    /// Where those that lists name stand in them.
    lines: &'a input::Lines,
    progress: &'a Progress,
}

impl Checks<'_> {
    /// What comes of a bundle, read once, for each target.
    fn check(&self, path: &Path) -> Vec<Outcome> {
        let name = input::name(path);
        let judged = self
            .facts(path)
            .map_err(|err| self.lines.place(path, err))
            .and_then(|facts| Ok((facts, self.allowing.policy(&name, self.of_bundles.clone())?)));
        let verdict = |target: &Target| match &judged {
            Ok((facts, policy)) if self.in_set => {
                Verdict::Judged(Box::new(judge(facts, &set::own_nodes(facts, target), policy)))
            }
            Ok((facts, policy)) => Verdict::Judged(Box::new(judge(facts, target, policy))),
            Err(err) => output::failed(Subject::Bundle, err),
        };
        let asked = judged.as_ref().ok().and_then(|(facts, _)| answered(facts)).map(Arc::from);
        let mut outcomes = outcomes(&name, self.policy, self.targets, |named| verdict(&named.target));
        for outcome in &mut outcomes {
            outcome.asked.clone_from(&asked);
        }
        outcomes
    }

    fn facts(&self, path: &Path) -> Result<BundleFacts, CliError> {
        let reader = match path {
            _ if path.is_dir() => Err(input::without_bundles(path)),
            _ if input::is_pattern(path) && !input::is_url(path) && !path.exists() => {
                Err(CliError::FitsNothing { path: path.to_owned() })
            }
            _ => input::open(path),
        }?;
        let mut reader =
            self.progress.wrap(reader).map_err(|source| CliError::Read { path: path.to_owned(), source })?;
        if self.probe { judging::facts_probed(path, &mut reader) } else { judging::facts(path, &mut reader) }
    }
}

/// That a module was loaded when it was asked; where it was not, there is a finding.
fn answered(facts: &BundleFacts) -> Option<String> {
    match facts.archive.as_ref().ok()?.module.as_ref()?.asked.as_ref()? {
        ProbeOutcome::Registered(Discovery { module_name, version, commands }) => {
            let version = of_number(*version).map_or_else(|| version.to_string(), |version| version.to_string());
            Some(format!("it loads, as {module_name} {version} with {}", count(commands.len(), "command")))
        }
        _ => None,
    }
}

fn status_of(outcome: &Outcome) -> Status {
    match &outcome.verdict {
        Verdict::NotEvaluated { .. } => Status::NotEvaluated,
        Verdict::Judged(report) if report.passed() => Status::Clean,
        Verdict::Files(judged) if judged.report.passed => Status::Clean,
        Verdict::Judged(_) | Verdict::Files(_) => Status::Found,
    }
}
