//! `ramp validate`: bundles in, judgements out, in the order given.

use std::path::{Path, PathBuf};

use ramp_core::{Policy, Target};

use super::target::{self, Named};
use crate::args::validate::Validate;
use crate::error::CliError;
use crate::kubernetes::Read;
use crate::output::{self, Outcome, Subject, Verdict};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, judging, kubernetes};

mod manifests;
mod order;
mod reports;

use reports::Reports;

pub(crate) fn run(args: &Validate) -> Result<Status, CliError> {
    let policy = args.rules.build()?.failing_on(args.fail_on.into());
    let (files, bundles) = sorted(args);
    if input::reads_stdin_twice(&[files.as_slice(), &bundles].concat()) {
        return Err(CliError::StdinTwice);
    }
    let mut is_new = input::each_once();
    let named = files.clone();
    let files: Vec<PathBuf> = files.into_iter().filter(|path| is_new(path)).collect();
    let manifests = Some(files).filter(|files| !files.is_empty()).map(kubernetes::read);
    let targets = targets(args, manifests.as_ref())?;
    let bundles: Vec<PathBuf> = input::expand(&bundles).into_iter().filter(|path| is_new(path)).collect();
    let sizes = bundles.iter().filter_map(|path| path.metadata().ok()).map(|m| m.len());
    let progress = Progress::new(sizes.sum());
    let mut reports = Reports::open(args, &[args.target.files(), named, bundles.clone()].concat())?;
    let checks = Checks { targets: &targets, policy: &policy, probe: args.probe, progress: &progress };

    let mut status = Status::Clean;
    let mut judged: Vec<Vec<_>> = targets.iter().map(|_| Vec::new()).collect();
    let jobs = order::jobs(args.jobs, bundles.len());
    order::in_order(&bundles, jobs, |path| checks.check(path), &mut |outcomes: Vec<Outcome>| {
        for (outcome, judged) in outcomes.iter().zip(&mut judged) {
            status = status.max(status_of(outcome));
            judged.extend(manifests.is_some().then(|| manifests::known(outcome)));
        }
        // What is written while the bar is away must also be out before it comes back.
        progress.suspend(|| reports.add(&outcomes))
    })?;
    progress.finish();
    for outcomes in manifests.iter().flat_map(|read| manifests::judge(read, &targets, &judged, &policy)) {
        status = outcomes.iter().map(status_of).fold(status, Status::max);
        reports.add(&outcomes)?;
    }
    reports.finish()?;
    Ok(status)
}

/// What to judge for, one target at least; where there are manifests, they may say which.
fn targets(args: &Validate, manifests: Option<&Read>) -> Result<Vec<Named>, CliError> {
    let unnamed = manifests.map_or_else(|| Ok(Target::default()), |read| kubernetes::target(&read.manifests))?;
    let mut targets = target::build(&args.target, &unnamed)?;
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

/// How each bundle is checked.
struct Checks<'a> {
    targets: &'a [Named],
    policy: &'a Policy,
    /// Whether modules are asked, too.
    probe: bool,
    progress: &'a Progress,
}

impl Checks<'_> {
    /// What comes of a bundle, read once, for each target.
    fn check(&self, path: &Path) -> Vec<Outcome> {
        let opened = if path.is_dir() { Err(input::without_bundles(path)) } else { input::open(path) };
        let facts = opened.and_then(|reader| {
            let reader =
                self.progress.wrap(reader).map_err(|source| CliError::Read { path: path.to_owned(), source })?;
            if self.probe { judging::facts_probed(path, reader) } else { judging::facts(path, reader) }
        });
        let verdict = |target: &Target| match &facts {
            Ok(facts) => Verdict::Judged(Box::new(ramp_core::judge(facts, target, self.policy))),
            Err(err) => output::failed(Subject::Bundle, err),
        };
        let of =
            |named: &Named| outcome(input::name(path), verdict(&named.target), self.policy, named, self.targets.len());
        self.targets.iter().map(of).collect()
    }
}

/// What came of something for one of so many targets.
fn outcome(bundle: String, verdict: Verdict, policy: &Policy, named: &Named, targets: usize) -> Outcome {
    let label = (targets > 1).then(|| named.name.clone());
    Outcome { bundle, verdict, policy: policy.clone(), target: named.target.clone(), label }
}

fn status_of(outcome: &Outcome) -> Status {
    match &outcome.verdict {
        Verdict::NotEvaluated { .. } => Status::NotEvaluated,
        Verdict::Judged(report) if report.passed() => Status::Clean,
        Verdict::Manifests(judged) if judged.report.passed => Status::Clean,
        Verdict::Judged(_) | Verdict::Manifests(_) => Status::Found,
    }
}
