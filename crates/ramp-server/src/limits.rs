//! Bounds on what clients can cause.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Bounds on what clients can cause.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerLimits {
    /// Size of an upload's body, and of a bundle that a bootstrap names, in bytes. Default 1 GiB.
    pub max_upload_bytes: u64,
    /// Size of a JSON body, in bytes; it is held in memory. Default 1 MiB.
    pub max_json_bytes: usize,
    /// Open connections; beyond them, a new one takes the place of one on which no request is under way, or waits. Default 4096, or what the system's limit on open files allows.
    pub max_connections: usize,
    /// Bundles that are judged at a time, if nothing in them is larger than 1 MiB; large ones are judged one after the other,
    /// since the module of each is held in memory. Default: one a core.
    pub max_judging: NonZeroUsize,
    /// Uploads that may wait to be judged; half of them may be one user's. Default 1024.
    pub max_waiting_uploads: usize,
    /// Bundles that may wait to be validated, as uploads may. They are validated one after the other, beside the uploads. Default 64.
    pub max_waiting_validations: usize,
    /// Databases that there are; no more are made. Default 500.
    pub max_databases: usize,
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
    /// How long it may take to find the address of the host of a dependency or a bundle, to connect to it, and to agree on TLS; each of them.
    /// Default 10 s.
    pub dependency_connect_timeout: Duration,
    /// How long downloading all dependencies of one bundle may take, or a bundle that a bootstrap names, with the wait for others'. Default
    /// 5 min.
    pub dependencies_timeout: Duration,
    /// How often it is looked whether the storage is still this server's, and has what the catalogue has. Default 10 min.
    pub stock_interval: Duration,
    /// Bytes that must be free where uploads are received and where bundles are kept, for the server to be ready. Default 128 MiB.
    pub min_free_bytes: u64,
    /// For how long it counts what was seen of whether the server is ready. Default 5 s.
    pub readiness_interval: Duration,
    /// How often it is looked whether the files of the certificate are others. Default 10 s.
    pub certificate_interval: Duration,
    /// How long a stop may take: requests under way, and telling the storage of the end. Default 8 s; container runtimes kill after 10.
    pub shutdown_timeout: Duration,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            max_upload_bytes: 1 << 30,
            max_json_bytes: 1 << 20,
            max_connections: 4096,
            max_judging: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            max_waiting_uploads: 1024,
            max_waiting_validations: 64,
            max_databases: 500,
            head_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(30),
            json_timeout: Duration::from_secs(60),
            answer_timeout: Duration::from_secs(5 * 60),
            upload_timeout: Duration::from_secs(30 * 60),
            max_dependencies_bytes: 1 << 30,
            dependency_connect_timeout: Duration::from_secs(10),
            dependencies_timeout: Duration::from_secs(5 * 60),
            stock_interval: Duration::from_secs(10 * 60),
            min_free_bytes: 128 << 20,
            readiness_interval: Duration::from_secs(5),
            certificate_interval: Duration::from_secs(10),
            shutdown_timeout: Duration::from_secs(8),
        }
    }
}
