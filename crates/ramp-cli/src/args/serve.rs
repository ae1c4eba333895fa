//! The arguments of `ramp serve`.
#![allow(clippy::doc_markdown)] // these comments are the help, which is not Markdown

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use ramp_server::{DependencySource, ProxyNetwork};

use super::nodes::NodeArgs;
use super::rules::POLICIES;
use super::seconds::seconds;

/// Where modules are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct KeptArgs {
    /// The directory for the catalogue, the bundles and the certificate
    #[arg(long, value_name = "DIR", default_value = "ramp-data")]
    pub(crate) data_dir: PathBuf,
    /// The catalogue: sqlite, in the data directory, or a Redis server
    ///
    /// A Redis server can be shared by several servers; rediss://… is asked over TLS. A URL with a password is better given in RAMP_STORE_URL.
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

/// A time such as `24h` or `1h 30min`.
fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(time) if time >= Duration::from_secs(1) => Ok(time),
        Ok(_) => Err("expected at least 1s".to_owned()),
        Err(err) => Err(format!("expected a time such as 24h or 30min: {err}")),
    }
}

/// An address and a port. `localhost` is this machine, whoever is asked (RFC 6761, section 6.3); no other name is looked up.
fn listened(text: &str) -> Result<SocketAddr, String> {
    let port = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    if let Some(port) = port {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    let what = "expected an address of this machine and a port, such as 127.0.0.1:9443, 0.0.0.0:9443 or [::1]:9443; of names only localhost is known";
    text.parse().map_err(|_| what.to_owned())
}

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Where to listen; port 0 is one that is free
    #[arg(long, value_name = "ADDRESS", value_parser = listened, default_value = "127.0.0.1:9443")]
    pub(crate) listen: SocketAddr,
    /// Another name by which it is asked for on this machine
    ///
    /// Besides localhost, such as that of a proxy on the same machine. May be given several times.
    #[arg(long = "host", value_name = "NAME")]
    pub(crate) hosts: Vec<String>,
    /// Ask the server that listens there whether it is well, and start none
    ///
    /// For the health checks of containers. The exit status is 0 where `GET /healthz` is answered with success within 5 s, and 1 where it is not.
    /// Nothing secret is sent, so any certificate will do; a server that does not speak TLS is asked without.
    #[cfg(feature = "cluster")]
    #[arg(long)]
    pub(crate) health: bool,
    #[command(flatten)]
    pub(crate) kept: KeptArgs,
    /// Read every bundle when the server starts, and again so long after each time [default: never]
    ///
    /// As `ramp store check` does: what is missing or damaged is logged.
    #[arg(long, value_name = "DURATION", value_parser = duration, hide_short_help = true)]
    pub(crate) check_every: Option<Duration>,
    /// The cluster to simulate: a release such as 7.22, latest, a version, or a target's JSON file [default: latest]
    ///
    /// A version is that of a cluster, such as 7.4.2-54. A data directory that was served as an older release is upgraded to the one that is named
    /// here, from which there is no way back; where none is named, it is left alone.
    #[arg(long, value_name = "RELEASE|FILE", help_heading = "Cluster")]
    pub(crate) target: Option<String>,
    #[command(flatten, next_help_heading = "Cluster")]
    pub(crate) nodes: NodeArgs,
    /// Start as a node without a cluster
    ///
    /// `POST /v1/bootstrap/create_cluster` makes a cluster of it, with the first admin; RAMP_ADMIN_USER and RAMP_ADMIN_PASSWORD are not used. Where
    /// the data directory has a cluster, the node is part of it.
    #[arg(long, help_heading = "Cluster")]
    pub(crate) unbootstrapped: bool,
    /// Start without the modules that come with the release, such as `search`
    #[arg(long, help_heading = "Cluster")]
    pub(crate) without_bundled: bool,
    /// Also refuse what does not pass this policy [default: answer as the cluster does]
    ///
    /// With the code that fits.
    #[arg(long, value_name = "POLICY", value_parser = POLICIES, help_heading = "Cluster")]
    pub(crate) gate: Option<String>,
    /// From where to download dependencies and modules, as nodes do [default: from nowhere]
    ///
    /// Up to 7.22 those that a bundle names but does not contain, and from 8.0.6 on the modules that a bootstrap names; from this host (its ports 80 and 443, or PORT), or with `public` from any host
    /// at a public address, and from nowhere else. May be given several times.
    #[arg(long, value_name = "HOST[:PORT]|public", help_heading = "Cluster")]
    pub(crate) dependencies_from: Vec<DependencySource>,
    /// Serve HTTP without TLS; on a loopback address, or behind a proxy
    #[arg(long, conflicts_with = "certificate", help_heading = "TLS")]
    pub(crate) plain_http: bool,
    /// A proxy before the server, or a network of them such as 10.0.0.0/8
    ///
    /// It is believed for whom it asks and how it was asked: X-Forwarded-For, X-Forwarded-Proto. With --plain-http the server may then listen beyond
    /// loopback, and answers nobody but the proxies and this machine. May be given several times.
    #[arg(long = "behind-proxy", value_name = "ADDRESS", hide_short_help = true, help_heading = "TLS")]
    pub(crate) proxies: Vec<ProxyNetwork>,
    /// The certificate chain, PEM [default: one that the server makes for itself]
    ///
    /// It and its key are read again when they change, and on SIGHUP.
    #[arg(long = "cert", value_name = "FILE", requires = "key", help_heading = "TLS")]
    pub(crate) certificate: Option<PathBuf>,
    /// The key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "certificate", help_heading = "TLS")]
    pub(crate) key: Option<PathBuf>,
    /// Another name or address that the server's own certificate is for
    ///
    /// Besides localhost and the address that it listens on. May be given several times.
    #[arg(long = "tls-name", value_name = "NAME", conflicts_with_all = ["certificate", "plain_http"], hide_short_help = true, help_heading = "TLS")]
    pub(crate) tls_names: Vec<String>,
    /// How long requests under way may take once the server is told to stop
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "8", hide_short_help = true)]
    pub(crate) stop_timeout: Duration,
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
