//! DEFLATE (RFC 1951), decompressed as it streams by.
//!
//! Libraries either stream or are fast: this is the one thing that a validator of bundles does all day, and it takes some
//! three quarters of the time of the fastest library at hand that streams (docs/performance.md). What it takes for a sound stream is
//! exactly what zlib does, which the reference reads with; a fuzz target compares the two.

mod bits;
mod block;
mod code;
mod symbols;
#[cfg(test)]
mod tests;

use std::io::{self, Read};
use std::ops::Range;

use bits::Bits;
use code::Codes;

/// How far back a match may reach.
const WINDOW: usize = 32 << 10;

/// Why decompressing ended before the stream did.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InflateError {
    /// There is no more data, but the stream goes on.
    #[error("the compressed data is cut short")]
    CutShort,
    /// The data is no sound stream.
    #[error(transparent)]
    Corrupt(#[from] Corruption),
    /// The data could not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// What is wrong with a stream, in zlib's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Corruption {
    /// A block is of the type 3, which is reserved.
    #[error("invalid block type")]
    BlockType,
    /// The length of a stored block and its complement differ.
    #[error("invalid stored block lengths")]
    StoredLengths,
    /// A block announces more than 286 codes for literals and lengths, or more than 30 for distances.
    #[error("too many length or distance symbols")]
    TooManySymbols,
    /// The code that the code lengths are written in is not complete.
    #[error("invalid code lengths set")]
    CodeLengthsSet,
    /// A code length is to be repeated where there is none, or beyond the last.
    #[error("invalid bit length repeat")]
    Repeat,
    /// A block cannot end.
    #[error("invalid code -- missing end-of-block")]
    NoEndOfBlock,
    /// The code for literals and lengths is not complete.
    #[error("invalid literal/lengths set")]
    LiteralsSet,
    /// The code for distances is not complete.
    #[error("invalid distances set")]
    DistancesSet,
    /// Bits that stand for no literal and no length.
    #[error("invalid literal/length code")]
    LiteralCode,
    /// Bits that stand for no distance.
    #[error("invalid distance code")]
    DistanceCode,
    /// A match begins before the first byte.
    #[error("invalid distance too far back")]
    TooFarBack,
}

impl From<InflateError> for io::Error {
    fn from(error: InflateError) -> Self {
        match error {
            InflateError::CutShort => Self::new(io::ErrorKind::UnexpectedEof, error),
            InflateError::Corrupt(_) => Self::new(io::ErrorKind::InvalidData, error),
            InflateError::Io(error) => error,
        }
    }
}

/// Where in a stream one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a block.
    Header,
    /// In a stored block, of which so many bytes are left.
    Stored { left: usize },
    /// In a compressed block.
    Symbols,
    /// Behind the last block.
    End,
    /// Where the data has ended.
    CutShort,
    /// Where the stream is unsound.
    Corrupt(Corruption),
}

/// A decompressor over what a reader gives.
///
/// ```
/// use ramp_core::inflate::Inflate;
///
/// let mut inflate = Inflate::new(&b"\x4b\x4c\x4a\x4e\x4c\x4a\x06\x00, and more"[..], 4096);
/// let mut buffer = Vec::new();
/// let piece = inflate.next_piece(&mut buffer, 4096).unwrap();
/// assert_eq!(&buffer[piece], b"abcabc");
/// assert!(inflate.next_piece(&mut buffer, 4096).unwrap().is_empty());
/// assert_eq!(inflate.total_in(), 8);
/// ```
#[derive(Debug)]
pub struct Inflate<R> {
    bits: Bits<R>,
    codes: Box<Codes>,
    state: State,
    /// Whether the block is the last.
    last: bool,
    /// The end of what came out, as far as a match may reach.
    window: Vec<u8>,
}

impl<R: Read> Inflate<R> {
    /// A stream that begins with the next byte of `input`, which is read in pieces of about `piece` bytes, and beyond the
    /// stream's end by less than one.
    pub fn new(input: R, piece: usize) -> Self {
        Self {
            bits: Bits::new(input, piece),
            codes: Box::default(),
            state: State::Header,
            last: false,
            window: Vec::new(),
        }
    }

    /// The reader, such as to give it more.
    pub const fn get_mut(&mut self) -> &mut R {
        self.bits.reader_mut()
    }

    /// What was read of the reader, and is not used so far; at the stream's end, what lies behind it, as far as it was read.
    ///
    /// ```
    /// use ramp_core::inflate::Inflate;
    ///
    /// let mut inflate = Inflate::new(&b"\x03\x00, and more"[..], 4096);
    /// assert!(inflate.next_piece(&mut Vec::new(), 4096).unwrap().is_empty());
    /// assert_eq!(inflate.unused(), b", and more");
    /// assert_eq!(inflate.get_mut(), b"");
    /// ```
    pub fn unused(&self) -> &[u8] {
        self.bits.unused()
    }

    /// Compressed bytes used so far.
    pub fn total_in(&self) -> u64 {
        self.bits.used()
    }

    /// Decompresses on, to about `room` bytes at a time: gives where in `buffer` they are. What else is in there means
    /// nothing. At the stream's end there is nothing more.
    ///
    /// # Errors
    ///
    /// [`InflateError`]: that of the reader at once, and nothing can be had after it, unless it is
    /// [`WouldBlock`](io::ErrorKind::WouldBlock): that comes once all that came before has been given, and one may go on as soon as the
    /// reader has more. The others come once all that came before has been given, and then always.
    pub fn next_piece(&mut self, buffer: &mut Vec<u8>, room: usize) -> Result<Range<usize>, InflateError> {
        let start = self.window.len();
        let length = start.saturating_add(room).saturating_add(symbols::SLACK);
        if buffer.is_empty() {
            // Unlike what grows, it costs nothing before it is written to.
            *buffer = vec![0; length];
        }
        buffer.resize(length, 0);
        buffer[..start].copy_from_slice(&self.window);
        let mut end = start;
        match self.fill(buffer, &mut end) {
            Ok(()) => {}
            Err(InflateError::CutShort) => self.state = State::CutShort,
            Err(InflateError::Corrupt(corruption)) => self.state = State::Corrupt(corruption),
            Err(InflateError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock && end > start => {}
            Err(error @ InflateError::Io(_)) => return Err(error),
        }
        match self.state {
            State::CutShort if end == start => return Err(InflateError::CutShort),
            State::Corrupt(corruption) if end == start => return Err(corruption.into()),
            State::End | State::CutShort | State::Corrupt(_) => {}
            State::Header | State::Stored { .. } | State::Symbols => {
                self.window.clear();
                self.window.extend_from_slice(&buffer[end.saturating_sub(WINDOW)..end]);
            }
        }
        Ok(start..end)
    }

    /// Goes on until `output` is full, from `end` on, or the stream ends.
    fn fill(&mut self, output: &mut [u8], end: &mut usize) -> Result<(), InflateError> {
        loop {
            self.bits.fetch()?;
            match self.state {
                State::End | State::CutShort | State::Corrupt(_) => return Ok(()),
                State::Header if self.last => {
                    self.bits.align();
                    self.state = State::End;
                }
                State::Header => self.header()?,
                State::Stored { left: 0 } => self.state = State::Header,
                State::Stored { left } => {
                    let room = output.len().saturating_sub(symbols::SLACK).saturating_sub(*end);
                    if room == 0 {
                        return Ok(());
                    }
                    let stored = self.bits.bytes(left.min(room));
                    if stored.is_empty() {
                        return Err(InflateError::CutShort);
                    }
                    output[*end..][..stored.len()].copy_from_slice(stored);
                    *end += stored.len();
                    self.state = State::Stored { left: left - stored.len() };
                }
                State::Symbols => {
                    if output.len().saturating_sub(symbols::SLACK) <= *end {
                        return Ok(());
                    }
                    if symbols::decode(&mut self.bits, &self.codes, output, end)? {
                        self.state = State::Header;
                    }
                }
            }
        }
    }
}
