//! What a compression of archives has to do for the walk.

use std::fmt;

use super::irregularity::Irregularities;
use crate::error::Exceeded;

/// Where what comes out goes.
pub(super) type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Exceeded>;

/// To how much an archive may inflate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// What is beyond is a bomb, of which no more is read.
    pub(super) most: u64,
    /// What is beyond is not looked at.
    pub(super) max_size: u64,
}

/// Reads a compressed file as it comes, from its first byte on, which is known to be that of its format.
pub(super) trait Decompress: fmt::Debug + Send {
    /// Takes the next piece, of any size: the sizes change nothing.
    fn push(&mut self, piece: &[u8], sink: Sink<'_>) -> Result<(), Exceeded>;

    /// There is no more.
    fn finish(&mut self, sink: Sink<'_>) -> Result<(), Exceeded>;

    /// How much has come out.
    fn size(&self) -> u64;

    /// Whether the compressed data was read to its end.
    fn is_whole(&self) -> bool;

    /// What is irregular about the compressed file.
    fn found(self: Box<Self>) -> Irregularities;
}
