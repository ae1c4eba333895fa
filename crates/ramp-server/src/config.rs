//! What a server is told.

use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use ramp_core::{Policy, Target};

use crate::dependencies::DependencySource;

/// Everything a server is told.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// The directory for the catalogue, the certificate, and what is just being uploaded. One server uses it at a time.
    pub data_dir: PathBuf,
    /// The catalogue: `sqlite`, in the data directory, or `redis://…` or `redis+unix://…`, which servers can share. What is
    /// acknowledged is then as durable as that Redis server makes it: `appendonly yes`, `appendfsync always`.
    pub store: String,
    /// The bundles: a directory, or `s3://bucket/prefix`; `blobs` in the data directory if not given.
    pub blobs: Option<String>,
    /// The cluster that is played. Its version says which endpoints there are; its nodes are listed, and the first is this one.
    pub target: Target,
    /// How bundles are judged. [`Policy::reference`] answers as the cluster does.
    pub policy: Policy,
    /// How connections are protected.
    pub transport: Transport,
    /// Name of the admin that is made when there is no user yet.
    pub admin_user: String,
    /// Its password; without one, one is made.
    pub admin_password: Option<String>,
    /// From where dependencies are downloaded that a bundle names and does not hold, as nodes up to 7.22 do. Empty: from
    /// nowhere, and nobody looks whether they are there.
    pub dependencies_from: Vec<DependencySource>,
    /// Bounds on what clients can cause.
    pub limits: ServerLimits,
}

/// How connections are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// Not at all; on loopback only.
    Plain,
    /// TLS, with a certificate that the server makes for itself and keeps in its data directory.
    SelfMade,
    /// TLS, with a certificate chain and its key, both PEM.
    Files {
        /// The chain, the server's own certificate first.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// Bounds on what clients can cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Size of an upload's body, in bytes. Default 1 GiB.
    pub max_upload_bytes: u64,
    /// Size of a JSON body, in bytes; it is held in memory. Default 1 MiB.
    pub max_json_bytes: usize,
    /// Open connections; further ones wait. Default 4096, or what the system's limit on open files allows.
    pub max_connections: usize,
    /// Bundles that are judged at a time, if nothing in them is larger than 1 MiB; large ones are judged one after the other,
    /// since the module of each is held in memory. Default: one a core.
    pub max_judging: NonZeroUsize,
    /// How long a client may take to send the head of a request. Default 30 s.
    pub head_timeout: Duration,
    /// How long a client may send nothing in the middle of a body. Default 30 s.
    pub idle_timeout: Duration,
    /// How long an upload may take to arrive. Default 30 min.
    pub upload_timeout: Duration,
    /// Size of all that is downloaded for the dependencies of one bundle, in bytes. Default 1 GiB, as for an upload.
    pub max_dependencies_bytes: u64,
    /// How long it may take to find the address of a dependency's host, to connect to it, and to agree on TLS; each of them.
    /// Default 10 s.
    pub dependency_connect_timeout: Duration,
    /// How long downloading all dependencies of one bundle may take, with the wait for others'. Default 5 min.
    pub dependencies_timeout: Duration,
    /// How long requests under way may take once the server is told to stop. Default 30 s.
    pub shutdown_timeout: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_upload_bytes: 1 << 30,
            max_json_bytes: 1 << 20,
            max_connections: 4096,
            max_judging: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            head_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(30),
            upload_timeout: Duration::from_secs(30 * 60),
            max_dependencies_bytes: 1 << 30,
            dependency_connect_timeout: Duration::from_secs(10),
            dependencies_timeout: Duration::from_secs(5 * 60),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

impl Config {
    /// A server of that target on a data directory: SQLite, blobs beside it, TLS, loopback, the port of clusters.
    pub fn new(target: Target, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 9443)),
            data_dir: data_dir.into(),
            store: "sqlite".to_owned(),
            blobs: None,
            target,
            policy: Policy::reference(),
            transport: Transport::SelfMade,
            admin_user: "admin@ramp.local".to_owned(),
            admin_password: None,
            dependencies_from: Vec::new(),
            limits: ServerLimits::default(),
        }
    }
}
