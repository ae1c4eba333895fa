//! Where the blocks of a stream are.

use std::io::Read;

use super::bits::Bits;
use super::block::{self, Content};
use super::code::Codes;
use super::error::{Corruption, InflateError};

/// Pieces in which a stream is read.
const PIECE: usize = 64 << 10;

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

/// The blocks of a stream, one after the other, up to the last: nothing is decompressed, and where matches reach is not looked at.
///
/// Blocks have no lengths, so where one ends is only found by reading all its codes (RFC 1951 §3.2).
///
/// ```
/// use ramp_inflate::Blocks;
///
/// let stream = b"\x4b\x4c\x4a\x4e\x4c\x4a\x06\x00, and more";
/// let blocks: Vec<_> = Blocks::new(&stream[..]).collect::<Result<_, _>>().unwrap();
/// assert_eq!(blocks.len(), 1);
/// assert!(blocks[0].is_last);
/// assert_eq!((blocks[0].start, blocks[0].end.div_ceil(8)), (0, 8));
/// ```
#[derive(Debug)]
pub struct Blocks<R> {
    bits: Bits<R>,
    codes: Box<Codes>,
    done: bool,
}

impl<R: Read> Blocks<R> {
    /// The blocks of the stream that begins with the next byte of `input`.
    pub fn new(input: R) -> Self {
        Self { bits: Bits::new(input, PIECE), codes: Box::default(), done: false }
    }

    /// How many bits were read; after an error, about where it is.
    pub fn bits_read(&self) -> u64 {
        self.bits.bits_used()
    }

    fn block(&mut self) -> Result<Block, InflateError> {
        self.bits.fetch()?;
        let start = self.bits_read();
        let header = block::read(&mut self.bits, &mut self.codes)?;
        match header.content {
            Content::Stored(length) => self.skip_bytes(length)?,
            Content::Symbols => self.skip_symbols()?,
        }
        Ok(Block { start, end: self.bits_read(), is_last: header.last })
    }

    fn skip_bytes(&mut self, mut left: usize) -> Result<(), InflateError> {
        while left > 0 {
            self.bits.fetch()?;
            match self.bits.bytes(left).len() {
                0 => return Err(InflateError::CutShort),
                skipped => left -= skipped,
            }
        }
        Ok(())
    }

    fn skip_symbols(&mut self) -> Result<(), InflateError> {
        let (bits, codes) = (&mut self.bits, &self.codes);
        loop {
            bits.fetch()?;
            // A length and a distance have at most 15 + 5 and 15 + 13 bits: they are all there.
            bits.refill()?;
            let mut entry = codes.literal(bits.ready.bits);
            if !entry.is_literal() && entry.is_other() && entry.is_table() {
                bits.skip(entry.bits());
                entry = codes.literal_in(entry, bits.ready.bits);
            }
            if entry.is_literal() {
                bits.skip(entry.bits());
                continue;
            }
            if entry.is_other() {
                if !entry.is_end_of_block() {
                    return Err(bits.wrong(Corruption::LiteralCode));
                }
                bits.skip(entry.bits());
                return if bits.beyond_the_end() { Err(InflateError::CutShort) } else { Ok(()) };
            }
            bits.skip(entry.bits());
            let mut entry = codes.distance(bits.ready.bits);
            if entry.is_other() && entry.is_table() {
                bits.skip(entry.bits());
                entry = codes.distance_in(entry, bits.ready.bits);
            }
            if entry.is_other() {
                return Err(bits.wrong(Corruption::DistanceCode));
            }
            bits.skip(entry.bits());
        }
    }
}

impl<R: Read> Iterator for Blocks<R> {
    type Item = Result<Block, InflateError>;

    /// The next block; after the last, and after an error, there is none.
    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let block = self.block();
        self.done = block.as_ref().map_or(true, |block| block.is_last);
        Some(block)
    }
}

impl<R: Read> std::iter::FusedIterator for Blocks<R> {}
