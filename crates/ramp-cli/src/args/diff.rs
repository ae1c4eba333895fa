//! The arguments of `ramp diff`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use clap::ValueEnum;

use super::config::ConfigArgs;
use super::format::FailOn;
use super::rules::RuleArgs;
use super::target::TargetArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// The bundle of the build that is in use, or its URL; `-` is standard input
    #[arg(value_name = "OLD")]
    pub(crate) old: PathBuf,
    /// The bundle of the build that is to take its place, or its URL
    #[arg(value_name = "NEW")]
    pub(crate) new: PathBuf,
    /// Also load both modules, and compare what they register
    ///
    /// Data types and their encodings, configs, subcommands, key specifications, ACL categories.
    #[arg(long)]
    pub(crate) probe: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human", help_heading = "Output")]
    pub(crate) format: DiffFormat,
    /// Show every finding, including those that are known and do not count
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
    /// The lowest level of finding that makes the exit status 1 [default: error]
    #[arg(long, value_name = "LEVEL", help_heading = "Output")]
    pub(crate) fail_on: Option<FailOn>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people
    Human,
    /// JSON
    Json,
    /// Markdown, for comments on pull requests
    Markdown,
}
