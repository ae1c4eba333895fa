//! What walking over the archives under `deps/` may cost.

/// Bounds on the work that one archive under `deps/` can cause.
///
/// ```
/// let limits = ramp_core::dependency::DependencyLimits { max_entries: 1000, ..Default::default() };
/// assert_eq!(limits.max_bytes, 2 << 30);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyLimits {
    /// Files and folders in one archive. Default 100,000, as many as are packed at most; a Python environment has some ten
    /// thousand.
    pub max_entries: usize,
    /// Bytes in the names of one archive, which are held in memory while it is walked over. Default 8 MiB.
    pub max_name_bytes: u64,
    /// What one archive inflates to, in bytes. Default 2 GiB.
    pub max_bytes: u64,
}

impl Default for DependencyLimits {
    fn default() -> Self {
        Self { max_entries: 100_000, max_name_bytes: 8 << 20, max_bytes: 2 << 30 }
    }
}
