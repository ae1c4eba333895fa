//! The arguments of `ramp pack`: those of the reference packer, in its spelling, and some more.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser as _};
use clap::{ArgAction, Command, ValueEnum};
use ramp_probe::PlayedVersion;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::config::ConfigArgs;
use super::seconds::seconds;
use super::values::Taken;

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
    /// Name of the bundle; may contain metadata fields
    ///
    /// Such as `{module_name}.{os}-{architecture}.{semantic_version}.zip`.
    #[arg(long, short = 'o', value_name = "NAME", default_value = "module.zip")]
    pub(crate) output: String,
    /// Print the bundle's name and write no bundle
    #[arg(long, short = 'P')]
    pub(crate) print_filename_only: bool,
    /// Write the bundle's name to a file, once the bundle is written
    #[arg(long, value_name = "FILE", value_parser = OsStringValueParser::new().map(PathBuf::from))]
    pub(crate) packname_file: Option<PathBuf>,
    /// Print the metadata
    #[arg(long, short = 'v', action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print how the module is asked and what it answers; implies --verbose
    ///
    /// On standard error.
    #[arg(long, hide_short_help = true)]
    pub(crate) debug: bool,
    /// Fail on every finding of level error
    ///
    /// Including those of the groups load, target and schema.
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print help, with all options; -h is --homepage, as for `ramp-packer`
    #[arg(long, action = ArgAction::HelpLong)]
    pub(crate) help: Option<bool>,
    #[command(flatten)]
    pub(crate) metadata: MetadataArgs,
    #[command(flatten)]
    pub(crate) asking: AskingArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// The systems of the policy file: for a manifest that names none.
    #[arg(skip)]
    pub(crate) usual_systems: Vec<String>,
    /// The options that were given, in their long forms without dashes.
    #[arg(skip)]
    pub(crate) given: Vec<String>,
    /// What was taken for the value of an option, and is an option itself.
    #[arg(skip)]
    pub(crate) options_taken: Vec<Taken>,
}

/// The options that set fields of the metadata; each is named as its field, `-` being `_`.
#[derive(Serialize)]
pub(crate) struct FieldOptions<'a> {
    #[serde(flatten)]
    metadata: &'a MetadataArgs,
    #[serde(flatten)]
    asking: &'a AskingArgs,
}

impl Pack {
    pub(crate) fn field_options(&self) -> FieldOptions<'_> {
        FieldOptions { metadata: &self.metadata, asking: &self.asking }
    }
}

/// What goes into the metadata, over what the manifest says.
#[derive(Debug, clap::Args, Serialize)]
#[command(next_help_heading = "About the module, over what the manifest says")]
pub(crate) struct MetadataArgs {
    /// Name of the module, in place of the one it registers
    #[arg(long, short = 'n', value_name = "NAME")]
    pub(crate) module_name: Option<String>,
    /// Version of the module as a number: 10203 for 1.2.3
    ///
    /// In place of the one it registers.
    #[arg(long, value_name = "NUMBER", value_parser = version_number)]
    #[serde(skip)]
    pub(crate) module_version: Option<i64>,
    /// Human-readable name
    #[arg(long, short = 'd', hide_short_help = true, value_name = "TEXT")]
    display_name: Option<String>,
    /// What the module does, in a few words
    #[arg(long, short = 'b', hide_short_help = true, value_name = "TEXT")]
    capability_name: Option<String>,
    /// Author
    #[arg(long, short = 'a', hide_short_help = true, value_name = "TEXT")]
    author: Option<String>,
    /// The author's e-mail address
    #[arg(long, short = 'e', hide_short_help = true, value_name = "TEXT")]
    email: Option<String>,
    /// Description
    #[arg(long, short = 'D', hide_short_help = true, value_name = "TEXT")]
    description: Option<String>,
    /// Home page
    #[arg(long, short = 'h', hide_short_help = true, value_name = "URL")]
    homepage: Option<String>,
    /// Licence
    #[arg(long, short = 'l', hide_short_help = true, value_name = "TEXT")]
    license: Option<String>,
    /// Architecture; must be the module's
    #[arg(long, short = 'A', value_name = "ARCH", hide_short_help = true, help_heading = "What the module is for")]
    pub(crate) architecture: Option<String>,
    /// Operating system, such as Linux
    #[arg(long, short = 'O', value_name = "NAME", hide_short_help = true, help_heading = "What the module is for")]
    os: Option<String>,
    /// Operating systems of nodes [default: this machine's]
    ///
    /// Separated by commas.
    #[arg(long, value_name = "OS,…", value_delimiter = ',', help_heading = "What the module is for")]
    operating_systems: Vec<String>,
    /// What a database with the module can still do
    ///
    /// Capabilities, separated by commas.
    #[arg(long, short = 'C', value_name = "CAPABILITY,…", help_heading = "What the module can do")]
    capabilities: Option<String>,
    /// Arguments with which a database loads the module
    #[arg(long = "cmdargs", short = 'c', value_name = "ARGS", help_heading = "What the module can do")]
    command_line_args: Option<String>,
    /// Oldest Redis
    #[arg(long = "redis-min-version", short = 'r', value_name = "VERSION", help_heading = "What the module is for")]
    min_redis_version: Option<String>,
    /// Oldest Redis Enterprise
    #[arg(
        long = "redis-pack-min-version",
        short = 'R',
        value_name = "VERSION",
        help_heading = "What the module is for"
    )]
    min_redis_pack_version: Option<String>,
    /// Redis version of the databases; also -cr
    #[arg(long = "redis-compatible-version", value_name = "VERSION", help_heading = "What the module is for")]
    compatible_redis_version: Option<String>,
    /// The module supports the second version of Auto Tiering
    #[arg(long, hide_short_help = true, help_heading = "What the module can do")]
    bigstore_version_2_support: bool,
    /// Command that configures the module at run time; also -cc
    #[arg(long, value_name = "NAME", hide_short_help = true, help_heading = "What the module can do")]
    config_command: Option<String>,
    /// Commands to leave out, separated by commas
    #[arg(long, short = 'E', value_name = "NAMES", help_heading = "What the module can do")]
    exclude_commands: Option<String>,
    /// A command's description as JSON, in place of the one of that name
    #[arg(long, value_name = "JSON", hide_short_help = true, help_heading = "What the module can do")]
    overide_command: Vec<String>,
    /// A command's description as JSON, to add
    #[arg(long, value_name = "JSON", hide_short_help = true, help_heading = "What the module can do")]
    add_command: Vec<String>,
    /// Dependencies as a JSON object: `{"name": {"url": …, "sha256": …}}`
    ///
    /// Or with `local_path`.
    #[arg(long, value_name = "JSON", help_heading = "Dependencies of the module")]
    dependencies: Vec<String>,
    /// Optional dependencies, in the same form
    #[arg(long, value_name = "JSON", hide_short_help = true, help_heading = "Dependencies of the module")]
    optional_dependencies: Vec<String>,
    /// A folder with dependencies that are already downloaded
    ///
    /// Those with a `url` are packed under its last part, the name that nodes look for, even if they are made from a `local_path`.
    #[arg(long, hide_short_help = true, value_name = "DIR", help_heading = "Dependencies of the module")]
    #[serde(skip)]
    pub(crate) embed_deps: Option<PathBuf>,
}

/// How the module's name, version and commands are learnt.
#[derive(Debug, clap::Args, Serialize)]
#[command(next_help_heading = "Asking the module")]
pub(crate) struct AskingArgs {
    /// What is to load the module
    ///
    /// The built-in host, which needs no Redis, or a private server; `auto` takes the host, and a server where one is named or this
    /// system has no host; `none` does not ask, and needs --module-name and --module-version.
    #[arg(long, value_name = "HOW", default_value = "auto")]
    #[serde(skip)]
    pub(crate) probe: Probe,
    /// The Redis version that the built-in host shows the module
    ///
    /// By default the newest of compatible_redis_version, also where that is its own default, and min_redis_version; of one that it
    /// does not know, the next that it does; where the module does not load into that, 8.2 and then 7.4.
    #[arg(long, value_name = "VERSION", conflicts_with = "redis_server")]
    #[serde(skip)]
    pub(crate) redis_version: Option<PlayedVersion>,
    /// The server to ask through
    ///
    /// By default $REDIS_PATH, $REDIS_SERVER, redis-server on PATH.
    #[arg(long, value_name = "PATH")]
    #[serde(skip)]
    pub(crate) redis_server: Option<PathBuf>,
    /// A variable of the environment that the server and the module may see
    ///
    /// May be given several times. By default those are PATH, LD_LIBRARY_PATH, and a HOME and a TMPDIR of their own.
    #[arg(long = "env", value_name = "NAME", hide_short_help = true)]
    #[serde(skip)]
    pub(crate) environment: Vec<String>,
    /// How long asking may take in total
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, hide_short_help = true)]
    #[serde(skip)]
    pub(crate) timeout: Duration,
    /// Take name, version and commands from a file instead
    ///
    /// JSON as printed by `ramp probe --format json`, a `module.json`, or another bundle.
    #[arg(long, value_name = "FILE", conflicts_with = "probe")]
    #[serde(skip)]
    pub(crate) commands_from: Option<PathBuf>,
    /// Arguments for the module while it is asked, in place of --cmdargs
    #[arg(long = "runcmdargs", value_name = "ARGS")]
    run_command_line_args: Option<String>,
    /// Arguments for the server, as a JSON object
    #[arg(long, value_name = "JSON", hide_short_help = true)]
    redis_args: Option<String>,
}

impl AskingArgs {
    /// Whether the module is loaded at all.
    pub(crate) fn loads_the_module(&self) -> bool {
        self.commands_from.is_none() && self.probe != Probe::None
    }

    /// Whether the built-in host is asked, at least at first.
    pub(crate) fn asks_the_host(&self, has_settings: bool) -> bool {
        match self.probe {
            Probe::Builtin => true,
            Probe::Auto => self.redis_server.is_none() && !has_settings,
            Probe::RedisServer | Probe::None => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Probe {
    /// By the built-in host, or a server
    Auto,
    /// By the built-in host, with no Redis at all
    Builtin,
    /// Through a private server
    RedisServer,
    /// Not at all
    None,
}

/// A version as one number; what stands in three parts is told as the number that it is.
fn version_number(text: &str) -> Result<i64, String> {
    let Ok(number) = text.parse() else {
        let parts: Option<Vec<i64>> =
            text.split('.').map(|part| part.parse().ok().filter(|n| (0..100).contains(n))).collect();
        return Err(match parts.as_deref() {
            Some([major, minor, patch]) => format!("write it as one number: {}", major * 10_000 + minor * 100 + patch),
            _ => "write major × 10000 + minor × 100 + patch: 10203 for 1.2.3".to_owned(),
        });
    };
    Ok(number)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use clap::FromArgMatches as _;
    use ramp_core::metadata::fields::{Field, FieldType, fields};
    use serde_json::{Map, Value as Json};

    use super::super::values::write_out;
    use super::*;

    fn written_out(args: &[&str]) -> Vec<String> {
        let pack = <Pack as clap::Args>::augment_args(Command::new("pack"));
        write_out(args.iter().map(OsString::from), &pack).into_iter().map(|a| a.into_string().unwrap()).collect()
    }

    /// `ramp pack`, and the names under which the packer is given what sets fields.
    fn pack() -> (Command, Map<String, Json>) {
        let command = <Pack as clap::Args>::augment_args(Command::new("pack"));
        let matches = command.clone().try_get_matches_from(["pack", "x.so"]).unwrap();
        let given = Pack::from_arg_matches(&matches).unwrap();
        let Json::Object(given) = serde_json::to_value(given.field_options()).unwrap() else { panic!("no object") };
        (command, given)
    }

    #[test]
    fn every_option_of_the_table_is_one_of_the_command() {
        let (command, given) = pack();
        for field in fields() {
            let Some(option) = &field.option else { continue };
            let arg = command.get_arguments().find(|arg| arg.get_long() == option.long.strip_prefix("--"));
            let arg = arg.unwrap_or_else(|| panic!("{} is not there", option.long));
            assert_eq!(arg.get_id().as_str(), field.name.replace('-', "_"), "{}", option.long);
            assert!(given.contains_key(arg.get_id().as_str()), "{} is not given to the packer", option.long);
            assert_eq!(arg.get_action().takes_values(), field.field_type != FieldType::Boolean, "{}", option.long);
            let short = option.short.as_deref().unwrap_or_default();
            let letter = Some(short).filter(|short| short.len() == 2).and_then(|short| short.chars().nth(1));
            assert_eq!(arg.get_short(), letter, "{}", option.long);
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert_eq!(help.ends_with(&format!("; also {short}")), short.len() == 3, "{}: {help}", option.long);
        }
    }

    #[test]
    fn every_option_that_sets_a_field_is_in_the_table() {
        let (_, given) = pack();
        for name in given.keys() {
            let has = |field: &&Field| field.option.is_some() && field.name.replace('-', "_") == *name;
            assert!(fields().iter().any(|field| has(&field)), "{name}");
        }
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
