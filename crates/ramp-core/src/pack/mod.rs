//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.

mod deflate;
mod dependency_archive;
mod discovery;
mod epoch;
mod writer;

pub use deflate::{CHUNK, DeflateWriter, Deflated, available_threads, deflate};
pub use dependency_archive::{ArchiveError, ArchiveOptions, DependencyArchive};
pub use discovery::{CommandSpec, Discovery};
pub use epoch::{Epoch, EpochError};
pub use writer::{BundleParts, DependencyPart, WriteError, WriteOptions, write_bundle};
