//! `ramp init`: a manifest to start with.
//!
//! What can be known of a module without its author is proposed: the module is asked, the systems are judged, the versions are those that
//! every target has and in which it loads. On a terminal the author is asked about each.

use std::io::{IsTerminal as _, stderr, stdin};
use std::path::Path;

use ramp_core::{Level, Target};
use ramp_pack::manifest::{MODELINE, SCHEMA_FILE, draft, schema};

use super::check;
use super::target::named_or_file;
use crate::args::manifest::Init;
use crate::error::CliError;
use crate::output::{Content, Sink, json};
use crate::status::Status;
use crate::{tell, today};
use asking::Known;
use files::NewFile;
use proposal::Proposal;
use questions::Questions;

mod asking;
mod ci;
mod files;
mod proposal;
mod questions;

pub(crate) fn run(args: &Init) -> Result<Status, CliError> {
    let paths = paths(args);
    // Before anything is asked.
    files::check(paths.iter().map(|path| &**path))?;
    let targets = targets(args)?;
    let known = args.module.as_deref().map(|module| asking::ask(args, module, &targets)).transpose()?;
    let mut proposal = Proposal::new(args, known.as_ref(), &targets)?;
    if !args.yes && stdin().is_terminal() && stderr().is_terminal() {
        proposal.ask(&mut Questions::new(stdin().lock(), tell::stderr()))?;
    }
    let text = draft(&head(args, known.as_ref()), &proposal.drafted());
    judge(args, &text)?;
    let next = ci::commands(args, &targets);
    let mut contents = vec![text];
    if args.schema {
        contents.push(json::pretty(&schema())? + "\n");
    }
    contents.extend(args.ci.map(|ci| ci::file(ci, args, &next)));
    let files: Vec<NewFile<'_>> = paths.iter().zip(&contents).map(|(path, text)| NewFile { path, text }).collect();
    files::write(&files)?;
    let mut out = Sink::stdout(Content::Styled);
    for path in &paths {
        out.line(&format!("wrote {}", path.display()))?;
    }
    out.line("\nnext:")?;
    for command in std::iter::once(&next.pack).chain(&next.validate) {
        out.line(&format!("  {command}"))?;
    }
    out.close()?;
    Ok(Status::Clean)
}

/// What is written, in the order of what is in it.
fn paths(args: &Init) -> Vec<std::borrow::Cow<'_, Path>> {
    let mut paths = vec![std::borrow::Cow::Borrowed(&*args.output)];
    if args.schema {
        paths.push(args.output.with_file_name(SCHEMA_FILE).into());
    }
    paths.extend(args.ci.map(|ci| Path::new(ci::path(ci)).into()));
    paths
}

/// The clusters that are named, else every release that is maintained.
fn targets(args: &Init) -> Result<Vec<Target>, CliError> {
    if !args.target.is_empty() {
        return args.target.iter().map(|name| named_or_file(name)).collect();
    }
    let today = today::today()?;
    let releases = ramp_core::knowledge::Knowledge::builtin().releases().iter();
    let maintained = releases.filter(|release| today.is_none_or(|today| release.ended(today).is_none()));
    maintained.map(|release| Ok(Target::named(&release.name)?)).collect()
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
    lines.push("Name, version and commands are not here: the module itself says them.".to_owned());
    lines
}

/// What is written can be packed with; what is odd about it, by the answers, is told.
fn judge(args: &Init, text: &str) -> Result<(), CliError> {
    for remark in check::of(text.as_bytes()) {
        match remark.level() {
            Level::Error => {
                return Err(CliError::Draft { path: args.output.clone(), what: remark.what.to_string() });
            }
            level => tell::notice(level, &remark.what.to_string()),
        }
    }
    Ok(())
}
