//! `ramp user`: who may ask a server, changed on what it keeps.

use std::io::{self, BufRead as _, IsTerminal as _};

use ramp_core::{Level, Target};
use ramp_server::Config;

use super::kept;
use crate::args::user::{SetPassword, User, UserCommand};
use crate::environment::variable;
use crate::error::CliError;
use crate::status::Status;
use crate::tell;

/// The variable with the new password.
const PASSWORD: &str = "RAMP_NEW_PASSWORD";

pub(crate) fn run(args: &User) -> Result<Status, CliError> {
    let UserCommand::SetPassword(args) = &args.command;
    set_password(args)
}

fn set_password(args: &SetPassword) -> Result<Status, CliError> {
    let mut config = Config::new(Target::default(), &args.kept.data_dir);
    // Before anything is asked.
    kept::open(&mut config, &args.kept)?;
    ramp_server::must_have_user(&config, &args.name).map_err(|source| CliError::Password { source })?;
    let password = new_password(&args.name)?;
    ramp_server::set_password(&config, &args.name, &password).map_err(|source| CliError::Password { source })?;
    tell::notice(Level::Note, &format!("the password of `{}` was set", args.name));
    Ok(Status::Clean)
}

/// From the environment, else from whoever sits at the terminal, else the first line of standard input.
fn new_password(name: &str) -> Result<String, CliError> {
    if let Some(password) = variable(PASSWORD)? {
        return Ok(password);
    }
    let unanswered = |source| CliError::Prompt { source };
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        let ask = |what: &str| {
            rpassword::prompt_password(format!("{what} for {}: ", crate::style::printable(name))).map_err(unanswered)
        };
        let password = ask("New password")?;
        return if ask("The same again")? == password { Ok(password) } else { Err(CliError::PasswordsDiffer) };
    }
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(|source| CliError::Read { path: "-".into(), source })?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() { Err(CliError::NoPassword) } else { Ok(password.to_owned()) }
}
