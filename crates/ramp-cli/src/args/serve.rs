//! The arguments of `ramp serve`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueEnum;
use ramp_server::DependencySource;

use super::nodes::NodeArgs;
use super::rules::POLICIES;

/// Where modules are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct KeptArgs {
    /// The directory for the catalogue, the bundles and the certificate
    #[arg(long, value_name = "DIR", default_value = "ramp-data")]
    pub(crate) data_dir: PathBuf,
    /// The catalogue: sqlite, in the data directory, or a Redis server
    ///
    /// A Redis server can be shared by several servers. A URL with a password is better given in RAMP_STORE_URL.
    #[arg(
        long,
        value_name = "sqlite|redis://…",
        env = "RAMP_STORE_URL",
        hide_env_values = true,
        default_value = "sqlite"
    )]
    pub(crate) store: String,
    /// Where the bundles are kept [default: in the data directory]
    ///
    /// A directory or, in a build with the feature s3, s3://BUCKET/PREFIX.
    #[arg(long, value_name = "DIR|s3://…")]
    pub(crate) blobs: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 is one that is free
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9443")]
    pub(crate) listen: SocketAddr,
    /// Another name by which it is asked for on this machine
    ///
    /// Besides localhost, such as that of a proxy on the same machine. May be given several times.
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// Ask the server that listens there whether it is well, and start none
    ///
    /// For the health checks of containers. The exit status is 0 where `GET /healthz` is answered with success within 5 s, and 1 where it is not.
    /// Nothing secret is sent, so any certificate will do.
    #[cfg(feature = "cluster")]
    #[arg(long)]
    pub(crate) health: bool,
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
    /// The cluster to simulate: a release such as 7.22, latest, a version, or a target's JSON file
    ///
    /// A version is that of a cluster, such as 7.4.2-54.
    #[arg(long, value_name = "RELEASE|FILE", default_value = "latest", help_heading = "Cluster")]
    pub(crate) target: String,
    #[command(flatten, next_help_heading = "Cluster")]
    pub(crate) nodes: NodeArgs,
    /// Also refuse what does not pass this policy [default: answer as the cluster does]
    ///
    /// With the code that fits.
    #[arg(long, value_name = "POLICY", value_parser = POLICIES, help_heading = "Cluster")]
    pub(crate) gate: Option<String>,
    /// From where to download dependencies, as nodes do up to 7.22 [default: from nowhere]
    ///
    /// Those that a bundle names but does not contain, from this host (its ports 80 and 443, or PORT), or with `public` from any host
    /// at a public address, and from nowhere else. May be given several times.
    #[arg(long, value_name = "HOST[:PORT]|public", help_heading = "Cluster")]
    pub(crate) dependencies_from: Vec<DependencySource>,
    /// Serve HTTP without TLS; on a loopback address only
    #[arg(long, conflicts_with = "certificate", help_heading = "TLS")]
    pub(crate) plain_http: bool,
    /// The certificate chain, PEM [default: one that the server makes for itself]
    #[arg(long = "cert", value_name = "FILE", requires = "key", help_heading = "TLS")]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "certificate", help_heading = "TLS")]
    pub(crate) key: Option<PathBuf>,
    /// The format of the log on standard error
    ///
    /// RAMP_LOG sets how much is logged, such as warn or ramp_server=debug.
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Log")]
    pub(crate) log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object per line
    Json,
}
