//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.

mod discovery;

pub use discovery::{CommandSpec, Discovery};
