//! `ramp man` and `ramp help`: made from the arguments' own description.

use crate::args::{self, Help, Man};
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;

mod manual;
mod terminal;

/// The manual page of a command: all of its help; as people read it, where it goes to a terminal.
pub(crate) fn man(args: &Man) -> Result<Status, CliError> {
    let mut ramp = args::command();
    // Names the commands `ramp-validate` and so on, and gives them what they inherit.
    ramp.build();
    let command = found(&mut ramp, &args.command)?;
    let page = manual::page(command)?;
    if terminal::shown(&page) {
        return Ok(Status::Clean);
    }
    let mut out = Sink::stdout(Content::Data);
    out.write(&page)?;
    out.close()?;
    Ok(Status::Clean)
}

/// The help of a command that fits a screen; `--help` has all of it.
pub(crate) fn help(args: &Help) -> Result<Status, CliError> {
    let mut ramp = args::command();
    ramp.build();
    let text = found(&mut ramp, &args.command)?.render_help();
    let mut out = Sink::stdout(Content::Styled);
    out.write(&text.ansi().to_string())?;
    out.close()?;
    Ok(Status::Clean)
}

fn words_of(words: &[String]) -> Vec<&str> {
    words.iter().map(String::as_str).collect()
}

/// The command that is called so, by all of its words.
fn found<'a>(ramp: &'a mut clap::Command, words: &[String]) -> Result<&'a mut clap::Command, CliError> {
    let mut command = ramp;
    for (index, word) in words.iter().enumerate() {
        if command.find_subcommand(word).is_none() {
            let names = command.get_subcommands().map(clap::Command::get_name);
            let meant = ramp_core::text::closest(names, word);
            let hint = meant.map(|name| [&["ramp"], &words_of(&words[..index])[..], &[name]].concat().join(" "));
            return Err(CliError::UnknownCommand { name: words[..=index].join(" "), hint });
        }
        let Some(found) = command.find_subcommand_mut(word) else { unreachable!("it was there") };
        command = found;
    }
    Ok(command)
}
