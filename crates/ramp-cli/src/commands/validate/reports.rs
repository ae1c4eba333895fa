//! Where reports go, in which formats: standard output and files, side by side.

use std::path::{Path, PathBuf};

use ramp_core::Level;

use crate::args::format::{Format, Output};
use crate::args::validate::Validate;
use crate::config::Config;
use crate::error::CliError;
use crate::output::{self, Look, Outcome, Places, Reporter, Sink, Summary};
use crate::{input, same, tell};

/// How many bytes of a file tell whether it is text.
const REPORT_START: u64 = 1024;

/// All reports of a run.
pub(super) struct Reports {
    all: Vec<(Box<dyn Reporter>, Sink)>,
    /// What goes beside annotations.
    summary: Option<Summary>,
}

impl Reports {
    /// Opens what is written to. Nothing of `inputs` is, nor what no report is: a pattern such as `*.zip` may have stood for it.
    pub(super) fn open(args: &Validate, config: &Config, inputs: &[PathBuf]) -> Result<Self, CliError> {
        let look = Look {
            all: args.all,
            quiet: args.quiet,
            statistics: args.statistics,
            policy_file: config.found_above(),
            places: Places::new(args.location.as_deref()),
        };
        if let Some(file) = args.location.as_deref().filter(|file| !file.exists()) {
            let message = format!("findings are told at `{}`, which is not there", file.display());
            tell::notice(Level::Warning, &message);
        }
        let destinations = destinations(args, config)?;
        // As `>> a.zip` does.
        let printed_over = inputs.iter().find(|input| !input::is_stdin(input) && same::is_stdout_of(input));
        if let Some(path) = printed_over {
            return Err(CliError::OutputIsInput { path: path.clone() });
        }
        let is_annotated = destinations.iter().any(|(format, _)| *format == Format::Github);
        let files: Vec<PathBuf> = destinations.iter().filter_map(|(_, path)| path.clone()).collect();
        let is_free =
            |path: &Path| check_file(path, inputs).is_ok() && !files.iter().any(|file| same::is_one(file, path));
        let summary = is_annotated.then(|| Summary::of_job(args.all, is_free)).flatten();
        let mut all = Vec::new();
        for (format, path) in destinations {
            let sink = match &path {
                Some(path) => {
                    check_file(path, inputs)?;
                    Sink::file(path, format.content())?
                }
                None => Sink::stdout(format.content()),
            };
            all.push((output::reporter(format, &look), sink));
        }
        Ok(Self { all, summary })
    }

    /// Tells what came of one bundle, or of manifests, for each target.
    pub(super) fn add(&mut self, outcomes: &[Outcome]) -> Result<(), CliError> {
        self.summary.iter_mut().for_each(|summary| summary.add(outcomes));
        self.all.iter_mut().try_for_each(|(report, sink)| report.add(outcomes, sink).and_then(|()| sink.flush()))
    }

    /// Files come to their places when all reports are whole.
    pub(super) fn finish(mut self) -> Result<(), CliError> {
        self.summary.into_iter().for_each(Summary::write);
        self.all.iter_mut().try_for_each(|(report, sink)| report.finish(sink))?;
        self.all.into_iter().try_for_each(|(_, sink)| sink.close())
    }
}

/// Which format goes where; without a path, to standard output. What `--output` does not name a format for is in that of `--format`,
/// which goes to standard output where nothing else is put in its place.
fn destinations(args: &Validate, config: &Config) -> Result<Vec<(Format, Option<PathBuf>)>, CliError> {
    let usual = args.format.or(config.file().format).unwrap_or(Format::Human);
    // Who names some means those.
    let outputs = if args.output.is_empty() { config.outputs()? } else { args.output.clone() };
    let mut all: Vec<(Format, Option<PathBuf>)> = Vec::new();
    for output in &outputs {
        all.push(match output {
            Output::Stdout(format) => (*format, None),
            Output::File(Some(format), path) => (*format, Some(path.clone())),
            Output::File(None, path) if path.as_os_str() == "-" => (usual, None),
            Output::File(None, path) => (usual, Some(path.clone())),
        });
    }
    let takes_its_place = |output: &Output| matches!(output, Output::Stdout(_) | Output::File(None, _));
    let is_placed = outputs.iter().any(takes_its_place);
    // Who names a format has it somewhere.
    let is_lost = args.format.is_some() && !outputs.iter().any(|output| matches!(output, Output::File(None, _)));
    if !is_placed || is_lost {
        all.push((usual, None));
    }
    let does_print = all.iter().any(|(_, path)| path.is_none());
    let (mut is_new, mut prints) = (same::each_once(), false);
    for (_, path) in &all {
        let is_free = match path {
            Some(path) => is_new(path) && !(does_print && same::is_stdout_of(path)),
            None => !std::mem::replace(&mut prints, true),
        };
        if !is_free {
            return Err(CliError::OutputTwice { path: path.clone() });
        }
    }
    Ok(all)
}

fn check_file(path: &Path, inputs: &[PathBuf]) -> Result<(), CliError> {
    let Ok(there) = path.canonicalize() else { return Ok(()) };
    if inputs.iter().any(|input| same::is_same(input, path)) {
        return Err(CliError::OutputIsInput { path: path.to_owned() });
    }
    // Of a pipe nothing may be taken.
    let start = if there.is_file() { input::read_start(&there, REPORT_START).unwrap_or_default() } else { Vec::new() };
    if start.contains(&0) {
        return Err(CliError::OutputIsNoReport { path: path.to_owned() });
    }
    Ok(())
}
