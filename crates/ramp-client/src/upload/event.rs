//! What is told of an upload: while it goes on, and at its end.

use ramp_core::Endpoint;

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A step begins.
    Step(&'a str),
    /// So much of a body has gone.
    Sent {
        /// Bytes that have gone.
        sent: u64,
        /// Bytes there are.
        total: u64,
    },
    /// The cluster installs the module.
    Installing {
        /// The action.
        action_uid: &'a str,
        /// How far it is, in percent, where it is told.
        progress: Option<u8>,
    },
    /// A step is undone, because a later one failed.
    Undoing(&'a str),
    /// The bundle is there; something about it is not known.
    Unknown(&'a str),
}

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
