//! Packing: from a manifest and what a module says of itself to metadata, and from there to a bundle.

mod deflate;
mod discovery;
mod epoch;

pub use deflate::{CHUNK, DeflateWriter, Deflated, available_threads, deflate};
pub use discovery::{CommandSpec, Discovery};
pub use epoch::{Epoch, EpochError};
