//! `ramp unpack`: a bundle that the cluster would take, as files.
//!
//! Everything is written into a directory of its own inside the one asked for, and moved into place when all of it is
//! there; what a run that was killed has moved, the next takes back. Nothing is written outside, nothing through a link, and
//! nothing over a file that exists without `--force`.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ramp_core::bundle::{Bundle, BundleLimits, CopyError, Ending, Entry, OpenError};
use ramp_core::layout::{METADATA_NAME, is_under_deps};
use ramp_core::name::{check_module_name, check_name, metadata_file};
use ramp_core::{Level, Policy, PolicyError, Report, Target};

use crate::args::Unpack;
use crate::args::format::Format;
use crate::error::{CliError, one_line};
use crate::input::{self, Input};
use crate::judging;
use crate::output::{self, Content, Outcome, Sink, Verdict};
use crate::status::Status;
use crate::style::printable;
use crate::tell;

mod destination;
mod interrupt;
mod moves;
mod staging;
use destination::Destination;
use interrupt::Interrupt;
use staging::Staging;

pub(crate) fn run(args: &Unpack) -> Result<Status, CliError> {
    let policy = Policy::named(args.policy.parse().map_err(PolicyError::from)?);
    let mut reader = input::open_whole(&args.bundle)?;
    let report = judging::report(&args.bundle, &mut reader, &Target::default(), &policy)?;
    if !may_be_unpacked(&report) {
        refuse(args, report, &policy)?;
        return Ok(Status::Found);
    }
    let mut bundle = Bundle::open(reader, &BundleLimits::default()).map_err(|err| match err {
        OpenError::Failed(source) => CliError::Evaluate { path: args.bundle.clone(), source },
        OpenError::NotAZip(failure) => CliError::NotABundle { path: args.bundle.clone(), what: failure.to_string() },
    })?;
    let files = match plan(&bundle, &report, !args.without_dependencies) {
        Ok(files) => files,
        Err(err) => {
            // It is the bundle's fault.
            tell::failure(&err);
            return Ok(Status::Found);
        }
    };
    let interrupt = Interrupt::heed().map_err(|source| CliError::Signals { source })?;
    let places = put(args, &mut bundle, files, &interrupt);
    // Whatever was begun is gone by now.
    interrupt.obey();
    let places = places?;
    let mut out = Sink::stdout(Content::Styled);
    for path in places {
        out.line(&printable(&path.display().to_string()))?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// Puts all files into the directory, or leaves it as it was.
fn put<R: Input>(
    args: &Unpack,
    bundle: &mut Bundle<R>,
    files: Vec<(Entry, PathBuf)>,
    interrupt: &Interrupt,
) -> Result<Vec<PathBuf>, CliError> {
    let mut destination = Destination::open(&args.directory)?;
    let mut staging = destination.stage()?;
    for (_, to) in &files {
        destination.check(to, args.force)?;
    }
    let written = write(bundle, files, &staging, &destination.path, interrupt)?;
    destination.place(&mut staging, &written, args.force)?;
    drop(staging);
    let places = written.into_iter().map(|to| destination.path.join(to)).collect();
    destination.keep();
    Ok(places)
}

/// Writes the files aside, by their numbers; where each goes.
fn write<R: Input>(
    bundle: &mut Bundle<R>,
    files: Vec<(Entry, PathBuf)>,
    staging: &Staging,
    path: &Path,
    interrupt: &Interrupt,
) -> Result<Vec<PathBuf>, CliError> {
    let mut written = Vec::new();
    for (number, (entry, to)) in files.into_iter().enumerate() {
        // Redis from 6.0 on loads no module that is not executable.
        let file = staging.create(number, &to, entry.name.ends_with(".so"))?;
        copy(bundle, &entry, file, &path.join(&to), interrupt)?;
        written.push(to);
    }
    Ok(written)
}

/// Whether nothing is wrong with the bundle itself; where it may be uploaded to and would load is another matter.
fn may_be_unpacked(report: &Report) -> bool {
    !report.findings().iter().any(|f| f.level == Level::Error && f.group.is_of_bundle())
}

fn refuse(args: &Unpack, report: Report, policy: &Policy) -> Result<(), CliError> {
    let mut out = Sink::stdout(Content::Styled);
    let outcome = Outcome {
        bundle: input::name(&args.bundle),
        policy: policy.clone(),
        target: Target::default(),
        verdict: Verdict::Judged(Box::new(report)),
        label: None,
        asked: None,
    };
    output::reporter(Format::Human, &output::Look::default()).add(&[outcome], &mut out)?;
    out.close()
}

/// Which entries become which files: `<module_name>.json`, the module, what is under `deps/` where that is wanted.
fn plan<R: Input>(bundle: &Bundle<R>, report: &Report, dependencies: bool) -> Result<Vec<(Entry, PathBuf)>, CliError> {
    let name = report.metadata().and_then(|m| m.get("module_name")).and_then(|v| v.as_str()).unwrap_or("module");
    let metadata_name = metadata_file(name);
    if let Some(what) = check_module_name(name) {
        return Err(CliError::UnsafeName { name: metadata_name.escape_debug().to_string(), what: what.to_string() });
    }
    let module = report.metadata().and_then(|m| m.get("module_file")).and_then(|v| v.as_str());
    let directory = bundle.directory();
    let mut files = Vec::new();
    for entry in &directory.entries {
        let last = directory.last_named(&entry.name).is_some_and(|last| last.index == entry.index);
        if !last || entry.is_directory() {
            continue;
        }
        let target = if entry.name == METADATA_NAME { &metadata_name } else { &entry.name };
        if let Some(what) = check_name(&entry.name) {
            return Err(CliError::UnsafeName { name: entry.name.escape_debug().to_string(), what: what.to_string() });
        }
        if Path::new(target).iter().next().is_some_and(|first| first.eq_ignore_ascii_case(staging::NAME)) {
            let what = "`ramp unpack` itself works there".to_owned();
            return Err(CliError::UnsafeName { name: target.clone(), what });
        }
        // The module may be anywhere.
        if dependencies || !is_under_deps(&entry.name) || Some(entry.name.as_str()) == module {
            files.push((entry.clone(), PathBuf::from(target)));
        }
    }
    // In whatever order the bundle has them: scripts take the first line for the metadata.
    files.sort_by_key(|(entry, _)| entry.name != METADATA_NAME);
    let mut names: Vec<&PathBuf> = files.iter().map(|(_, to)| to).collect();
    names.sort();
    if let Some([twice, _]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let what = "two entries would be written to it".to_owned();
        return Err(CliError::UnsafeName { name: twice.display().to_string(), what });
    }
    Ok(files)
}

fn copy<R: Input>(
    bundle: &mut Bundle<R>,
    entry: &Entry,
    file: File,
    to: &Path,
    interrupt: &Interrupt,
) -> Result<(), CliError> {
    let write = |source| CliError::WriteFile { path: to.to_owned(), source };
    let mut file = io::BufWriter::new(file);
    let name = || entry.name.escape_debug().to_string();
    let measured = bundle.copy(entry, |piece| interrupt.check().and_then(|()| file.write_all(piece))).map_err(
        |err| match err {
            CopyError::Sink(source) => write(source),
            other => CliError::Copy { name: name(), source: one_line(&other).into() },
        },
    )?;
    let whole = matches!(measured.ending, Ending::Whole | Ending::LongerThanClaimed);
    if !whole || measured.crc32 != entry.claimed_crc32 {
        return Err(CliError::Copy { name: name(), source: "its content is damaged".into() });
    }
    file.into_inner().map_err(|err| write(err.into_error()))?.sync_all().map_err(write)?;
    interrupt.check().map_err(write)
}
