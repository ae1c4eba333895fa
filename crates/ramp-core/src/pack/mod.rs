//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.

mod discovery;
pub mod expand;
pub mod json;
pub mod manifest;
pub mod name;
pub mod system;
mod value;

pub use discovery::{CommandSpec, Discovery};
