//! Where the bundles are: files that are named by their content.
//!
//! A blob is named by the SHA-256 of its bytes and by the claim that put it there, so it belongs to exactly one build:
//! who deletes a build may delete its blob, whatever others upload meanwhile.

#[cfg(feature = "s3")]
mod bucket;
mod directory;
mod error;
mod interface;
mod measured;
mod name;
mod objects;
#[cfg(feature = "s3")]
mod signed;

#[cfg(feature = "s3")]
pub use bucket::Bucket;
pub use directory::Directory;
pub use error::StorageError;
pub use interface::{Sink, Storage, Work};
pub(crate) use measured::{Measured, Meter, measure};
pub(crate) use name::{blob_name, is_blob_name, is_bundle_name};
pub(crate) use objects::MARK;
#[cfg(feature = "s3")]
pub use signed::SignedBucket;
