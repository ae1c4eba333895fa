//! Bounds on what clients can cause.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Bounds on what clients can cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Size of an upload's body, in bytes. Default 1 GiB.
    pub max_upload_bytes: u64,
    /// Size of a JSON body, in bytes; it is held in memory. Default 1 MiB.
    pub max_json_bytes: usize,
    /// Open connections; beyond them, a new one takes the place of one on which no request is under way, or waits. Default 4096, or what the system's limit on open files allows.
    pub max_connections: usize,
    /// Bundles that are judged at a time, if nothing in them is larger than 1 MiB; large ones are judged one after the other,
    /// since the module of each is held in memory. Default: one a core.
    pub max_judging: NonZeroUsize,
    /// How long a client may take to send the head of a request. Default 30 s.
    pub head_timeout: Duration,
    /// How long a client may send nothing in the middle of a body, or take nothing of an answer. Default 30 s.
    pub idle_timeout: Duration,
    /// How long a JSON body may take to arrive. Default 60 s.
    pub json_timeout: Duration,
    /// How long a client may be behind with taking what it is answered. Default 5 min.
    pub answer_timeout: Duration,
    /// How long an upload may take to arrive. Default 30 min.
    pub upload_timeout: Duration,
    /// Size of all that is downloaded for the dependencies of one bundle, in bytes. Default 1 GiB, as for an upload.
    pub max_dependencies_bytes: u64,
    /// How long it may take to find the address of a dependency's host, to connect to it, and to agree on TLS; each of them.
    /// Default 10 s.
    pub dependency_connect_timeout: Duration,
    /// How long downloading all dependencies of one bundle may take, with the wait for others'. Default 5 min.
    pub dependencies_timeout: Duration,
    /// How often it is looked whether the storage is still this server's, and has what the catalogue has. Default 10 min.
    pub stock_interval: Duration,
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
            json_timeout: Duration::from_secs(60),
            answer_timeout: Duration::from_secs(5 * 60),
            upload_timeout: Duration::from_secs(30 * 60),
            max_dependencies_bytes: 1 << 30,
            dependency_connect_timeout: Duration::from_secs(10),
            dependencies_timeout: Duration::from_secs(5 * 60),
            stock_interval: Duration::from_secs(10 * 60),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}
