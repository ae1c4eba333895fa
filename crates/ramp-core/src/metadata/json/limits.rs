//! How much of a document is read.

/// How deep arrays and objects may nest, the outermost included, before Python raises `RecursionError`.
///
/// Python 3.11 allows 1000 calls on its stack, shared by the caller's frames and the parser's levels, so the number
/// depends on who calls. This is the one measured (3.11.7) for a script whose top level calls `unpack()`; every
/// frame between the two, as in the `ramp` command or a server, takes one level away.
pub const MAX_DEPTH: usize = 993;

/// What a document may cost. Python sets no limit, so exceeding one means "not evaluated", never "rejected".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The size of the document in bytes. Default: 4 MiB; the largest real ones have some 100 KiB.
    pub max_bytes: usize,
    /// The number of values in it, of any kind. Default: 100,000, some 25 MiB in memory; the largest
    /// real ones have some 10,000.
    pub max_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 4 << 20, max_values: 100_000 }
    }
}
