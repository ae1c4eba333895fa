//! Bounds on what a server can cause that a bundle is read from.

use std::time::Duration;

/// Bounds on what a server can cause that a bundle is read from, in time and in size.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemoteLimits {
    /// How long it may take to reach a server. Default 10 s.
    pub connect: Duration,
    /// How long a server may take until it begins to answer. Default 30 s.
    pub answer: Duration,
    /// How long 64 KiB of an answer may take. There is no limit on the whole, as long as it goes on. Default 30 s.
    pub stall: Duration,
    /// Size of a bundle, in bytes. Default 4 GiB, to which everything in a bundle may inflate.
    pub max_bytes: u64,
    /// How often a URL may lead elsewhere. Default 5.
    pub redirects: u32,
    /// How often something is asked for again when the connection fails or the server is busy, until more has come. Default 2.
    pub retries: u32,
    /// How long to wait before that; twice as long each time. Default 250 ms.
    pub backoff: Duration,
}

impl Default for RemoteLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(30),
            max_bytes: ramp_core::InflationLimits::default().max_bytes,
            redirects: 5,
            retries: 2,
            backoff: Duration::from_millis(250),
        }
    }
}
