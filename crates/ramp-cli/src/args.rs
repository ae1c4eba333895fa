//! The command line. Its spelling is a contract: scripts depend on it.
#![allow(clippy::doc_markdown)] // these comments are the help, which is no Markdown

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use ramp_core::{Endpoint, Level, Override, Policy, PolicyError};

use crate::cluster_args::ClusterArgs;

/// Packs and validates RAMP packages, the zips by which Redis modules are uploaded to Redis Enterprise
#[derive(Debug, Parser)]
#[command(name = "ramp", version, max_term_width = 100, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands that have a manual page of their own.
const COMMANDS: &[&str] = &[
    "validate",
    "inspect",
    "unpack",
    "probe",
    "explain",
    "rules",
    "target",
    "upload",
    #[cfg(feature = "server")]
    "serve",
    "schema",
    "completions",
    "man",
    "version",
];

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Tell what a cluster would answer to an upload, everything that is wrong, and the cure
    ///
    /// Exit status: 0 nothing at or above --fail-on; 1 findings at or above it; 2 a bundle could not be evaluated.
    Validate(Box<Validate>),
    /// Show every fact known of a bundle or a bare module
    Inspect(Inspect),
    /// Unpack a bundle that the cluster would take
    Unpack(Unpack),
    /// Pack a module into a bundle, as the reference packer does
    ///
    /// Every option of the reference's `ramp pack` is there, in its spelling and with its default.
    Pack(Box<crate::pack_args::Pack>),
    /// Ask a module for its name, version and commands
    ///
    /// Loads it into a private redis-server, which listens on no network port, is bounded in time and leaves nothing
    /// behind. A module is code and is run: probe only what you trust.
    ///
    /// Exit status: 0 it has answered; 2 it could not be asked, and the server's log is on standard error.
    Probe(Probe),
    /// Explain a rule, an upload code or a topic
    Explain(Explain),
    /// List the rules
    Rules(Rules),
    /// List the cluster releases that bundles can be checked against, or show a target
    Target(Target),
    /// Upload a bundle to a live cluster, after it was judged
    ///
    /// The bundle is checked against what the cluster tells of itself, and not sent if it is refused; the policy reference
    /// refuses only what the cluster would. It is then sent the way the cluster's release has: to v2, following the action; to
    /// v1, if that is asked for; from 8.0 on as an object, then as an artifact to each node. When a step fails, those before
    /// it are undone.
    ///
    /// Exit status: 0 it is there; 1 it is refused, before it was sent or by the cluster; 2 the cluster could not be asked.
    Upload(Box<crate::cluster_args::Upload>),
    /// Play a cluster: serve the modules REST API on this machine
    ///
    /// Which endpoints there are, and what is answered, is the release's. Modules are kept and never run. The first start
    /// makes an admin: RAMP_ADMIN_USER with RAMP_ADMIN_PASSWORD; a password that is not given is made, and told once on
    /// standard error. The address is printed on standard output once the server listens.
    ///
    /// Exit status: 0 it was told to end, by SIGTERM or Ctrl-C; 2 it could not serve.
    #[cfg(feature = "server")]
    Serve(Box<crate::serve_args::Serve>),
    /// Print the JSON Schema of the reports
    Schema,
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, or that of a command
    Man(Man),
    /// Print the version of the command and of its parts
    Version,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// Bundles; a directory means the `.zip` files in it, `-` standard input
    #[arg(required = true, value_name = "BUNDLE")]
    pub(crate) bundles: Vec<PathBuf>,
    /// How many bundles to check side by side [default: one a core]
    #[arg(long, value_name = "N")]
    pub(crate) jobs: Option<std::num::NonZeroUsize>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub(crate) format: Format,
    /// Write to a file instead of standard output, whole or not at all
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// The level of finding from which on the exit status is 1
    #[arg(long, value_name = "LEVEL", default_value = "error", help_heading = "Output")]
    pub(crate) fail_on: FailOn,
}

/// By which rules bundles are judged, and how hard.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Rules")]
pub(crate) struct RuleArgs {
    /// How hard to judge: `reference` is exactly the cluster's unpacker, `strict` also refuses what is damaged, can be
    /// read in two ways, or would not load
    #[arg(long, value_name = "NAME", default_value = "strict", value_parser = ["strict", "reference"])]
    pub(crate) policy: String,
    /// Silence a rule; of -A, -W and -D for the same rule the hardest wins
    #[arg(short = 'A', long = "allow", value_name = "RULE")]
    pub(crate) allow: Vec<String>,
    /// Make a rule warn
    #[arg(short = 'W', long = "warn", value_name = "RULE")]
    pub(crate) warn: Vec<String>,
    /// Make a rule refuse
    #[arg(short = 'D', long = "deny", value_name = "RULE")]
    pub(crate) deny: Vec<String>,
}

impl RuleArgs {
    /// The policy that they describe.
    pub(crate) fn build(&self) -> Result<Policy, PolicyError> {
        let mut policy = Policy::named(self.policy.parse()?);
        for (rules, wanted) in
            [(&self.allow, Override::Allow), (&self.warn, Override::Warn), (&self.deny, Override::Deny)]
        {
            for rule in rules {
                policy = policy.with(rule, wanted)?;
            }
        }
        Ok(policy)
    }
}

/// What bundles are checked against.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// A release such as 7.22, a cluster version such as 7.4.2-54, or a target's JSON file
    #[arg(long, value_name = "NAME|FILE", conflicts_with = "cluster")]
    pub(crate) target: Option<String>,
    /// An operating system of the nodes, such as rhel9; may be given several times
    #[arg(long = "os", value_name = "NAME")]
    pub(crate) operating_systems: Vec<String>,
    /// An architecture of the nodes: x86_64 or aarch64; may be given several times
    #[arg(long = "arch", value_name = "NAME")]
    pub(crate) architectures: Vec<String>,
    /// The endpoint that is uploaded to [default: the release's]
    #[arg(long, value_name = "v1|v2|user-defined")]
    pub(crate) endpoint: Option<Endpoint>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands of GitHub Actions
    Github,
    /// JUnit XML
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// Whether a finding of that level makes the command fail.
    pub(crate) fn fails(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Note => level >= Level::Note,
            Self::Never => false,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Human,
    /// JSON
    Json,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// A bundle or a module; `-` is standard input
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Unpack {
    /// The bundle; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// The directory to write `<module_name>.json`, the module and `deps/` to
    #[arg(short = 'C', long = "directory", value_name = "DIR", default_value = ".")]
    pub(crate) directory: PathBuf,
    /// Overwrite files that exist
    #[arg(long)]
    pub(crate) force: bool,
    /// How hard to judge the bundle before anything is written
    #[arg(long, value_name = "NAME", default_value = "strict", value_parser = ["strict", "reference"])]
    pub(crate) policy: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Probe {
    /// The module
    #[arg(value_name = "MODULE")]
    pub(crate) module: PathBuf,
    /// The module's own arguments; those that begin with a dash after `--`
    #[arg(value_name = "ARG")]
    pub(crate) arguments: Vec<String>,
    /// How to ask it
    #[arg(long = "probe", value_name = "HOW", default_value = "auto")]
    pub(crate) how: ProbeHow,
    /// The server to load it into [default: REDIS_PATH, REDIS_SERVER, then redis-server or valkey-server on PATH]
    #[arg(long, value_name = "PATH")]
    pub(crate) redis_server: Option<PathBuf>,
    /// How long it may take, all in all
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(crate) timeout: Duration,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProbeHow {
    /// By whatever is there
    Auto,
    /// By redis-server
    RedisServer,
}

/// A time limit, such as `60` or `0.5`.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    const MOST: f64 = 86_400.0;
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= MOST => Ok(Duration::from_secs_f64(seconds)),
        _ => Err(format!("a number above 0, {MOST} at most, is wanted")),
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Explain {
    /// A rule such as module-sha256, an upload code such as invalid_module, a reason such as module_version_missing, or
    /// one of the topics capabilities and platforms
    #[arg(value_name = "RULE|CODE")]
    pub(crate) topic: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Rules {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    #[command(subcommand)]
    pub(crate) command: TargetCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TargetCommand {
    /// List the releases
    List {
        /// What to print
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: ListFormat,
    },
    /// Show what is known of a target, as JSON that `--target` reads
    Show {
        /// A release, a cluster version, or a target's JSON file [default: no cluster]
        #[arg(value_name = "NAME|FILE", conflicts_with = "cluster")]
        name: Option<String>,
        #[command(flatten)]
        cluster: ClusterArgs,
    },
}

#[derive(Debug, clap::Args)]
pub(crate) struct Man {
    /// A command, such as validate [default: ramp itself]
    #[arg(value_name = "COMMAND", value_parser = clap::builder::PossibleValuesParser::new(COMMANDS))]
    pub(crate) command: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
