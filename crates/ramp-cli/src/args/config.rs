//! Where the policy file is, and the arguments of `ramp config`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use clap::Subcommand;

use super::format::ListFormat;

#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Policy file")]
pub(crate) struct ConfigArgs {
    /// The policy file [default: the first ramp.toml upwards]
    ///
    /// It is looked for from the working directory upwards, as far as the root of the repository.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no policy file
    #[arg(long, conflicts_with = "config", hide_short_help = true)]
    pub(crate) isolated: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Config {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show what is in force where no option says otherwise, and where each value comes from
    Show(ShowConfig),
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShowConfig {
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}
