//! What keeps a bundle from being evaluated. What is wrong with a bundle is a [`Finding`](crate::Finding) instead.

use crate::text::count;
use std::fmt;
use std::io;

/// A bundle, a target or a policy could not be evaluated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Reading the bundle failed.
    #[error("cannot read the bundle")]
    Io(#[from] io::Error),
    /// Evaluating the bundle would cost more than the [`Limits`](crate::Limits) allow.
    #[error("{limit} at least {measured}, over the limit of {allowed}")]
    LimitExceeded {
        /// Which limit.
        limit: Limit,
        /// What was claimed or measured when reading stopped.
        measured: u64,
        /// What is allowed.
        allowed: u64,
    },
    /// An entry is compressed with bzip2 (12) or LZMA (14), which this build cannot read: it was made without the feature
    /// `bzip2-lzma`.
    #[error("the entry `{}` has the compression method {method}, which this build does not \
             include", entry.escape_debug())]
    MethodLeftOut {
        /// Name of the entry.
        entry: String,
        /// Its method.
        method: u16,
    },
    /// What the bundle has for a module is not the one that the caller knows.
    #[error("the module in the bundle is not, byte by byte, what was packed")]
    NotTheKnownModule,
    /// The module does not fit into memory.
    #[error("not enough memory for the module of {size}", size = count(size, "byte"))]
    OutOfMemory {
        /// Its claimed size in bytes.
        size: u64,
    },
}

/// One of the [`Limits`](crate::Limits).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Limit {
    /// [`max_entries`](crate::bundle::BundleLimits::max_entries).
    Entries,
    /// [`max_directory_bytes`](crate::bundle::BundleLimits::max_directory_bytes).
    DirectoryBytes,
    /// Names and extra fields of all local headers together, which may be as long as
    /// [`max_directory_bytes`](crate::bundle::BundleLimits::max_directory_bytes).
    LocalHeaderBytes,
    /// [`max_bytes`](crate::metadata::Limits::max_bytes) of `module.json`.
    MetadataBytes,
    /// Values in `module.json`, see [`json::Limits`](crate::metadata::Limits).
    MetadataValues,
    /// [`max_module_bytes`](crate::Limits::max_module_bytes).
    ModuleBytes,
    /// [`max_bytes`](crate::InflationLimits::max_bytes).
    InflatedBytes,
    /// [`max_entries`](crate::dependency::DependencyLimits::max_entries).
    DependencyArchiveEntries,
    /// [`max_name_bytes`](crate::dependency::DependencyLimits::max_name_bytes).
    DependencyArchiveNameBytes,
    /// [`max_bytes`](crate::dependency::DependencyLimits::max_bytes).
    DependencyArchiveBytes,
}

/// That a limit is exceeded, where that ends a part of the evaluation alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exceeded {
    pub(crate) limit: Limit,
    pub(crate) measured: u64,
    pub(crate) allowed: u64,
}

impl From<Exceeded> for Error {
    fn from(Exceeded { limit, measured, allowed }: Exceeded) -> Self {
        Self::LimitExceeded { limit, measured, allowed }
    }
}

impl Limit {
    pub(crate) const fn check(self, measured: u64, allowed: u64) -> Result<(), Exceeded> {
        if measured > allowed { Err(Exceeded { limit: self, measured, allowed }) } else { Ok(()) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Entries => "the number of entries of the bundle is",
            Self::DirectoryBytes => "the size in bytes of the central directory is",
            Self::LocalHeaderBytes => "the size in bytes of the names and extra fields in the local headers is",
            Self::MetadataBytes => "the size in bytes of `module.json` is",
            Self::MetadataValues => "the number of values in `module.json` is",
            Self::ModuleBytes => "the size in bytes of the module is",
            Self::InflatedBytes => "the number of bytes that the bundle inflates to is",
            Self::DependencyArchiveEntries => "the number of files in an archive under `deps/` is",
            Self::DependencyArchiveNameBytes => "the size in bytes of all names in an archive under `deps/` is",
            Self::DependencyArchiveBytes => "the number of bytes that an archive under `deps/` inflates to is",
        })
    }
}
