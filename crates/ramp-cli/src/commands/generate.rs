//! `ramp completions` and `ramp man`: made from the arguments' own description.

use clap::CommandFactory as _;

use crate::args::{Args, Completions, Man};
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;

pub(crate) fn completions(args: &Completions) -> Result<Status, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "ramp", &mut script);
    print(&script)
}

pub(crate) fn man(args: &Man) -> Result<Status, CliError> {
    let mut ramp = Args::command();
    // Names the commands `ramp-validate` and so on, and gives them what they inherit.
    ramp.build();
    let command = match &args.command {
        None => Some(&ramp),
        Some(name) => ramp.find_subcommand(name),
    };
    let mut page = Vec::new();
    if let Some(command) = command {
        clap_mangen::Man::new(command.clone()).render(&mut page)?;
    }
    print(&page)
}

fn print(bytes: &[u8]) -> Result<Status, CliError> {
    let mut out = Sink::stdout(Content::Data);
    out.write(&String::from_utf8_lossy(bytes))?;
    out.close()?;
    Ok(Status::Clean)
}
