//! `ramp unpack`: a bundle that the cluster would take, as files.
//!
//! Everything is written into a directory of its own inside the one asked for, and moved into place when all of it is
//! there. Nothing is written outside, nothing through a link, and nothing over a file that exists without `--force`.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use ramp_core::Group;
use ramp_core::bundle::{Bundle, BundleLimits, CopyError, Ending, Entry, OpenError};
use ramp_core::layout::METADATA_NAME;
use ramp_core::name::{check_module_name, check_name, metadata_file};
use ramp_core::{Level, Policy, PolicyError, Report, Target};
use tempfile::TempDir;

use crate::args::Unpack;
use crate::args::format::Format;
use crate::error::{CliError, one_line};
use crate::input::{self, Input};
use crate::judging;
use crate::output::{self, Content, Outcome, Sink, Verdict, plain, set_mode};
use crate::status::Status;
use crate::style::printable;

/// A file to come: where it is being written, and its place under the directory asked for.
#[derive(Debug)]
struct Written {
    from: PathBuf,
    to: PathBuf,
}

pub(crate) fn run(args: &Unpack) -> Result<Status, CliError> {
    let policy = Policy::named(args.policy.parse().map_err(PolicyError::from)?);
    let mut reader = input::open(&args.bundle)?;
    let report = judging::report(&args.bundle, &mut reader, &Target::default(), &policy)?;
    if !may_be_unpacked(&report) {
        refuse(args, report, &policy)?;
        return Ok(Status::Found);
    }
    let mut bundle = Bundle::open(reader, &BundleLimits::default()).map_err(|err| match err {
        OpenError::Failed(source) => CliError::Evaluate { path: args.bundle.clone(), source },
        OpenError::NotAZip(failure) => CliError::NotABundle { path: args.bundle.clone(), what: failure.to_string() },
    })?;
    let files = plan(&bundle, &report)?;
    for (_, to) in &files {
        check_place(&args.directory, to, args.force)?;
    }
    let mut made = MadeDirectories::default();
    made.create(&args.directory)?;
    let places = write(&mut bundle, files, &args.directory, &mut made)?;
    made.keep();
    let mut out = Sink::stdout(Content::Styled);
    for path in places {
        out.line(&printable(&path.display().to_string()))?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// Directories that did not exist before; removed again unless everything succeeds.
#[derive(Debug, Default)]
struct MadeDirectories(Vec<PathBuf>);

impl MadeDirectories {
    /// Creates a directory and those above it.
    fn create(&mut self, path: &Path) -> Result<(), CliError> {
        let missing: Vec<&Path> =
            path.ancestors().take_while(|p| !p.as_os_str().is_empty() && fs::symlink_metadata(p).is_err()).collect();
        self.0.extend(missing.into_iter().rev().map(Path::to_owned));
        fs::create_dir_all(path).map_err(|source| CliError::WriteFile { path: path.to_owned(), source })
    }

    fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for MadeDirectories {
    fn drop(&mut self) {
        for path in self.0.iter().rev() {
            // What somebody else put something into stays.
            let _ = fs::remove_dir(path);
        }
    }
}

/// Writes the files aside, then moves them into place.
fn write<R: Input>(
    bundle: &mut Bundle<R>,
    files: Vec<(Entry, PathBuf)>,
    directory: &Path,
    made: &mut MadeDirectories,
) -> Result<Vec<PathBuf>, CliError> {
    let staging = tempfile::Builder::new()
        .prefix(".ramp-")
        .tempdir_in(directory)
        .map_err(|err| CliError::WriteFile { path: directory.to_owned(), source: plain(&err) })?;
    let mut written = Vec::new();
    for (number, (entry, to)) in files.into_iter().enumerate() {
        let from = staging.path().join(number.to_string());
        copy(bundle, &entry, &from)?;
        written.push(Written { from, to });
    }
    place(directory, written, &staging, made)
}

/// Whether nothing is wrong with the bundle itself; where it may be uploaded to and would load is another matter.
fn may_be_unpacked(report: &Report) -> bool {
    !report.findings().iter().any(|f| f.level == Level::Error && is_of_bundle(f.group))
}

/// Whether what is wrong is wrong with the bundle itself, wherever it is uploaded to.
pub(super) fn is_of_bundle(group: Group) -> bool {
    matches!(group, Group::Unpack | Group::Archive | Group::Integrity)
}

fn refuse(args: &Unpack, report: Report, policy: &Policy) -> Result<(), CliError> {
    let mut out = Sink::stdout(Content::Styled);
    let outcome = Outcome {
        bundle: input::name(&args.bundle),
        policy: policy.clone(),
        target: Target::default(),
        verdict: Verdict::Judged(Box::new(report)),
    };
    output::reporter(Format::Human, false).add(&outcome, &mut out)?;
    out.close()
}

/// Which entries become which files: `<module_name>.json`, the module, what is under `deps/`.
fn plan<R: Input>(bundle: &Bundle<R>, report: &Report) -> Result<Vec<(Entry, PathBuf)>, CliError> {
    let name = report.metadata().and_then(|m| m.get("module_name")).and_then(|v| v.as_str()).unwrap_or("module");
    let metadata_name = metadata_file(name);
    if let Some(what) = check_module_name(name) {
        return Err(CliError::UnsafeName { name: metadata_name.escape_debug().to_string(), what: what.to_string() });
    }
    let directory = bundle.directory();
    let mut files = Vec::new();
    for entry in &directory.entries {
        let last = directory.last_named(&entry.name).is_some_and(|last| last.index == entry.index);
        if !last || entry.is_directory() {
            continue;
        }
        let target = if entry.name == METADATA_NAME { &metadata_name } else { &entry.name };
        if let Some(what) = check_name(target) {
            return Err(CliError::UnsafeName { name: target.escape_debug().to_string(), what: what.to_string() });
        }
        files.push((entry.clone(), PathBuf::from(target)));
    }
    let mut names: Vec<&PathBuf> = files.iter().map(|(_, to)| to).collect();
    names.sort();
    if let Some([twice, _]) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        let what = "two entries would be written to it".to_owned();
        return Err(CliError::UnsafeName { name: twice.display().to_string(), what });
    }
    Ok(files)
}

/// Whether a file may be put at `to` under `directory`: no link on the way, nothing there without `force`.
fn check_place(directory: &Path, to: &Path, force: bool) -> Result<(), CliError> {
    let mut path = directory.to_owned();
    let mut components = to.components().peekable();
    while let Some(component) = components.next() {
        path.push(component);
        let Ok(found) = fs::symlink_metadata(&path) else { return Ok(()) };
        let is_last = components.peek().is_none();
        if found.file_type().is_symlink() {
            return Err(CliError::Link { path });
        }
        if is_last && (!force || found.is_dir()) {
            return Err(CliError::Exists { path });
        }
    }
    Ok(())
}

fn copy<R: Input>(bundle: &mut Bundle<R>, entry: &Entry, to: &Path) -> Result<(), CliError> {
    let write = |source| CliError::WriteFile { path: to.to_owned(), source };
    let mut file = io::BufWriter::new(File::create_new(to).map_err(write)?);
    let name = || entry.name.escape_debug().to_string();
    let measured = bundle.copy(entry, |piece| file.write_all(piece)).map_err(|err| match err {
        CopyError::Sink(source) => write(source),
        other => CliError::Copy { name: name(), source: one_line(&other).into() },
    })?;
    let whole = matches!(measured.ending, Ending::Whole | Ending::LongerThanClaimed);
    if !whole || measured.crc32 != entry.claimed_crc32 {
        return Err(CliError::Copy { name: name(), source: "its content is damaged".into() });
    }
    let file = file.into_inner().map_err(|err| write(err.into_error()))?;
    // Redis from 6.0 on loads no module that is not executable.
    set_mode(&file, if entry.name.ends_with(".so") { 0o755 } else { 0o644 }).map_err(write)?;
    file.sync_all().map_err(write)
}

/// Moves everything into place; what was moved is taken back where a later move fails.
fn place(
    directory: &Path,
    written: Vec<Written>,
    staging: &TempDir,
    made: &mut MadeDirectories,
) -> Result<Vec<PathBuf>, CliError> {
    let backup = staging.path().join("replaced");
    fs::create_dir(&backup).map_err(|source| CliError::WriteFile { path: backup.clone(), source })?;
    let mut done: Vec<(PathBuf, Option<PathBuf>)> = Vec::new();
    for (number, file) in written.into_iter().enumerate() {
        let to = directory.join(&file.to);
        let kept = backup.join(number.to_string());
        let moved = to.parent().map_or(Ok(()), |parent| made.create(parent)).and_then(|()| {
            replace(&file.from, &to, kept).map_err(|source| CliError::WriteFile { path: to.clone(), source })
        });
        match moved {
            Ok(kept) => done.push((to, kept)),
            Err(err) => {
                for (place, kept) in done.into_iter().rev() {
                    // Best effort: the first failure is the one to tell.
                    let _ = match kept {
                        Some(kept) => fs::rename(kept, place),
                        None => fs::remove_file(place),
                    };
                }
                return Err(err);
            }
        }
    }
    Ok(done.into_iter().map(|(to, _)| to).collect())
}

/// Moves a file to its place; what was there goes to `kept`, and comes back where the move fails.
fn replace(from: &Path, to: &Path, kept: PathBuf) -> io::Result<Option<PathBuf>> {
    let kept = match fs::rename(to, &kept) {
        Ok(()) => Some(kept),
        Err(err) if err.kind() == io::ErrorKind::NotFound => None,
        Err(err) => return Err(err),
    };
    match fs::rename(from, to) {
        Ok(()) => Ok(kept),
        Err(err) => {
            if let Some(kept) = &kept {
                fs::rename(kept, to)?;
            }
            Err(err)
        }
    }
}
