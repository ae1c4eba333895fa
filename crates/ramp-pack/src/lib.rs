#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod assemble;
pub mod check;
mod deflate;
mod dependency_archive;
mod epoch;
pub mod expand;
pub mod json;
pub mod manifest;
pub mod name;
mod options;
pub mod propose;
pub mod system;
mod writer;
pub mod yaml;

pub use assemble::{
    AssembleError, Assembled, ClaimedBy, EmbeddedDependency, Inputs, Launch, ModuleInput, PackWarning, Unused,
    assemble, launch,
};
pub use deflate::{CHUNK, DeflateWriter, Deflated, DeflatedText, available_threads, deflate};
pub use dependency_archive::{ArchiveError, ArchiveOptions, DependencyArchive};
pub use epoch::{Epoch, EpochError};
pub use options::{OptionError, Options, comma_separated};
pub use writer::{BundleParts, DependencyPart, ModulePart, WriteError, WriteOptions, write_bundle};
