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
mod read_back;
pub mod repair;
pub mod system;
mod writer;
pub mod yaml;

pub use assemble::{
    AssembleError, Assembled, ClaimedBy, EmbeddedDependency, Inputs, Launch, ModuleInput, PackWarning, Unused,
    assemble, assemble_all, launch, launch_all,
};
pub use deflate::{Altered, CHUNK, DeflateWriter, Deflated, DeflatedText, Miscompressed, available_threads, deflate};
pub use dependency_archive::{ArchiveError, ArchiveOptions, DependencyArchive};
pub use epoch::{Epoch, EpochError};
pub use options::{OptionError, Options, comma_separated};
pub use read_back::{ModuleSums, ReadBackError, read_back};
pub use writer::{BundleParts, DependencyPart, ModulePart, WriteError, WriteOptions, write_bundle};
