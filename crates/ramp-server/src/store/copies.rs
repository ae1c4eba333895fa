//! Copies of a catalogue, as a backup holds them.

/// What the copies of a catalogue are: what made them, and the number of its layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyForm {
    /// The kind of catalogue, such as `sqlite`. One is put back into its own kind only.
    pub kind: &'static str,
    /// The layout of what is in it. An older one is brought forward when it is put back; a newer one is refused.
    pub schema: i64,
}

/// Where it stands whether a restore has ended: beside the settings, under a name that none of the cluster's has.
pub(crate) const RESTORE: &str = "restore";
/// Where it stands who looks after the storage, likewise.
pub(crate) const TERMS: &str = "storage terms";
/// The settings that are a catalogue's own: they come with no copy, and stay whatever is taken from one.
pub const OWN_SETTINGS: [&str; 2] = [RESTORE, TERMS];
