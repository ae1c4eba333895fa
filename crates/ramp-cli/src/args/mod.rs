//! The command line. Its spelling is a contract: scripts depend on it.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

#[cfg(feature = "cluster")]
pub(crate) mod cluster;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod examples;
pub(crate) mod fix;
pub(crate) mod format;
pub(crate) mod manifest;
#[cfg(feature = "cluster")]
pub(crate) mod modules;
mod nodes;
pub(crate) mod pack;
mod probe_how;
pub(crate) mod rehearse;
pub(crate) mod rules;
mod seconds;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod slips;
#[cfg(feature = "serve")]
pub(crate) mod store;
pub(crate) mod target;
#[cfg(feature = "serve")]
pub(crate) mod user;
pub(crate) mod validate;
pub(crate) mod values;

use std::path::PathBuf;
use std::time::Duration;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};
use ramp_probe::PlayedVersion;

use self::format::ListFormat;
pub(crate) use self::probe_how::ProbeHow;
use self::rules::POLICIES;
use self::seconds::seconds;
use self::target::Target;
use self::validate::Validate;

/// Packs and validates RAMP packages, the zips in which Redis modules are uploaded to Redis Enterprise
#[derive(Debug, Parser)]
// The Python package calls the program `redis-ramp`, and runs it as `ramp`.
#[command(
    name = "ramp",
    bin_name = "ramp",
    version,
    max_term_width = 100,
    propagate_version = true,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    /// Whether to use colours: `auto`, `always` or `never`
    ///
    /// `auto`, the default, uses them where a terminal shows them and the environment (NO_COLOR, CLICOLOR_FORCE, FORCE_COLOR) does
    /// not say otherwise.
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        hide_possible_values = true,
        hide_short_help = true,
        help_heading = "Everywhere"
    )]
    pub(crate) color: Option<Color>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

/// The command line, with what its help begins with.
pub(crate) fn command() -> clap::Command {
    examples::shown(Args::command())
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell what a cluster would answer to an upload, everything that is wrong, and what to do about it
    ///
    /// Exit status 0: nothing at or above --fail-on; 1: findings at or above it; 2: a bundle could not be evaluated.
    Validate(Box<Validate>),
    /// Show everything that is known about a bundle or a bare module
    ///
    /// Exit status 0: it was shown; 1: it is called a bundle, and is not a zip; 2: it could not be read.
    Inspect(Inspect),
    /// Unpack a bundle that the cluster would take
    ///
    /// Exit status 0: it was unpacked; 1: it would be refused or does not pass, and nothing was written; 2: it could not be
    /// unpacked.
    Unpack(Unpack),
    /// Pack a module into a bundle, as `ramp-packer` does
    ///
    /// Takes every option of `ramp-packer`'s `ramp pack`, with the same spelling and the same default.
    ///
    /// Exit status 0: it was packed; 1: the bundle would be refused, or does not pass with --strict, and was not written;
    /// 2: it could not be packed.
    Pack(Box<pack::Pack>),
    /// Write a manifest to start with, of what a module says of itself and of what fits it
    ///
    /// The module is asked as by `ramp probe`, and the operating systems are those whose libraries fit it. Of the Redis versions,
    /// `compatible_redis_version` is the newest that every target has which goes by it, as clusters do from 7.8 on, and
    /// `min_redis_version` the oldest of any target, in both of which the module loads. On a terminal, each is asked for first.
    /// No file that is there is written over.
    ///
    /// Exit status 0: it was written; 2: it was not, and nothing was.
    Init(Box<manifest::Init>),
    /// Tell what `ramp pack` would say of manifests, without a module
    ///
    /// Nothing is written, downloaded or run.
    ///
    /// Exit status 0: nothing at or above --fail-on; 1: findings at or above it; 2: a manifest could not be read.
    Check(manifest::Check),
    /// Tell what an upgrade from one build of a module to another changes
    ///
    /// Compares commands, their arity, flags and positions of keys, capabilities, platforms, dependencies, what the loader
    /// is asked for, and all else that `module.json` says; with --probe also what the modules register. Tells what a cluster
    /// answers to the upgrade of a database, and what its users lose. The bundles themselves are judged by `ramp validate`.
    ///
    /// Exit status 0: nothing at or above --fail-on; 1: findings at or above it; 2: the bundles could not be compared.
    Diff(Box<diff::Diff>),
    /// Play the whole life of a module on a cluster: upload, database, upgrade, deletion
    ///
    /// In memory, without a server: the bundle is uploaded, a database uses it, it cannot be deleted meanwhile, the database is
    /// deleted, then the module. With --from, the old build is uploaded and used first, then the new one is uploaded, and the
    /// database is upgraded to it. Tells of each step what is asked, what a cluster would answer, and what to do where it refuses.
    ///
    /// Exit status 0: every step would be answered as hoped; 1: one would not; 2: it could not be played.
    Rehearse(Box<rehearse::Rehearse>),
    /// Repair what needs no guess in a bundle, and write it to another file
    ///
    /// That is digests, versions, names of systems and architectures, and how the zip is written. Shows the differences, and
    /// with --output writes the repaired bundle to another file: the same files, whose bytes stay as they are. It is judged
    /// before it is written, and what is still wrong with it is shown. Nothing is repaired where readers see different files in
    /// the bundle, or where something in it is damaged: that would be to choose what is in it.
    ///
    /// Exit status, with --output 0: it was written, would be taken and passes; 1: it would be refused or does not pass; without
    /// --output 0: there is nothing to repair; 1: there is, or it cannot be repaired; 2: it could not be read or written.
    Fix(Box<fix::Fix>),
    /// Ask a module for its name, version and commands
    ///
    /// Loads it into a process of its own that answers in a server's place, and that can neither write nor connect; or into a
    /// private redis-server that listens on no network port. Both have a time limit and leave nothing behind. A module is
    /// code, and it is run: probe only what you trust.
    ///
    /// Exit status 0: it answered; 2: it could not be asked, and what it logged is on standard error.
    Probe(Probe),
    /// Explain a rule, an error code of the cluster, a field of `module.json`, a key of the manifest, or a topic
    ///
    /// Exit status 0: it was explained; 2: there is no such rule, code, field, key or topic.
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// List the cluster releases that bundles can be checked against, or show a target
    Target(Target),
    /// Check a bundle against a live cluster, and upload it
    ///
    /// The bundle is checked against what the cluster says about itself. What the cluster would refuse is not sent;
    /// what it would take but does not pass the gate has to be confirmed at the terminal. The bundle is then sent the
    /// way the cluster's release wants it: to v2, following the action; to v1, if asked for; from 8.0 on as an object,
    /// then as an artifact to each node. When a step fails, the steps before it are undone.
    ///
    /// Exit status 0: it is there; 1: it was not sent, or the cluster refused it; 2: the cluster could not be asked.
    #[cfg(feature = "cluster")]
    Upload(Box<cluster::Upload>),
    /// List, show or delete the modules that a cluster has
    #[cfg(feature = "cluster")]
    Modules(modules::Modules),
    /// Simulate a cluster: serve the modules REST API on this machine
    ///
    /// The release decides which endpoints there are and what they answer. Modules are stored and never run. The first
    /// start creates an admin, RAMP_ADMIN_USER with RAMP_ADMIN_PASSWORD; if no password is given, one is generated and
    /// written to the file first-password in the data directory. The address is printed on standard output once the server listens.
    ///
    /// Exit status 0: it was told to stop, by SIGTERM or Ctrl-C; 2: it could not serve.
    #[cfg(feature = "serve")]
    Serve(Box<serve::Serve>),
    /// Check, back up or restore what a server keeps
    #[cfg(feature = "serve")]
    Store(store::Store),
    /// Change who may ask a server
    #[cfg(feature = "serve")]
    User(user::User),
    /// Show the policy file that is in force, ramp.toml
    Config(config::Config),
    /// Print a JSON Schema: of reports, manifests or the policy file
    Schema(manifest::Schema),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, or that of a command
    ///
    /// On a terminal it is shown by `man -l -`, where that is there; else it is printed as it is, in roff.
    Man(Man),
    /// Print help, or that of a command
    Help(Help),
    /// Print the version of the command and of its parts
    Version,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// A bundle or a module, or its URL; `-` is standard input
    ///
    /// Of a bundle at a URL, only what is shown is fetched: headers, `module.json`, the module, and nothing under `deps/` without --all.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Also fetch the dependencies of a bundle at a URL
    ///
    /// So that they are measured, with their digests, as those of a file are.
    #[arg(long)]
    pub(crate) all: bool,
    /// Also load the module, and show what it registers
    #[arg(long)]
    pub(crate) probe: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unpack {
    /// The bundle, or its URL; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// The directory to write `<module_name>.json`, the module and `deps/` to
    #[arg(short = 'C', long = "directory", value_name = "DIR", default_value = ".")]
    pub(crate) directory: PathBuf,
    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
    /// Leave what is under `deps/` in the bundle
    #[arg(long)]
    pub(crate) without_dependencies: bool,
    /// How strictly to judge the bundle before anything is written
    #[arg(long, value_name = "NAME", default_value = "strict", value_parser = POLICIES)]
    pub(crate) policy: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Probe {
    /// The module
    #[arg(value_name = "MODULE")]
    pub(crate) module: PathBuf,
    /// The module's own arguments; put those that begin with a dash after `--`
    #[arg(value_name = "ARG")]
    pub(crate) arguments: Vec<String>,
    /// What is to load it
    #[arg(long = "probe", value_name = "HOW", default_value = "auto")]
    pub(crate) how: ProbeHow,
    /// The Redis version that the built-in host shows the module [default: the newest it knows, then 7.4]
    #[arg(long, value_name = "VERSION", conflicts_with = "redis_server")]
    pub(crate) redis_version: Option<PlayedVersion>,
    /// The server to load it into
    ///
    /// By default REDIS_PATH, REDIS_SERVER, then redis-server or valkey-server on PATH.
    #[arg(long, value_name = "PATH")]
    pub(crate) redis_server: Option<PathBuf>,
    /// A variable of the environment that the server and the module may see
    ///
    /// May be given several times. By default those are PATH, LD_LIBRARY_PATH, and a HOME and a TMPDIR of their own.
    #[arg(long = "env", value_name = "NAME")]
    pub(crate) environment: Vec<String>,
    /// How long it may take in total
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A rule such as module-sha256, a group of rules such as load, a code such as invalid_module or module_in_use, a
    /// reason such as module_version_missing, a field such as min_redis_version, a word such as gate, or a topic:
    /// fields, manifest, config, capabilities or platforms [default: list what can be explained]
    #[arg(value_name = "TOPIC")]
    pub(crate) topic: Option<String>,
    /// After `manifest` or `config`, a key of it
    #[arg(value_name = "KEY")]
    pub(crate) key: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// A command, such as `pack` or `target list` [default: ramp itself]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Help {
    /// A command, such as `pack` or `target list` [default: ramp itself]
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
