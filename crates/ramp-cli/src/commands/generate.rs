//! `ramp completions` and `ramp man`: made from the arguments' own description.

use clap::CommandFactory as _;

use crate::Status;
use crate::args::{Args, Completions};
use crate::error::CliError;
use crate::output::Sink;

pub(crate) fn completions(args: &Completions) -> Result<Status, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "ramp", &mut script);
    print(&script)
}

pub(crate) fn man() -> Result<Status, CliError> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page)?;
    print(&page)
}

fn print(bytes: &[u8]) -> Result<Status, CliError> {
    let mut out = Sink::open(None)?;
    out.write(&String::from_utf8_lossy(bytes))?;
    out.close()?;
    Ok(Status::Clean)
}
