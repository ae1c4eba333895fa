#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod bits;
mod block;
mod blocks;
mod code;
mod error;
mod stream;
mod symbols;

pub use blocks::{Block, Blocks};
pub use error::{Corruption, InflateError};
pub use stream::Inflate;
