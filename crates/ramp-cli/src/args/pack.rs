//! The arguments of `ramp pack`: those of the reference packer, in its spelling, and some more.
//!
//! The reference has two short options of two letters, `-cc` and `-cr`, which no other command line knows; they are
//! rewritten to their long forms before anything else sees them.
#![allow(clippy::doc_markdown)] // these comments are the help, which is no Markdown

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{Arg, ArgAction, Command, ValueEnum};

use super::seconds::seconds;

/// Short options of two letters, and what they stand for.
const TWO_LETTERS: [(&str, &str); 2] = [("-cc", "--config-command"), ("-cr", "--redis-compatible-version")];

/// The arguments with `-cc` and `-cr` written out, where they are options of `ramp pack` and not the value of one.
pub(crate) fn write_out(args: impl IntoIterator<Item = OsString>, pack: &Command) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.into_iter().collect();
    if args.get(1).is_none_or(|command| command != "pack") {
        return args;
    }
    let mut is_value = false;
    for arg in args.iter_mut().skip(2) {
        if std::mem::take(&mut is_value) {
            continue;
        }
        if arg == "--" {
            break;
        }
        let Some(text) = arg.to_str() else { continue };
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        match TWO_LETTERS.into_iter().find(|(short, _)| *short == name) {
            Some((_, long)) => {
                is_value = value.is_none();
                *arg = value.map_or_else(|| long.into(), |value| format!("{long}={value}").into());
            }
            None => is_value = value_follows(text, pack),
        }
    }
    args
}

/// Whether the argument after this one is its value.
fn value_follows(text: &str, pack: &Command) -> bool {
    let takes_value = |is_it: &dyn Fn(&Arg) -> bool| {
        pack.get_arguments().any(|arg| !arg.is_positional() && arg.get_action().takes_values() && is_it(arg))
    };
    if let Some(long) = text.strip_prefix("--") {
        return takes_value(&|arg| arg.get_long() == Some(long));
    }
    let mut letters = text.strip_prefix('-').unwrap_or_default().chars();
    // Of several letters the first that takes a value takes the rest, if there is one.
    letters.by_ref().any(|letter| takes_value(&|arg| arg.get_short() == Some(letter))) && letters.as_str().is_empty()
}

/// Reads arguments as the reference's command line does: of an option that is there twice the last one counts, and what
/// follows an option that takes a value is its value, also if it begins with a hyphen.
pub(crate) fn read_as_the_reference_does(command: Command) -> Command {
    command.args_override_self(true).mut_args(|arg| {
        let is_option = !arg.is_positional() && arg.get_action().takes_values();
        if is_option { arg.allow_hyphen_values(true) } else { arg }
    })
}

#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Pack {
    /// The module: a shared object
    #[arg(value_name = "MODULE")]
    pub(crate) module: PathBuf,
    /// The manifest, in YAML or JSON; `-` is standard input
    #[arg(long, short = 'm', value_name = "FILE")]
    pub(crate) manifest: Option<PathBuf>,
    /// Name of the bundle; may hold fields of the metadata: `{module_name}.{os}-{architecture}.{semantic_version}.zip`
    #[arg(long, short = 'o', value_name = "NAME", default_value = "module.zip")]
    pub(crate) output: String,
    /// Print the bundle's name and write no bundle
    #[arg(long, short = 'P')]
    pub(crate) print_filename_only: bool,
    /// Write the bundle's name to a file, once there is the bundle
    #[arg(long, value_name = "FILE", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) packname_file: Option<PathBuf>,
    /// Print the metadata
    #[arg(long, short = 'v', action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Tell what the module is asked with and what it answers, on standard error; implies --verbose
    #[arg(long)]
    pub(crate) debug: bool,
    /// Fail for every finding at the level of an error, also for those of load, target and metadata
    #[arg(long)]
    pub(crate) strict: bool,
    #[command(flatten)]
    pub(crate) metadata: MetadataArgs,
    #[command(flatten)]
    pub(crate) asking: AskingArgs,
    /// Print help
    #[arg(long, action = ArgAction::HelpLong)]
    pub(crate) help: Option<bool>,
}

/// What goes into the metadata, over what the manifest says.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Metadata")]
pub(crate) struct MetadataArgs {
    /// Name of the module, in place of the one it registers
    #[arg(long, short = 'n', value_name = "NAME")]
    pub(crate) module_name: Option<String>,
    /// Version of the module as a number, in place of the one it registers: 10203 for 1.2.3
    #[arg(long, value_name = "NUMBER")]
    pub(crate) module_version: Option<i64>,
    /// Name for people
    #[arg(long, short = 'd', value_name = "TEXT")]
    pub(crate) display_name: Option<String>,
    /// What the module does, in a few words
    #[arg(long, short = 'b', value_name = "TEXT")]
    pub(crate) capability_name: Option<String>,
    /// Author
    #[arg(long, short = 'a', value_name = "TEXT")]
    pub(crate) author: Option<String>,
    /// The author's e-mail address
    #[arg(long, short = 'e', value_name = "TEXT")]
    pub(crate) email: Option<String>,
    /// Description
    #[arg(long, short = 'D', value_name = "TEXT")]
    pub(crate) description: Option<String>,
    /// Home page
    #[arg(long, short = 'h', value_name = "URL")]
    pub(crate) homepage: Option<String>,
    /// Licence
    #[arg(long, short = 'l', value_name = "TEXT")]
    pub(crate) license: Option<String>,
    /// Architecture; must be the module's
    #[arg(long, short = 'A', value_name = "NAME")]
    pub(crate) architecture: Option<String>,
    /// Operating system, such as Linux
    #[arg(long, short = 'O', value_name = "NAME")]
    pub(crate) os: Option<String>,
    /// Operating systems of nodes that the module is for, separated by commas [default: this machine's]
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) operating_systems: Vec<String>,
    /// Capabilities, separated by commas
    #[arg(long, short = 'C', value_name = "NAMES")]
    pub(crate) capabilities: Option<String>,
    /// Arguments with which a database loads the module
    #[arg(long = "cmdargs", short = 'c', value_name = "ARGS")]
    pub(crate) command_line_args: Option<String>,
    /// Oldest Redis that the module works with
    #[arg(long = "redis-min-version", short = 'r', value_name = "VERSION")]
    pub(crate) min_redis_version: Option<String>,
    /// Oldest Redis Enterprise that the module works with
    #[arg(long = "redis-pack-min-version", short = 'R', value_name = "VERSION")]
    pub(crate) min_redis_pack_version: Option<String>,
    /// Redis version of the databases that the module is for; also -cr
    #[arg(long = "redis-compatible-version", value_name = "VERSION")]
    pub(crate) compatible_redis_version: Option<String>,
    /// The module supports the second version of Auto Tiering
    #[arg(long)]
    pub(crate) bigstore_version_2_support: bool,
    /// Command that configures the module at run time; also -cc
    #[arg(long, value_name = "COMMAND")]
    pub(crate) config_command: Option<String>,
    /// Commands to leave out, separated by commas
    #[arg(long, short = 'E', value_name = "NAMES")]
    pub(crate) exclude_commands: Option<String>,
    /// A command's description as JSON, in place of the one of that name
    #[arg(long, value_name = "JSON")]
    pub(crate) overide_command: Vec<String>,
    /// A command's description as JSON, to add
    #[arg(long, value_name = "JSON")]
    pub(crate) add_command: Vec<String>,
    /// Dependencies as a JSON object: `{"name": {"url": …, "sha256": …}}`, or with `local_path`
    #[arg(long, value_name = "JSON")]
    pub(crate) dependencies: Vec<String>,
    /// Optional dependencies, in the same form
    #[arg(long, value_name = "JSON")]
    pub(crate) optional_dependencies: Vec<String>,
    /// A folder with dependencies that are already downloaded: those with a `url` are packed under its last part, by which
    /// nodes look for them, also if they are made of a `local_path`
    #[arg(long, value_name = "DIR")]
    pub(crate) embed_deps: Option<PathBuf>,
}

/// How the module's name, version and commands are learnt.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Asking the module")]
pub(crate) struct AskingArgs {
    /// How to ask: `auto` and `redis-server` load the module into a server of their own; `none` asks nobody and needs
    /// --module-name and --module-version
    #[arg(long, value_name = "HOW", default_value = "auto")]
    pub(crate) probe: Probe,
    /// The server to ask through [default: $REDIS_PATH, $REDIS_SERVER, redis-server on PATH]
    #[arg(long, value_name = "PATH")]
    pub(crate) redis_server: Option<PathBuf>,
    /// How long asking may take, all in all
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// Take name, version and commands from a JSON file as `ramp probe --format json` prints it, a `module.json`, or
    /// another bundle
    #[arg(long, value_name = "FILE", conflicts_with = "probe")]
    pub(crate) commands_from: Option<PathBuf>,
    /// Arguments for the module while it is asked, in place of --cmdargs
    #[arg(long = "runcmdargs", value_name = "ARGS")]
    pub(crate) run_command_line_args: Option<String>,
    /// Arguments for the server, as a JSON object
    #[arg(long, value_name = "JSON")]
    pub(crate) redis_args: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Probe {
    /// As `redis-server`
    Auto,
    /// Through a server of its own
    RedisServer,
    /// Not at all
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written_out(args: &[&str]) -> Vec<String> {
        let pack = <Pack as clap::Args>::augment_args(Command::new("pack"));
        write_out(args.iter().map(OsString::from), &pack).into_iter().map(|a| a.into_string().unwrap()).collect()
    }

    #[test]
    fn two_letters_are_written_out_for_pack_alone() {
        assert_eq!(
            written_out(&["ramp", "pack", "-cc", "conf", "-cr=8.2", "-c", "x", "--", "-cc"]),
            ["ramp", "pack", "--config-command", "conf", "--redis-compatible-version=8.2", "-c", "x", "--", "-cc"]
        );
        assert_eq!(written_out(&["ramp", "validate", "-cc"]), ["ramp", "validate", "-cc"]);
    }

    #[test]
    fn two_letters_are_not_written_out_where_they_are_a_value() {
        for value in
            [&["-c", "-cc"][..], &["--author", "-cr"], &["-vPd", "-cc"], &["-cr", "-cc"], &["-d", "--", "-vo", "-cc"]]
        {
            let args = [&["ramp", "pack"], value].concat();
            let written = written_out(&args);
            assert_eq!(written[3..], args[3..], "{value:?}");
        }
        for option in [&["-ccx"][..], &["-v", "-cc"], &["--author=a", "-cc"], &["-da", "-cc"], &["-", "-cc"]] {
            let args = [&["ramp", "pack"], option].concat();
            let last = written_out(&args).pop().unwrap();
            assert_eq!(last == "--config-command", args.last() == Some(&"-cc"), "{option:?}");
        }
    }
}
