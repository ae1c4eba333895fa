//! To how much what is compressed may inflate: in the zip, and in the archives under `deps/`.

use crate::error::{Error, Limit};

/// Bounds on what is inflated.
///
/// ```
/// let limits = ramp_core::InflationLimits { max_bytes: 1 << 30, ..Default::default() };
/// assert_eq!(limits.max_ratio, 50);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InflationLimits {
    /// Size of everything inflated, in bytes. Default 4 GiB. As much again may come out of the archives under `deps/`.
    pub max_bytes: u64,
    /// How many times its compressed size an entry may inflate to before it is a bomb, of which no more is read.
    /// Default 50: real modules inflate to 2 to 5 times theirs. Source: the limit of a large package index.
    pub max_ratio: u64,
    /// Bytes to which `module.json` and the module may each inflate from however little, all other entries together, and all
    /// archives under `deps/` together. Default 40 MiB, the largest module that a cluster of 7.x takes.
    pub ratio_free_bytes: u64,
}

impl Default for InflationLimits {
    fn default() -> Self {
        Self { max_bytes: 4 << 30, max_ratio: 50, ratio_free_bytes: 40 << 20 }
    }
}

impl InflationLimits {
    /// To how much so many compressed bytes may inflate; what is beyond is a bomb.
    pub(crate) fn most_of(&self, compressed: u64) -> u64 {
        self.by_ratio(compressed).max(self.ratio_free_bytes)
    }

    /// To how much so many compressed bytes may inflate wherever the free bytes are used up.
    pub(crate) const fn by_ratio(&self, compressed: u64) -> u64 {
        compressed.saturating_mul(self.max_ratio)
    }
}

/// What a walk over contents may still inflate.
#[derive(Debug, Clone)]
pub(crate) struct Allowance {
    left: u64,
    total: u64,
    /// What is left of [`InflationLimits::ratio_free_bytes`].
    free: u64,
}

impl Allowance {
    pub(crate) const fn new(limits: &InflationLimits) -> Self {
        Self { left: limits.max_bytes, total: limits.max_bytes, free: limits.ratio_free_bytes }
    }

    /// What may inflate yet, at most so much.
    pub(crate) const fn left(&self) -> u64 {
        self.left
    }

    /// To how much something may inflate that may inflate to `by_ratio` anyhow; what is beyond is a bomb.
    pub(crate) fn most(&self, by_ratio: u64) -> u64 {
        by_ratio.max(self.free)
    }

    /// Counts what something has inflated to beyond `by_ratio`.
    pub(crate) const fn spend_free(&mut self, inflated: u64, by_ratio: u64) {
        self.free = self.free.saturating_sub(inflated.saturating_sub(by_ratio));
    }

    /// Counts what something has inflated to, where running out is not an error.
    pub(crate) const fn spend(&mut self, inflated: u64, by_ratio: u64) {
        self.left = self.left.saturating_sub(inflated);
        self.spend_free(inflated, by_ratio);
    }

    /// What comes may inflate from however little again.
    pub(crate) const fn renew_free(&mut self, limits: &InflationLimits) {
        self.free = limits.ratio_free_bytes;
    }

    /// Counts what has come out.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<(), Error> {
        let over = bytes.saturating_sub(self.left);
        self.left = self.left.saturating_sub(bytes);
        if over > 0 {
            let measured = self.total.saturating_add(over);
            return Err(Error::LimitExceeded { limit: Limit::InflatedBytes, measured, allowed: self.total });
        }
        Ok(())
    }
}
