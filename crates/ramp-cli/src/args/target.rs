//! What bundles are checked against, and the arguments of `ramp target`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use clap::Subcommand;
use ramp_core::Endpoint;

#[cfg(feature = "cluster")]
use super::cluster::ClusterArgs;
use super::format::ListFormat;
use super::nodes::NodeArgs;

/// What bundles are checked against.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Target")]
pub(crate) struct TargetArgs {
    /// A release such as 7.22, latest, a version, or a target's JSON file
    ///
    /// A version is that of a cluster, such as 7.4.2-54. Separate several by commas, or repeat the option: each bundle is read once, and
    /// judged for all of them.
    #[arg(long, value_name = "RELEASE|FILE", value_delimiter = ',')]
    #[cfg_attr(feature = "cluster", arg(conflicts_with = "cluster"))]
    pub(crate) target: Vec<String>,
    #[command(flatten)]
    pub(crate) nodes: NodeArgs,
    /// v1, v2, user-defined or bootstrap [default: the release's]
    ///
    /// How the bundle is uploaded, or with `bootstrap` downloaded by nodes that join.
    #[arg(long, value_name = "ENDPOINT")]
    pub(crate) endpoint: Option<Endpoint>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}

impl TargetArgs {
    /// Whether they say what bundles are checked against.
    pub(crate) fn names_one(&self) -> bool {
        #[cfg(feature = "cluster")]
        let is_live = self.cluster.cluster.is_some();
        #[cfg(not(feature = "cluster"))]
        let is_live = false;
        is_live || !self.target.is_empty()
    }

    /// The files that they name, or may name.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let target = self.target.iter().map(PathBuf::from);
        #[cfg(feature = "cluster")]
        let target = target.chain(self.cluster.files());
        target.collect()
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct Target {
    #[command(subcommand)]
    pub(crate) command: TargetCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TargetCommand {
    /// List the releases, or show all that is known about some of them
    List(List),
    /// Show what is known about a target, as JSON that `--target` reads
    Show(Show),
}

#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// A release to show in full, such as 8.0: its builds, platforms, databases, and how certain each is [default: a
    /// table of all]
    #[arg(value_name = "RELEASE")]
    pub(crate) releases: Vec<String>,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// A release, latest, a cluster version, or a target's JSON file [default: no cluster]
    #[arg(value_name = "RELEASE|FILE")]
    #[cfg_attr(feature = "cluster", arg(conflicts_with = "cluster"))]
    pub(crate) name: Option<String>,
    #[cfg(feature = "cluster")]
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
}
