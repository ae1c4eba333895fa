//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.
//!
//! [`Manifest::read`](manifest::Manifest::read) gives the packer's input, [`assemble`](assemble()) makes metadata of it,
//! [`json::to_string`] writes that as the reference does, [`name::format_name`] names the bundle, and [`write_bundle`]
//! writes it. No process is asked and nothing is printed; but for the folders that [`DependencyArchive`] packs, nothing
//! is read.

mod assemble;
mod deflate;
mod dependency_archive;
mod epoch;
pub mod expand;
pub mod json;
pub mod manifest;
pub mod name;
mod options;
pub mod system;
mod writer;

pub use assemble::{
    AssembleError, Assembled, ClaimedBy, EmbeddedDependency, Inputs, Launch, ModuleInput, PackWarning, Unused,
    assemble, launch,
};
pub use deflate::{CHUNK, DeflateWriter, Deflated, DeflatedText, available_threads, deflate};
pub use dependency_archive::{ArchiveError, ArchiveOptions, DependencyArchive};
pub use epoch::{Epoch, EpochError};
pub use options::{OptionError, Options, comma_separated};
pub use writer::{BundleParts, DependencyPart, ModulePart, WriteError, WriteOptions, write_bundle};
