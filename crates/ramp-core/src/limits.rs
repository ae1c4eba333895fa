//! What a bundle may cost: memory, time, nesting.

use std::num::NonZeroUsize;

use crate::bundle::BundleLimits;
use crate::dependency::DependencyLimits;
use crate::metadata;
use crate::module::ModuleLimits;

/// Bounds on the work that one bundle can cause, enforced while it is read: those of each part.
///
/// Running into one of the zip's or of `module.json`'s is not a finding: the bundle could not be evaluated, and the caller gets
/// [`Error::LimitExceeded`](crate::Error::LimitExceeded). A module's tables, or an archive under `deps/`, beyond theirs are a
/// finding: the rest is judged all the same.
///
/// ```
/// use ramp_core::Limits;
///
/// let mut limits = Limits::default();
/// limits.max_module_bytes = 64 << 20;
/// limits.bundle.inflation.max_bytes = 1 << 30;
/// assert_eq!(limits.metadata.max_bytes, 4 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The zip: how many entries, to how much they inflate, on how many threads.
    pub bundle: BundleLimits,
    /// `module.json`: its size once inflated, its values.
    pub metadata: metadata::Limits,
    /// Size of the module once inflated, in bytes; the module is held in memory. Default 1 GiB, twice the largest
    /// module that any cluster takes.
    pub max_module_bytes: u64,
    /// The tables of the module.
    pub module: ModuleLimits,
    /// The archives under `deps/`. What all of them together may inflate to is `bundle.inflation`, counted anew.
    pub dependency: DependencyLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bundle: BundleLimits::default(),
            metadata: metadata::Limits::default(),
            max_module_bytes: 1 << 30,
            module: ModuleLimits::default(),
            dependency: DependencyLimits::default(),
        }
    }
}

impl Limits {
    /// These limits, with so many threads working on a bundle at a time: the caller's and, from two on, one that hashes.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    ///
    /// let limits = ramp_core::Limits::default().threads(NonZeroUsize::MIN);
    /// assert_eq!(limits.bundle.threads.get(), 1);
    /// ```
    #[must_use]
    pub fn threads(mut self, threads: NonZeroUsize) -> Self {
        self.bundle.threads = threads;
        self
    }
}
