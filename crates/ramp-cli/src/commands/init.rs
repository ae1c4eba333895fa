//! `ramp init`: a manifest to start with.
//!
//! What can be known of a module without its author is proposed: the module is asked, the systems are judged, the versions are those in
//! which it loads, of those that the targets have. On a terminal the author is asked about each.

use std::io::{IsTerminal as _, stderr, stdin};
use std::path::Path;

use ramp_core::{Level, Target};
use ramp_pack::manifest::{MODELINE, SCHEMA_FILE, draft, schema};
use ramp_pack::propose::Fit;

use super::target::named_or_file;
use crate::args::manifest::Init;
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::status::Status;
use crate::{tell, today};
use asking::{Known, ModuleFile};
use files::{NewFile, NewPlace};
use next::State;
use proposal::Proposal;
use questions::Questions;
use remarks::Remarks;

mod asking;
mod ci;
mod files;
mod next;
mod proposal;
mod questions;
mod remarks;

pub(crate) fn run(args: &Init) -> Result<Status, CliError> {
    let places = places(args)?;
    // Before anything is asked.
    files::check(&places)?;
    let module = args.module.as_deref().map(ModuleFile::read).transpose()?;
    let targets = targets(args, module.as_ref())?;
    let known = module.as_ref().map(|module| asking::ask(args, module, &targets)).transpose()?;
    let mut contents = Vec::new();
    if !keeps_manifest(args) {
        let text = manifest(args, known.as_ref(), &targets)?;
        if is_stdout(&args.output) {
            let mut out = Sink::stdout(Content::Data);
            out.write(&text)?;
            out.close()?;
            return Ok(Status::Clean);
        }
        contents.push(text);
    }
    let next = next::commands(args, state(args, known.as_ref()), &targets);
    if args.schema {
        contents.push(json::pretty(&schema())? + "\n");
    }
    contents.extend(args.ci.map(|ci| ci::file(ci, &next)));
    let files: Vec<NewFile<'_>> = places.iter().zip(&contents).map(|(place, text)| NewFile { place, text }).collect();
    files::write(&files)?;
    let mut out = Sink::stdout(Content::Styled);
    if keeps_manifest(args) {
        out.line(&format!("{} stays as it is", args.output.display()))?;
    }
    for place in &places {
        out.line(&format!("wrote {}", place.path.display()))?;
    }
    out.line("")?;
    for line in next.told() {
        out.line(&line)?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// The text of a manifest: what is proposed, and what the author says to it.
fn manifest(args: &Init, known: Option<&Known>, targets: &[Target]) -> Result<String, CliError> {
    let mut proposal = Proposal::new(args, known, targets)?;
    let mut remarks = Remarks::default();
    judge(&mut remarks, &proposal)?;
    if !args.yes && stdin().is_terminal() && stderr().is_terminal() {
        proposal.ask(&mut Questions::new(stdin().lock(), tell::stderr()), &mut remarks)?;
        judge(&mut remarks, &proposal)?;
    }
    Ok(draft(&head(args, known), &proposal.drafted()))
}

/// Whether there is a manifest already, and what is to be written is for a CI.
fn keeps_manifest(args: &Init) -> bool {
    args.ci.is_some() && args.output.is_file()
}

fn is_stdout(path: &Path) -> bool {
    path == Path::new("-")
}

/// Where files are written, in the order of what is in them.
fn places(args: &Init) -> Result<Vec<NewPlace>, CliError> {
    let beside = [(args.ci.is_some(), "--ci"), (args.schema, "--schema")];
    if is_stdout(&args.output) {
        return match beside.iter().find(|(is_wanted, _)| *is_wanted) {
            Some((_, option)) => Err(CliError::BesideStdout { option }),
            None => Ok(Vec::new()),
        };
    }
    let mut places = Vec::new();
    if !keeps_manifest(args) {
        places.push(NewPlace { path: args.output.clone(), option: "--output" });
    }
    if args.schema {
        places.push(NewPlace { path: args.output.with_file_name(SCHEMA_FILE), option: "--schema" });
    }
    places.extend(args.ci.map(|ci| NewPlace { path: ci::path(ci).into(), option: "--ci" }));
    Ok(places)
}

/// The clusters that are named, else every release that is maintained and has nodes that the module could be for.
fn targets(args: &Init, module: Option<&ModuleFile>) -> Result<Vec<Target>, CliError> {
    if !args.target.is_empty() {
        return args.target.iter().map(|name| named_or_file(name)).collect();
    }
    let today = today::today()?;
    let releases = ramp_core::knowledge::Knowledge::builtin().releases().iter();
    let maintained = releases.filter(|release| today.is_none_or(|today| release.ended(today).is_none()));
    let all = maintained.map(|release| Ok(Target::named(&release.name)?)).collect::<Result<Vec<Target>, CliError>>()?;
    let fitting: Vec<Target> =
        all.iter().filter(|target| module.is_none_or(|module| module.is_for(target))).cloned().collect();
    // Where there is none, the module has to be built for another machine.
    Ok(if fitting.is_empty() { all } else { fitting })
}

/// What can be done with the module.
fn state(args: &Init, known: Option<&Known>) -> State {
    // Who names systems knows better, where any could load it.
    let loads = |fit: &Fit| fit.fault.is_none() || args.operating_systems.is_some();
    let fits = |known: &Known| known.systems.iter().any(loads);
    match known {
        Some(known) if !fits(known) => State::Nowhere,
        Some(known) if !known.is_asked => State::Elsewhere,
        _ => State::Ready,
    }
}

/// The first lines: what the file is, and what comes next.
fn head(args: &Init, known: Option<&Known>) -> Vec<String> {
    let mut lines = Vec::new();
    if args.schema {
        lines.push(MODELINE.trim_start_matches("# ").to_owned());
    }
    let of = known.map(|known| {
        let discovery = &known.discovery;
        let version = Some(discovery.version).filter(|_| known.is_asked).and_then(ramp_core::version::of_number);
        let version = version.map(|version| format!(" {version}"));
        format!(" of {}{}", discovery.module_name, version.unwrap_or_default())
    });
    lines.push(format!(
        "The manifest{}, for `ramp pack`; `ramp check` says what is wrong with it.",
        of.unwrap_or_default()
    ));
    let is_asked = known.is_none_or(|known| known.is_asked);
    let where_it_runs = if is_asked { "" } else { ", where it runs" };
    lines.push(format!("Name, version and commands are not here: the module itself says them{where_it_runs}."));
    lines
}

/// Sees to it that what is written can be packed with; what is odd about it is told.
fn judge(remarks: &mut Remarks, proposal: &Proposal) -> Result<(), CliError> {
    for news in remarks.of(&proposal.drafted()) {
        if news.level == Level::Error {
            return Err(CliError::Draft { what: news.what, help: news.help });
        }
        tell::notice(news.level, &news.what);
    }
    Ok(())
}
