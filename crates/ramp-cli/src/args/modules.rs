//! The arguments of `ramp modules`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use clap::Subcommand;
use ramp_core::Endpoint;

use super::cluster::ClusterArgs;
use super::format::ListFormat;

#[derive(Debug, clap::Args)]
pub(crate) struct Modules {
    #[command(subcommand)]
    pub(crate) command: ModulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ModulesCommand {
    /// List the modules that a cluster has, where they are, and which databases use them
    ///
    /// From 8.0 on every node is asked for its artifacts.
    ///
    /// Exit status 0: they were listed; 2: the cluster could not be asked.
    List(Box<List>),
    /// Show all that a cluster says of a module
    ///
    /// All versions of it, unless one is named.
    ///
    /// Exit status 0: it was shown; 1: there is no such module; 2: the cluster could not be asked.
    Show(Box<Show>),
    /// Delete a module from a cluster
    ///
    /// Up to 7.22 that is one request, whose action is followed. From 8.0 on it is the module's object, then its artifact on each node; what
    /// stays behind is told, and can be deleted by the same command. What a database uses is not deleted. On a terminal it is asked before.
    ///
    /// Exit status 0: it is gone; 1: it is in use, there is no such module, several are meant, or the cluster refused; 2: the cluster
    /// could not be asked, or there was nobody to ask and no --yes.
    Delete(Box<Delete>),
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("cluster", |cluster| cluster.required(true)))]
pub(crate) struct List {
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("cluster", |cluster| cluster.required(true)))]
pub(crate) struct Show {
    #[command(flatten)]
    pub(crate) meant: Meant,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("cluster", |cluster| cluster.required(true)))]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(crate) meant: Meant,
    /// Say what would be deleted, and delete nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask before
    #[arg(long, short = 'y')]
    pub(crate) yes: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// The endpoint to delete by [default: the release's]
    #[arg(long, value_name = "v1|v2|user-defined", help_heading = "Cluster", hide_short_help = true)]
    pub(crate) endpoint: Option<Endpoint>,
}

/// Which module is meant.
#[derive(Debug, clap::Args)]
pub(crate) struct Meant {
    /// The `module_name`, such as ReJSON, or the `uid`
    #[arg(value_name = "MODULE")]
    pub(crate) module: String,
    /// The version, as 2.8.3 or as its number, 20803
    #[arg(value_name = "VERSION")]
    pub(crate) module_version: Option<String>,
}
