//! The arguments of `ramp store`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

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
    /// Copy what a server keeps to a folder: the catalogue as it is at one moment, and the bundles that it names
    ///
    /// A server can go on serving meanwhile. Each bundle is held against its SHA-256 as it is copied. The folder must be empty or not there. What was not
    /// finished has no backup.json. Users are in it with hashes of their passwords; the server's certificate is not.
    ///
    /// Exit status 0: all was backed up; 1: all but bundles that are missing or damaged, which are named; 2: nothing was backed up.
    Backup(Backup),
    /// Put back what `ramp store backup` has copied, where nothing is kept yet
    ///
    /// All of it is checked before anything is written. A backup of SQLite is restored into SQLite, one of Redis into Redis; the bundles go where --blobs
    /// says. One that was interrupted can be repeated.
    ///
    /// Exit status 0: all was restored; 1: all that is in a backup which lacks bundles; 2: nothing can be used.
    Restore(Backup),
}

#[derive(Debug, clap::Args)]
pub(crate) struct Backup {
    /// The folder with the backup
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
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
