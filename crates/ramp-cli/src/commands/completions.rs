//! `ramp completions`: a script for a shell, which asks this command what may come next. So what is completed is what this
//! command knows, and the script need not be made again with each release.

use std::ffi::OsString;

use clap_complete::env::{CompleteEnv, EnvCompleter, Shells};

use crate::args::{self, Completions};
use crate::error::CliError;
use crate::output::{Content, Sink};
use crate::status::Status;

mod bash;
mod values;

/// The variable by which the scripts ask: its value is the shell.
const VARIABLE: &str = "RAMP_COMPLETE";

const SHELLS: [&dyn EnvCompleter; 5] = [
    &bash::Bash,
    &clap_complete::env::Elvish,
    &clap_complete::env::Fish,
    &clap_complete::env::Powershell,
    &clap_complete::env::Zsh,
];

/// Prints the script for a shell.
pub(crate) fn run(args: &Completions) -> Result<Status, CliError> {
    let shell = args.shell.to_string();
    let mut script = Vec::new();
    if let Some(shell) = Shells(&SHELLS).completer(&shell) {
        shell.write_registration(VARIABLE, "ramp", "ramp", "ramp", &mut script)?;
    }
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if shell == "zsh" {
        // Where zsh loads the file itself, of its folders, it means to have called the function in it.
        script.push_str("if [ \"$funcstack[1]\" = _ramp ]; then _clap_dynamic_completer_ramp; fi\n");
    }
    let mut out = Sink::stdout(Content::Data);
    out.write(script.trim_start())?;
    out.close()?;
    Ok(Status::Clean)
}

/// Answers a script that asks what may come next, if it is one that asks.
pub(crate) fn answer(given: &[OsString]) -> clap::error::Result<bool> {
    let asked = CompleteEnv::with_factory(|| values::known(args::command()));
    let here = std::env::current_dir().ok();
    asked.var(VARIABLE).bin("ramp").completer("ramp").shells(Shells(&SHELLS)).try_complete(given, here.as_deref())
}
