//! The bits of a stream: the lowest of each byte first.
#![allow(clippy::inline_always)] // as in the loop that refills

use std::io::{self, Read};

use super::error::{Corruption, InflateError};

/// Zeros behind the last byte of the data: what is looked at there is noticed afterwards, by [`Bits::beyond_the_end`].
const PADDING: usize = 64;
/// So many bytes are in the buffer before a header is read, which is shorter, unless the data ends before.
const LOOKAHEAD: usize = 1024;

/// Bits that have been taken out of bytes, the first of them the lowest.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Ready {
    pub(super) bits: u64,
    /// How many of them count, in the lowest six bits; what is above means nothing. Bits beyond them may be there already, and
    /// are then what comes next.
    pub(super) count: u32,
}

impl Ready {
    /// Makes 56 bits at least; gives how many bytes were used up for that.
    #[inline(always)]
    pub(super) const fn refill(&mut self, next: [u8; 8]) -> usize {
        const AT_LEAST: u32 = 0b11_1000;
        self.bits |= u64::from_le_bytes(next) << (self.count & 63);
        let used = 7 - ((self.count >> 3) & 7);
        self.count |= AT_LEAST;
        used as usize
    }
}

/// Data, read in pieces, as bits.
#[derive(Debug)]
pub(super) struct Bits<R> {
    reader: R,
    /// What was read, and the padding.
    pub(super) buffer: Vec<u8>,
    /// The next byte in the buffer that is not among those ready.
    pub(super) position: usize,
    /// Where in the buffer the data ends.
    pub(super) end: usize,
    /// Whether nothing comes behind what is in the buffer.
    pub(super) last: bool,
    /// Bytes that were in the buffer before.
    before: u64,
    /// The next bits, with a count that is exact.
    pub(super) ready: Ready,
}

impl Bits<io::Empty> {
    /// All of the data, from that bit on.
    pub(super) fn in_memory(mut data: Vec<u8>, start: u64) -> Self {
        let end = data.len();
        data.resize(end + PADDING, 0);
        let position = usize::try_from(start / 8).map_or(end, |position| position.min(end));
        let mut ready = Ready::default();
        let next = data[position..].first_chunk().copied().unwrap_or_default();
        let used = ready.refill(next);
        let mut bits =
            Self { reader: io::empty(), buffer: data, position: position + used, end, last: true, before: 0, ready };
        bits.skip((start % 8) as u32);
        bits
    }

    /// The data again.
    pub(super) fn into_memory(mut self) -> Vec<u8> {
        self.buffer.truncate(self.end);
        self.buffer
    }
}

impl<R: Read> Bits<R> {
    pub(super) fn new(reader: R, piece: usize) -> Self {
        let buffer = vec![0; piece.max(2 * LOOKAHEAD).saturating_add(PADDING)];
        Self { reader, buffer, position: 0, end: 0, last: false, before: 0, ready: Ready::default() }
    }

    pub(super) const fn reader_mut(&mut self) -> &mut R {
        &mut self.reader
    }

    /// Reads on where little is left.
    pub(super) fn fetch(&mut self) -> io::Result<()> {
        if self.last || self.end.saturating_sub(self.position) >= LOOKAHEAD {
            return Ok(());
        }
        let used = self.position - self.whole();
        self.buffer.copy_within(used..self.end, 0);
        self.before += used as u64;
        self.end -= used;
        self.position -= used;
        let capacity = self.buffer.len() - PADDING;
        while self.end < LOOKAHEAD {
            match self.reader.read(&mut self.buffer[self.end..capacity]) {
                Ok(0) => {
                    self.last = true;
                    break;
                }
                Ok(read) => self.end += read.min(capacity - self.end),
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
            }
        }
        self.buffer[self.end..][..PADDING].fill(0);
        Ok(())
    }

    /// Makes 56 bits at least of what is in the buffer; those behind the end of the data are zeros.
    pub(super) fn refill(&mut self) -> Result<(), InflateError> {
        if self.beyond_the_end() {
            return Err(InflateError::CutShort);
        }
        if let Some(next) = self.buffer[self.position..].first_chunk() {
            self.position += self.ready.refill(*next);
        }
        Ok(())
    }

    /// Whole bytes among the bits.
    fn whole(&self) -> usize {
        self.ready.count as usize / 8
    }

    /// Takes the next bits, of which there are so many.
    #[allow(clippy::cast_possible_truncation)] // at most 16 bits
    pub(super) fn take(&mut self, count: u32) -> usize {
        let value = self.ready.bits & ((1 << count) - 1);
        self.skip(count);
        value as usize
    }

    pub(super) fn skip(&mut self, count: u32) {
        self.ready.bits >>= count;
        self.ready.count -= count;
    }

    /// Goes on with the next whole byte; takes back those that have become bits, but were not used.
    pub(super) fn align(&mut self) {
        self.position -= self.whole();
        self.ready = Ready::default();
    }

    /// The next bytes, `most` of them at the most; one has to be at a whole byte.
    pub(super) fn bytes(&mut self, most: usize) -> &[u8] {
        let start = self.position;
        self.position += most.min(self.end - start);
        &self.buffer[start..self.position]
    }

    /// What is in the buffer and was not used, from the next whole byte on.
    pub(super) fn unused(&self) -> &[u8] {
        &self.buffer[(self.position - self.whole()).min(self.end)..self.end]
    }

    /// Whether bits have been taken from behind the data.
    pub(super) fn beyond_the_end(&self) -> bool {
        self.position - self.whole() > self.end
    }

    /// What is wrong, unless it is that the data ended before.
    pub(super) fn wrong(&self, corruption: Corruption) -> InflateError {
        if self.beyond_the_end() { InflateError::CutShort } else { corruption.into() }
    }

    /// Bits that were used; behind the end of the data, those that were taken there count too.
    pub(super) fn bits_used(&self) -> u64 {
        (self.before + self.position as u64) * 8 - u64::from(self.ready.count)
    }

    /// Bytes that were used, the last of them perhaps in part.
    pub(super) fn used(&self) -> u64 {
        self.before + (self.position - self.whole()).min(self.end) as u64
    }
}
