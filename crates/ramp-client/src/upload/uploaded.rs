//! What is told of an upload at its end.

use ramp_core::Endpoint;

/// A bundle that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// How it was sent.
    pub endpoint: Endpoint,
    /// The module's `uid`.
    pub module_uid: Option<String>,
    /// The action that installed it (v2).
    pub action_uid: Option<String>,
    /// The nodes that were sent the artifact (user-defined); those that share an address are one.
    pub nodes: Vec<u64>,
}
