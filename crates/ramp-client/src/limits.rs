//! Bounds on what a cluster can cause.

use std::time::Duration;

/// Bounds on what a cluster can cause, in time and in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientLimits {
    /// How long it may take to reach a node. Default 10 s.
    pub connect: Duration,
    /// How long a question may take, from the first byte to the last of the answer. Default 30 s.
    pub answer: Duration,
    /// How long a node may take nothing in the middle of an upload. Default 60 s.
    pub stall: Duration,
    /// How long a node may work on a bundle that it has received. Default 10 min.
    pub install: Duration,
    /// How long an action of the cluster may take. Default 10 min.
    pub action: Duration,
    /// How long to wait before asking for an action again. Default 1 s.
    pub poll: Duration,
    /// Size of an answer, in bytes. Default 8 MiB.
    pub max_answer_bytes: u64,
    /// How often a question is asked again when the connection fails or the cluster is busy. Default 2.
    pub retries: u32,
    /// How long to wait before it is asked again; twice as long each time. Default 250 ms.
    pub backoff: Duration,
}

impl Default for ClientLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(60),
            install: Duration::from_secs(600),
            action: Duration::from_secs(600),
            poll: Duration::from_secs(1),
            max_answer_bytes: 8 << 20,
            retries: 2,
            backoff: Duration::from_millis(250),
        }
    }
}
