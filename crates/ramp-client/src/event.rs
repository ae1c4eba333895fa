//! What is told of an upload or a deletion while it goes on.

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
    /// The cluster installs or deletes the module.
    Acting {
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
