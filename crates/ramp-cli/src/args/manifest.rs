//! The arguments of the commands about manifests.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use ramp_probe::PlayedVersion;

use super::format::{FailOn, ListFormat};
use super::probe_how::ProbeHow;
use super::seconds::seconds;

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    /// Manifests, in YAML or JSON; `-` is standard input
    #[arg(required = true, value_name = "MANIFEST")]
    pub(crate) manifests: Vec<PathBuf>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    /// The lowest level of finding that makes the exit status 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    pub(crate) fail_on: FailOn,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// The module; without it, what only the module can tell is left to you
    #[arg(value_name = "MODULE")]
    pub(crate) module: Option<PathBuf>,
    /// The module's own arguments; put those that begin with a dash after `--`
    #[arg(value_name = "ARG")]
    pub(crate) arguments: Vec<String>,
    /// Where to write the manifest; `-` is standard output
    ///
    /// What is there is never overwritten.
    #[arg(long, short = 'o', value_name = "FILE", default_value = "ramp.yml")]
    pub(crate) output: PathBuf,
    /// Clusters that the bundle is for, such as 7.22,8.2
    ///
    /// A release, a version, or a target's JSON file; separate several by commas, or repeat the option. By default every release
    /// that is still maintained, and has nodes that the module is for.
    #[arg(long, value_name = "RELEASE|FILE", value_delimiter = ',')]
    pub(crate) target: Vec<String>,
    /// What a database with the module can still do; '' is nothing
    ///
    /// In place of what is proposed; separate several by commas.
    #[arg(long, value_name = "CAPABILITY,…", value_delimiter = ',')]
    pub(crate) capabilities: Option<Vec<String>>,
    /// Systems that the module is for
    ///
    /// In place of those that fit it; separate several by commas.
    #[arg(long, value_name = "OS,…", value_delimiter = ',')]
    pub(crate) operating_systems: Option<Vec<String>>,
    /// Also write what makes a CI check, pack and validate
    ///
    /// .github/workflows/ramp.yml or .gitlab-ci.yml. A manifest that is there already is kept.
    #[arg(long, value_name = "NAME")]
    pub(crate) ci: Option<Ci>,
    /// Also write the manifest's JSON Schema beside it, for editors
    ///
    /// ramp.schema.json.
    #[arg(long)]
    pub(crate) schema: bool,
    /// Ask nothing, and take what is proposed
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// What is to load the module
    #[arg(long = "probe", value_name = "HOW", default_value = "auto", help_heading = "Asking the module")]
    pub(crate) how: ProbeHow,
    /// The Redis version that the built-in host shows the module
    ///
    /// By default those of the targets, oldest first.
    #[arg(long, value_name = "VERSION", conflicts_with = "redis_server", help_heading = "Asking the module")]
    pub(crate) redis_version: Option<PlayedVersion>,
    /// The server to load it into
    ///
    /// By default REDIS_PATH, REDIS_SERVER, then redis-server or valkey-server on PATH.
    #[arg(long, value_name = "PATH", help_heading = "Asking the module")]
    pub(crate) redis_server: Option<PathBuf>,
    /// A variable of the environment that the module may see
    ///
    /// May be given several times.
    #[arg(long = "env", value_name = "NAME", help_heading = "Asking the module")]
    pub(crate) environment: Vec<String>,
    /// How long each asking may take
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds, help_heading = "Asking the module")]
    pub(crate) timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// GitHub Actions: .github/workflows/ramp.yml
    Github,
    /// GitLab: .gitlab-ci.yml
    Gitlab,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Schema {
    /// Of what
    #[arg(value_name = "OF", default_value = "report")]
    pub(crate) of: SchemaOf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// What `ramp validate --format json` prints
    Report,
    /// What `ramp diff --format json` prints
    Diff,
    /// What `ramp rehearse --format json` prints
    Rehearse,
    /// What `ramp fix --format json` prints
    Fix,
    /// What `ramp pack --manifest` reads
    Manifest,
    /// The policy file, ramp.toml
    Config,
}
