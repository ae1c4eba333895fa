//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.
//!
//! What is here computes; it reads no file, asks no process and prints nothing. [`Manifest::read`](manifest::Manifest::read)
//! gives the packer's input, [`assemble`](assemble()) makes metadata of it, [`json::to_string`] writes that as the
//! reference does, and [`name::format_name`] names the bundle.

mod assemble;
mod discovery;
pub mod expand;
pub mod json;
pub mod manifest;
pub mod name;
mod options;
pub mod system;
mod value;

pub use assemble::{
    AssembleError, Assembled, ClaimedBy, EmbeddedDependency, Inputs, Launch, ModuleInput, PackWarning, Unused,
    assemble, launch,
};
pub use discovery::{CommandSpec, Discovery};
pub use options::{Options, comma_separated};
