//! The manual page of a command, in roff.

use std::io;

use clap::{Arg, ArgAction, Command};
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::args::examples;

/// How a section begins.
const SECTION: &str = "\n.SH ";

/// The page of a command that was built.
pub(super) fn page(command: &Command) -> io::Result<String> {
    // What short help leaves out, the page has; its maker would leave out the text.
    let shown = command.clone().mut_args(|arg| arg.hide_short_help(false));
    // All commands are of one package.
    let source = format!("ramp {}", command.get_version().unwrap_or_default());
    let mut page = Vec::new();
    clap_mangen::Man::new(shown).source(source).render(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    // Its maker leaves out what options take.
    if let Some(at) = page.find(&format!("{SECTION}SYNOPSIS")) {
        let end = page[at + 1..].find(SECTION).map_or(page.len(), |end| at + 2 + end);
        // As in the help, examples come before anything else that is long.
        page.replace_range(at + 1..end, &(synopsis(command) + &examples_of(command)));
    }
    Ok(page)
}

fn examples_of(command: &Command) -> String {
    let examples = examples::of(name(command));
    let mut roff = Roff::new();
    if !examples.is_empty() {
        roff.control("SH", ["EXAMPLES"]);
    }
    for example in examples {
        roff.control("TP", []);
        roff.text([bold(example.line)]);
        roff.text([roman(example.what)]);
    }
    roff.to_roff()
}

fn name(command: &Command) -> &str {
    command.get_bin_name().unwrap_or(command.get_name())
}

/// How it is written, each option with what it takes.
fn synopsis(command: &Command) -> String {
    let mut line = vec![bold(name(command))];
    let shown = || command.get_arguments().filter(|arg| !arg.is_hide_set());
    let (positional, options): (Vec<&Arg>, Vec<&Arg>) = shown().partition(|arg| arg.is_positional());
    for arg in options.into_iter().chain(positional) {
        line.push(roman(if arg.is_required_set() { " " } else { " [" }));
        line.extend(written(arg));
        line.push(roman(if arg.is_required_set() { "" } else { "]" }));
        if matches!(arg.get_action(), ArgAction::Append) {
            line.push(roman("..."));
        }
    }
    if command.has_subcommands() {
        line.extend([roman(" "), italic("COMMAND")]);
    }
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text(line);
    roff.to_roff()
}

/// `-o|--output NEW`, or the value alone.
fn written(arg: &Arg) -> Vec<Inline> {
    let short = arg.get_short().map(|letter| format!("-{letter}"));
    let long = arg.get_long().map(|word| format!("--{word}"));
    let names: Vec<String> = [short, long].into_iter().flatten().collect();
    let mut line = Vec::new();
    if !names.is_empty() {
        line.push(bold(names.join("|")));
    }
    if arg.is_positional() || arg.get_action().takes_values() {
        let values: Vec<&str> = arg.get_value_names().unwrap_or_default().iter().map(AsRef::as_ref).collect();
        let value = if values.is_empty() { arg.get_id().as_str().to_uppercase() } else { values.join(" ") };
        line.extend([roman(if names.is_empty() { "" } else { " " }), italic(value)]);
    }
    line
}
