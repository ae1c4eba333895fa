//! The arguments of `ramp fix`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use super::config::ConfigArgs;
use super::format::{FailOn, ListFormat};
use super::rules::RuleArgs;
use super::target::TargetArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Fix {
    /// The bundle, or its URL; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// Where to write the repaired bundle: never to the bundle itself [default: only show what would change]
    #[arg(short = 'o', long, value_name = "NEW")]
    pub(crate) output: Option<PathBuf>,
    /// Overwrite a file that exists
    #[arg(long, requires = "output")]
    pub(crate) force: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    /// The lowest level of finding in the repaired bundle that makes the exit status 1 [default: error]
    #[arg(long, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,
    /// Show every finding that is left, including those that may follow from another
    #[arg(long)]
    pub(crate) all: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
