//! What a bundle may cost: memory, time, nesting.

use std::num::NonZeroUsize;

use crate::module::ModuleLimits;

/// Bounds on the work that one bundle can cause, enforced while it is read.
///
/// Running into a limit is no finding: the bundle could not be evaluated, and the caller gets
/// [`Error::LimitExceeded`](crate::Error::LimitExceeded).
///
/// ```
/// let limits = ramp_core::bundle::Limits { max_module_bytes: 64 << 20, ..Default::default() };
/// assert_eq!(limits.max_metadata_bytes, 16 << 20);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Records in the central directory. Default 65,535, what a classic end record can count.
    pub max_entries: usize,
    /// Size of the central directory in bytes, and of the names and extra fields in all local headers together.
    /// Default 16 MiB.
    pub max_directory_bytes: u64,
    /// Size of `module.json` once inflated, in bytes. Default 16 MiB.
    pub max_metadata_bytes: u64,
    /// Values of any kind in `module.json`. Default 200,000, which take some 50 MiB.
    pub max_metadata_values: usize,
    /// Size of the module once inflated, in bytes; the module is held in memory. Default 1 GiB, twice the largest
    /// module that any cluster takes.
    pub max_module_bytes: u64,
    /// Size of everything inflated, in bytes. Default 4 GiB. As much again may come out of the archives under `deps/`.
    pub max_inflated_bytes: u64,
    /// Files and folders in one archive under `deps/`. Default 100,000, as many as
    /// are packed at most; a Python environment has some ten thousand.
    pub max_dependency_archive_entries: usize,
    /// Bytes in the names of one archive under `deps/`, which are held in memory while it is walked over. Default 8 MiB.
    pub max_dependency_archive_name_bytes: u64,
    /// What one archive under `deps/` inflates to, in bytes. Default 2 GiB.
    pub max_dependency_archive_bytes: u64,
    /// How many times its compressed size an entry may inflate to before it is a bomb, of which no more is read.
    /// Default 50: real modules inflate to 2 to 5 times theirs. Source: the limit of a large package index.
    pub max_ratio: u64,
    /// Bytes to which `module.json` and the module may each inflate from however little, all other entries together, and all
    /// archives under `deps/` together. Default 40 MiB, the largest module that a cluster of 7.x takes.
    pub ratio_free_bytes: u64,
    /// How many threads may work on the bundle at a time, the caller's among them. Default 2: content of 512 KiB and more is
    /// hashed on a second one while it is inflated, and large files under `deps/` are read two at a time. More are of no use;
    /// the result is the same with any number.
    pub threads: NonZeroUsize,
    /// Bounds on the tables of the module.
    pub module: ModuleLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_entries: 65_535,
            max_directory_bytes: 16 << 20,
            max_metadata_bytes: 16 << 20,
            max_metadata_values: 200_000,
            max_module_bytes: 1 << 30,
            max_inflated_bytes: 4 << 30,
            max_dependency_archive_entries: 100_000,
            max_dependency_archive_name_bytes: 8 << 20,
            max_dependency_archive_bytes: 2 << 30,
            max_ratio: 50,
            ratio_free_bytes: 40 << 20,
            threads: NonZeroUsize::MIN.saturating_add(1),
            module: ModuleLimits::default(),
        }
    }
}

impl Limits {
    /// To how much so many compressed bytes may inflate; what is beyond is a bomb.
    pub(crate) fn most_of(&self, compressed: u64) -> u64 {
        self.by_ratio(compressed).max(self.ratio_free_bytes)
    }

    /// To how much so many compressed bytes may inflate wherever the free bytes are used up.
    pub(crate) const fn by_ratio(&self, compressed: u64) -> u64 {
        compressed.saturating_mul(self.max_ratio)
    }
}
