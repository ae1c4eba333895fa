//! The arguments of `ramp store`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use clap::Subcommand;

use super::format::ListFormat;
use super::serve::KeptArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct Store {
    #[command(subcommand)]
    pub(crate) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Read every bundle that a server keeps, and compare it with the catalogue
    ///
    /// A server can go on serving meanwhile, except with --adopt. Bundles that the catalogue does not know are named and left alone, unless an option says
    /// otherwise.
    ///
    /// Exit status 0: catalogue and bundles agree; 1: they do not; 2: they could not be compared.
    Check(Box<Check>),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
    /// Remove the bundles that the catalogue does not know
    ///
    /// While its server is at work, or after it has ended, and not where it was killed.
    #[arg(long, conflicts_with = "adopt")]
    pub(crate) remove_orphans: bool,
    /// Make the bundles those of this catalogue, and put those into it that it does not know
    ///
    /// Whichever they belonged to. Stop the server before.
    #[arg(long, requires = "target")]
    pub(crate) adopt: bool,
    /// The release or target that is served, for --adopt
    ///
    /// Up to 7.22 bundles become modules, from 8.0 on artifacts.
    #[arg(long, value_name = "RELEASE|FILE")]
    pub(crate) target: Option<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}
