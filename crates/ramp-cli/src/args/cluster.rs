//! The arguments of what talks to a live cluster.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::path::PathBuf;

use ramp_core::Endpoint;

use super::config::ConfigArgs;
use super::format::ListFormat;
use super::rules::RuleArgs;

/// A cluster, and how it is known to be the right one. Who asks is never said on the command line, where others see it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterArgs {
    /// A live cluster, such as https://cluster.example:9443
    ///
    /// The user and the password come from the credentials file, from RAMP_CLUSTER_USER and RAMP_CLUSTER_PASSWORD, or from the
    /// terminal.
    #[arg(long, value_name = "URL")]
    pub(crate) cluster: Option<String>,
    /// Trust the certificates in this PEM file, and no others
    ///
    /// Clusters make their own.
    #[arg(long = "cacert", value_name = "FILE", requires = "cluster")]
    pub(crate) certificates: Option<PathBuf>,
    /// Trust whoever answers, and give them the password
    #[arg(long, conflicts_with = "certificates", requires = "cluster", hide_short_help = true)]
    pub(crate) insecure: bool,
    /// A file with the user on its first line and the password on its second
    ///
    /// It must not be open to everybody.
    #[arg(long, value_name = "FILE", env = "RAMP_CLUSTER_CREDENTIALS", hide_env_values = true, hide_short_help = true)]
    pub(crate) credentials: Option<PathBuf>,
}

impl ClusterArgs {
    /// The files that they name.
    pub(crate) fn files(&self) -> impl Iterator<Item = PathBuf> {
        [&self.certificates, &self.credentials].into_iter().flatten().cloned()
    }
}

#[derive(Debug, clap::Args)]
#[command(mut_arg("cluster", |cluster| cluster.required(true)))]
pub(crate) struct Upload {
    /// The bundle, or its URL; `-` is standard input
    #[arg(value_name = "BUNDLE")]
    pub(crate) bundle: PathBuf,
    /// Send it, whatever is found
    ///
    /// Without this, a bundle that does not pass has to be confirmed at the terminal, and is not sent where there is none.
    #[arg(long)]
    pub(crate) force: bool,
    /// Send nothing where the cluster has it: exit status 0
    ///
    /// That is a module of the same name and version, for each platform of the bundle up to 7.22, and on every node from 8.0 on, where
    /// only the nodes that lack the artifact are sent it. Where the cluster tells the digest of its module, as up to 7.22, it has to be the
    /// same: another build of the same version is an error.
    #[arg(long, conflicts_with = "force")]
    pub(crate) if_missing: bool,
    /// Stop before anything is sent
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: ListFormat,
    #[command(flatten)]
    pub(crate) cluster: ClusterArgs,
    /// The endpoint to upload to [default: the release's]
    #[arg(long, value_name = "v1|v2|user-defined", help_heading = "Cluster")]
    pub(crate) endpoint: Option<Endpoint>,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}
