//! What reading a zip may cost.

use std::num::NonZeroUsize;

use crate::inflation::InflationLimits;

/// Bounds on the work that reading a zip can cause.
///
/// ```
/// let limits = ramp_core::bundle::BundleLimits { max_entries: 1000, ..Default::default() };
/// assert_eq!(limits.max_directory_bytes, 16 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleLimits {
    /// Records in the central directory. Default 65,535, what a classic end record can count.
    pub max_entries: usize,
    /// Size of the central directory in bytes, and of the names and extra fields in all local headers together.
    /// Default 16 MiB.
    pub max_directory_bytes: u64,
    /// To how much entries may inflate.
    pub inflation: InflationLimits,
    /// How many threads may work on the bundle at a time, the caller's among them. Default 2: content of 512 KiB and more is
    /// hashed on a second one while it is inflated. More are of no use; the result is the same with any number.
    pub threads: NonZeroUsize,
}

impl Default for BundleLimits {
    fn default() -> Self {
        Self {
            max_entries: 65_535,
            max_directory_bytes: 16 << 20,
            inflation: InflationLimits::default(),
            threads: NonZeroUsize::MIN.saturating_add(1),
        }
    }
}
