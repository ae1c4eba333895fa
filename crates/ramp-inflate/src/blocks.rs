//! A stream, block by block.

use std::io;

use super::bits::Bits;
use super::block::{self, Content};
use super::code::Codes;
use super::error::InflateError;
use super::symbols::{self, SLACK};

/// A block of a stream; places are counted in bits, the lowest of each byte first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Block {
    /// Where it begins: the bit that says whether it is the last.
    pub start: u64,
    /// Where the next one would begin.
    pub end: u64,
    /// Whether it says that it is the last.
    pub is_last: bool,
}

/// Decompresses a stream in memory, block by block: between two of them it may be altered, such as to be joined with others.
///
/// Blocks have no lengths, so where one ends is only found by reading all its codes (RFC 1951 §3.2).
///
/// ```
/// use ramp_inflate::Blocks;
///
/// let mut stream = b"\x4b\x4c\x4a\x4e\x4c\x4a\x06\x00, and more".to_vec();
/// let mut blocks = Blocks::new(100);
/// let block = blocks.inflate(&mut stream, 0).unwrap().unwrap();
/// assert!(block.is_last);
/// assert_eq!((block.start, block.end.div_ceil(8)), (0, 8));
/// assert_eq!(blocks.text(), b"abcabc");
/// ```
#[derive(Debug)]
pub struct Blocks {
    codes: Box<Codes>,
    /// What came out, and room.
    output: Vec<u8>,
    end: usize,
    most: usize,
}

impl Blocks {
    /// For streams of at most so many bytes of text, for which there is room from the beginning on.
    pub fn new(most: usize) -> Self {
        // One byte more: only where there is room for it, the end of a block is read.
        let room = most.saturating_add(1).saturating_add(SLACK);
        Self { codes: Box::default(), output: vec![0; room], end: 0, most }
    }

    /// What came out of the blocks so far, one after the other.
    pub fn text(&self) -> &[u8] {
        self.output.get(..self.end).unwrap_or_default()
    }

    /// Forgets what came out: what comes is another stream.
    pub const fn restart(&mut self) {
        self.end = 0;
    }

    /// Decompresses the block that begins with that bit, behind the text of those before; `None` where there is more text than
    /// there is room for. The stream is lengthened meanwhile, which costs nothing where 64 bytes more have been reserved.
    ///
    /// # Errors
    ///
    /// That the block is cut short, or corrupt. There is no telling how much text came out of it.
    pub fn inflate(&mut self, stream: &mut Vec<u8>, start: u64) -> Result<Option<Block>, InflateError> {
        let mut bits = Bits::in_memory(std::mem::take(stream), start);
        let block = self.block(&mut bits, start);
        *stream = bits.into_memory();
        Ok(block?.filter(|_| self.end <= self.most))
    }

    fn block(&mut self, bits: &mut Bits<io::Empty>, start: u64) -> Result<Option<Block>, InflateError> {
        let header = block::read(bits, &mut self.codes)?;
        let is_whole = match header.content {
            Content::Stored(length) => self.stored(bits, length)?,
            Content::Symbols => symbols::decode(bits, &self.codes, &mut self.output, &mut self.end)?,
        };
        Ok(is_whole.then(|| Block { start, end: bits.bits_used(), is_last: header.last }))
    }

    fn stored(&mut self, bits: &mut Bits<io::Empty>, length: usize) -> Result<bool, InflateError> {
        if length > self.most.saturating_sub(self.end) {
            return Ok(false);
        }
        let stored = bits.bytes(length);
        if stored.len() < length {
            return Err(InflateError::CutShort);
        }
        self.output[self.end..][..length].copy_from_slice(stored);
        self.end += length;
        Ok(true)
    }
}
