//! How large a manifest may be, and how much of it is quoted.

/// The largest manifest, in bytes. Real ones have a few KiB.
pub const MAX_BYTES: usize = 1 << 20;

/// How deep lists and mappings may nest. Real ones need four levels.
pub const MAX_DEPTH: usize = 64;

/// The largest manifest with its aliases written out, as JSON, in bytes.
pub const MAX_EXPANDED_BYTES: usize = 4 << 20;

/// How much of a key or value an error or a warning quotes, in characters.
pub(super) const QUOTED: usize = 100;
