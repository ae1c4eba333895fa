//! What a server is told.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ramp_core::{Policy, Target};

use crate::dependencies::DependencySource;
use crate::http::{ProxyNetwork, Transport};
use crate::limits::ServerLimits;
use crate::storage::Storage;
use crate::store::Store;

/// Everything a server is told: what [`new`](Config::new) says, and what is changed of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where to listen; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// The directory for the catalogue, the certificate, and what is just being uploaded. One server uses it at a time.
    pub data_dir: PathBuf,
    /// The catalogue; by default a SQLite file in the data directory. Servers can share one that other processes reach, such as a
    /// [`RedisStore`](crate::store::RedisStore); what is acknowledged is as durable as the store makes it.
    pub store: Option<Arc<dyn Store>>,
    /// The bundles; by default the directory `blobs` in the data directory.
    pub storage: Option<Arc<dyn Storage>>,
    /// The cluster that is played. Its version says which endpoints there are; its nodes are listed, and the first is this one.
    pub target: Target,
    /// Whether a catalogue that was served as an older release is taken to that of the target: there is no way back.
    pub upgrades: bool,
    /// Whether the server starts as a node without a cluster, which is made of it by `POST /v1/bootstrap/create_cluster`, with the first
    /// admin. Where the catalogue has users, there is a cluster all the same.
    pub unbootstrapped: bool,
    /// Whether the modules that come with the release are not there. They are by default, with `is_bundled`.
    pub without_bundled: bool,
    /// What is enforced beyond what a cluster refuses: a bundle that does not pass is refused too. `None` answers as the cluster does.
    pub gate: Option<Policy>,
    /// How connections are protected.
    pub transport: Transport,
    /// Names and addresses that the self-made certificate is for, besides `localhost`, loopback and where the server listens. It is made
    /// anew where one is missing in it. Each is also one by which the server may be asked for on this machine, as one of `hosts` is.
    pub tls_names: Vec<String>,
    /// The proxies before the server. They are believed whose request it is that they send, and how it came to them (`X-Forwarded-For`,
    /// `X-Forwarded-Proto`). With [`Transport::Plain`] the server may then listen beyond loopback, and answers nobody but them and this machine.
    pub proxies: Vec<ProxyNetwork>,
    /// Name of the admin that is made when there is no user yet.
    pub admin_user: String,
    /// Its password; without one, one is made.
    pub admin_password: Option<String>,
    /// From where dependencies are downloaded that a bundle names and does not hold, as nodes up to 7.22 do, and modules that a bootstrap
    /// names, from 8.0.6 on. Empty: from nowhere; nobody looks whether dependencies are there, and no module is.
    pub dependencies_from: Vec<DependencySource>,
    /// Names by which it is asked for on this machine, besides `localhost` and addresses. Under any other name that leads to a
    /// loopback address, a page of another site may be behind it.
    pub hosts: Vec<String>,
    /// How long after each check every bundle is read again and held against the catalogue, the first time when the server starts; never where that is
    /// `None`, the default.
    pub check_every: Option<Duration>,
    /// Bounds on what clients can cause.
    pub limits: ServerLimits,
}

impl Config {
    /// A server of that target on a data directory: SQLite, blobs beside it, TLS, loopback, the port of clusters.
    pub fn new(target: Target, data_dir: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 9443)),
            data_dir: data_dir.into(),
            store: None,
            storage: None,
            target,
            upgrades: true,
            unbootstrapped: false,
            without_bundled: false,
            gate: None,
            transport: Transport::SelfMade,
            tls_names: Vec::new(),
            proxies: Vec::new(),
            admin_user: "admin@ramp.local".to_owned(),
            admin_password: None,
            dependencies_from: Vec::new(),
            hosts: Vec::new(),
            check_every: None,
            limits: ServerLimits::default(),
        }
    }
}
