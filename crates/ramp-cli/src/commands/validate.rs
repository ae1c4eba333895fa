//! `ramp validate`: bundles in, judgements out, in the order given.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use ramp_core::kubernetes::Bundle;
use ramp_core::{Policy, Target, judge_kubernetes};

use super::target::build as build_target;
use crate::args::validate::Validate;
use crate::error::{CliError, one_line};
use crate::judging;
use crate::kubernetes::Read;
use crate::output::{self, JudgedManifests, Outcome, Sink, Subject, Verdict};
use crate::progress::Progress;
use crate::status::Status;
use crate::{input, kubernetes};

/// How many bytes of a file tell whether it is text.
const REPORT_START: u64 = 1024;

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
    let unnamed =
        manifests.as_ref().map_or_else(|| Ok(Target::default()), |read| kubernetes::target(&read.manifests))?;
    let target = build_target(&args.target, unnamed)?;
    let target = if manifests.is_some() { kubernetes::on_nodes(target)? } else { target };
    let bundles: Vec<PathBuf> = input::expand(&bundles).into_iter().filter(|path| is_new(path)).collect();
    let sizes = bundles.iter().filter_map(|path| path.metadata().ok()).map(|m| m.len());
    let progress = Progress::new(sizes.sum());
    let content = args.format.content();
    let mut sink = match &args.output {
        Some(path) if path.as_os_str() != "-" => {
            check_output(path, &[args.target.files(), named, bundles.clone()].concat())?;
            Sink::file(path, content)?
        }
        _ => Sink::stdout(content),
    };
    let mut report = output::reporter(args.format, args.all);
    let mut status = Status::Clean;

    let outcomes = |handle: &mut dyn FnMut(Outcome) -> Result<(), CliError>| {
        in_order(
            &bundles,
            jobs(args, bundles.len()),
            |path| check(path, args.probe, &target, &policy, &progress),
            handle,
        )
    };
    let mut judged = Vec::new();
    outcomes(&mut |outcome| {
        status = status.max(status_of(&outcome));
        judged.extend(manifests.is_some().then(|| known(&outcome)));
        // What is written while the bar is away must also be out before it comes back.
        progress.suspend(|| report.add(&outcome, &mut sink).and_then(|()| sink.flush()))
    })?;
    progress.finish();
    for outcome in manifests.iter().flat_map(|read| judge_manifests(read, &judged, &policy, &target)) {
        status = status.max(status_of(&outcome));
        report.add(&outcome, &mut sink)?;
    }
    report.finish(&mut sink)?;
    sink.close()?;
    Ok(status)
}

/// Refuses to put a report in the place of what is read, and of what no report is: a pattern such as `*.zip` may have stood for it.
fn check_output(path: &Path, inputs: &[PathBuf]) -> Result<(), CliError> {
    let Ok(there) = path.canonicalize() else { return Ok(()) };
    if inputs.iter().any(|input| input.canonicalize().is_ok_and(|input| input == there)) {
        return Err(CliError::OutputIsInput { path: path.to_owned() });
    }
    // Of a pipe nothing may be taken.
    let start = if there.is_file() { input::read_start(&there, REPORT_START).unwrap_or_default() } else { Vec::new() };
    if start.contains(&0) {
        return Err(CliError::OutputIsNoReport { path: path.to_owned() });
    }
    Ok(())
}

/// The manifests and the bundles that the arguments name. Where there are manifests, others can stand among the bundles.
fn sorted(args: &Validate) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let is_manifest = |path: &PathBuf| !args.kubernetes.is_empty() && kubernetes::is_manifest(path);
    let (more, bundles): (Vec<PathBuf>, Vec<PathBuf>) = args.bundles.iter().cloned().partition(is_manifest);
    ([args.kubernetes.as_slice(), &more].concat(), bundles)
}

/// What counts of a bundle for manifests.
fn known(outcome: &Outcome) -> Bundle {
    match &outcome.verdict {
        Verdict::Judged(report) => Bundle::new(&outcome.bundle, report.metadata()),
        _ => Bundle::new(&outcome.bundle, None),
    }
}

/// The files that could not be read, each by itself, and then the others together, where a cluster is in them.
fn judge_manifests(read: &Read, bundles: &[Bundle], policy: &Policy, target: &Target) -> Vec<Outcome> {
    let of = |bundle, verdict| Outcome { bundle, verdict, policy: policy.clone(), target: target.clone() };
    let failed = read.failures.iter().map(|(path, err)| of(input::name(path), failed(Subject::Manifest, err)));
    let judged = read.manifests.clusters.first().map(|cluster| {
        let judged = JudgedManifests {
            report: judge_kubernetes(&read.manifests, bundles, target, policy),
            files: read.files.iter().map(|path| input::name(path)).collect(),
            summary: kubernetes::summary(&read.manifests),
        };
        of(cluster.identity.place.file.to_string(), Verdict::Manifests(Box::new(judged)))
    });
    failed.chain(judged).collect()
}

fn failed(what: Subject, err: &CliError) -> Verdict {
    Verdict::NotEvaluated { what, message: one_line(err), help: err.help() }
}

fn jobs(args: &Validate, bundles: usize) -> usize {
    // Asking for the number of cores takes reading five files.
    if bundles <= 1 {
        return bundles;
    }
    let cores = || std::thread::available_parallelism().unwrap_or(std::num::NonZeroUsize::MIN);
    args.jobs.unwrap_or_else(cores).get().min(bundles)
}

fn check(path: &Path, probe: bool, target: &Target, policy: &Policy, progress: &Progress) -> Outcome {
    let opened = if path.is_dir() { Err(input::without_bundles(path)) } else { input::open(path) };
    let judged = opened.and_then(|reader| {
        let reader = progress.wrap(reader).map_err(|source| CliError::Read { path: path.to_owned(), source })?;
        if probe {
            judging::report_probed(path, reader, target, policy)
        } else {
            judging::report(path, reader, target, policy)
        }
    });
    let verdict = match judged {
        Ok(report) => Verdict::Judged(Box::new(report)),
        Err(err) => failed(Subject::Bundle, &err),
    };
    Outcome { bundle: input::name(path), verdict, policy: policy.clone(), target: target.clone() }
}

fn status_of(outcome: &Outcome) -> Status {
    match &outcome.verdict {
        Verdict::NotEvaluated { .. } => Status::NotEvaluated,
        Verdict::Judged(report) if report.passed() => Status::Clean,
        Verdict::Manifests(judged) if judged.report.passed => Status::Clean,
        Verdict::Judged(_) | Verdict::Manifests(_) => Status::Found,
    }
}

/// Works on `items` side by side and hands the results on in the items' order, each as soon as those before it are
/// done. Stops taking up new work when `handle` fails.
fn in_order<T: Send>(
    items: &[PathBuf],
    jobs: usize,
    work: impl Fn(&Path) -> T + Sync,
    handle: &mut dyn FnMut(T) -> Result<(), CliError>,
) -> Result<(), CliError> {
    if jobs <= 1 {
        return items.iter().try_for_each(|item| handle(work(item)));
    }
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                while let Some((index, item)) = {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    items.get(index).map(|item| (index, item))
                } {
                    if sender.send((index, work(item))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = std::collections::BTreeMap::new();
        let mut due = 0;
        // The receiver is consumed here, so that a failing `handle` closes the channel and the workers end.
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                handle(result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<PathBuf> = (0..200).map(|i| i.to_string().into()).collect();
        for jobs in [1, 2, 7] {
            let mut seen = Vec::new();
            in_order(&items, jobs, |p| p.display().to_string(), &mut |name| {
                seen.push(name);
                Ok(())
            })
            .unwrap();
            assert!(seen.iter().enumerate().all(|(i, name)| *name == i.to_string()), "{jobs} jobs: {seen:?}");
        }
    }

    #[test]
    fn a_failing_handler_ends_the_work() {
        let items: Vec<PathBuf> = (0..200).map(|i| i.to_string().into()).collect();
        let result = in_order(&items, 2, |_| (), &mut |()| Err(CliError::Write(std::io::ErrorKind::BrokenPipe.into())));
        assert!(result.is_err());
    }
}
