#![doc = include_str!("../README.md")]
// Arguments in, report out. No rule lives here; those are in `ramp-core`.
#![forbid(unsafe_code)]

mod args;
mod commands;
mod config;
#[cfg(unix)]
mod ending;
mod environment;
mod error;
mod input;
mod judging;
mod kubernetes;
mod output;
mod probing;
mod progress;
mod same;
mod screen;
mod stamp;
mod status;
mod style;
mod tell;
mod today;
mod unused;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::args::{Args, Command, pack, slips, values};
use crate::config::UsualOfPack;
use crate::error::CliError;

pub use ramp_probe::become_host_if_asked;

/// Runs the command with these arguments, the first of which is the command's own name.
///
/// Exit status: 0 where nothing reaches `--fail-on`, 1 where something does, 2 where something could not be evaluated.
pub fn run(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> ExitCode {
    environment::name_temporary();
    let given: Vec<OsString> = args.into_iter().map(Into::into).collect();
    match commands::completions::answer(&given) {
        Ok(false) => {}
        Ok(true) => return ExitCode::SUCCESS,
        Err(err) => return printed(err, &given),
    }
    let given = after_the_command(given);
    style::choose_colours(None);
    let mut parsed = parse(given.clone().into_iter());
    if let Ok(Args { command: Command::Pack(pack), .. }) = &parsed {
        match config::usual_of_pack(pack) {
            Ok(UsualOfPack { options: usual, systems }) => {
                if !usual.is_empty() {
                    let (command, options) = given.split_at(given.len().min(2));
                    parsed = parse([command, &usual, options].concat().into_iter());
                }
                if let Ok(Args { command: Command::Pack(pack), .. }) = &mut parsed {
                    pack.usual_systems = systems;
                }
            }
            Err(err) => return failed(&err),
        }
    }
    let args = match parsed {
        Ok(args) => args,
        Err(err) => return printed(err, &given),
    };
    style::choose_colours(args.color);
    let outcome = match args.command {
        Command::Validate(args) => commands::validate::run(&args),
        Command::Inspect(args) => commands::inspect::run(&args),
        Command::Unpack(args) => commands::unpack::run(&args),
        Command::Pack(args) => commands::pack::run(&args),
        Command::Init(args) => commands::init::run(&args),
        Command::Check(args) => commands::check::run(&args),
        Command::Diff(args) => commands::diff::run(&args),
        Command::Rehearse(args) => commands::rehearse::run(&args),
        Command::Fix(args) => commands::fix::run(&args),
        Command::Probe(args) => commands::probe::run(&args),
        Command::Explain(args) => commands::explain::run(&args),
        Command::Rules(args) => commands::rules::run(&args),
        Command::Target(args) => commands::target::run(&args),
        #[cfg(feature = "cluster")]
        Command::Upload(args) => commands::upload::run(&args),
        #[cfg(feature = "cluster")]
        Command::Modules(args) => commands::modules::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => commands::serve::run(&args),
        #[cfg(feature = "serve")]
        Command::Store(args) => commands::store::run(&args),
        #[cfg(feature = "serve")]
        Command::User(args) => commands::user::run(&args),
        Command::Config(args) => commands::config::run(&args),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
        Command::Man(args) => commands::pages::man(&args),
        Command::Help(args) => commands::pages::help(&args),
        Command::Version => commands::version::run(),
    };
    match outcome {
        Ok(status) => status.into(),
        Err(err) => failed(&err),
    }
}

/// `--color` in front of a command goes behind it: the first argument is a command's name to whoever looks for one.
fn after_the_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let words = match args.get(1).and_then(|first| first.to_str()) {
        Some("--color") => 2,
        Some(first) if first.starts_with("--color=") => 1,
        _ => return args,
    };
    if let Some(moved) = args.get_mut(1..words + 2) {
        moved.rotate_left(words);
    }
    args
}

/// What the parser has to say: help and version are no failure.
/// What is wrong with the arguments that were given, or help that was asked for. Arguments are told as everything else from outside is: a
/// file may be called so that it would command whoever runs a pipeline.
fn printed(err: clap::Error, given: &[OsString]) -> ExitCode {
    let inert =
        |argument: &OsString| argument.to_str().map_or_else(|| argument.clone(), |text| style::printable(text).into());
    let shown: Vec<OsString> = given.iter().map(inert).collect();
    let err = if shown == given { err } else { parse(shown.into_iter()).err().unwrap_or(err) };
    // Where it cannot be printed there is nobody to tell.
    let _ = err.print();
    ExitCode::from(u8::try_from(err.exit_code()).unwrap_or(2))
}

fn failed(err: &CliError) -> ExitCode {
    tell::failure(err);
    ExitCode::from(2)
}

fn parse(args: impl Iterator<Item = OsString>) -> Result<Args, clap::Error> {
    let mut command = args::command().mut_subcommand("pack", pack::read_as_the_reference_does);
    let args = match command.find_subcommand("pack") {
        Some(pack) => values::write_out(args, pack),
        None => args.collect(),
    };
    let mut given = Vec::new();
    let parsed = command.try_get_matches_from_mut(&args).and_then(|mut matches| {
        if let (Some(("pack", matches)), Some(pack)) = (matches.subcommand(), command.find_subcommand("pack")) {
            given = values::given(matches, pack);
        }
        Args::from_arg_matches_mut(&mut matches).map_err(|err| err.format(&mut command))
    });
    let mut parsed = parsed.map_err(|mut err| {
        slips::explain(&mut err, &args, &command);
        err
    })?;
    if let (Command::Pack(parsed), Some(pack)) = (&mut parsed.command, command.find_subcommand("pack")) {
        parsed.given = given;
        parsed.options_taken = values::taken(&args, pack);
        parsed.options_taken.retain(|taken| taken.is_option);
    }
    Ok(parsed)
}
