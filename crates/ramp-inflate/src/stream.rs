//! The decompressor.

use std::io::{self, Read};
use std::ops::Range;

use super::bits::Bits;
use super::block::{self, Content};
use super::code::Codes;
use super::error::{Corruption, InflateError};
use super::symbols;

/// How far back a match may reach.
const WINDOW: usize = 32 << 10;

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
    /// Where the reader has failed: what it had read by then is not all there.
    Failed(io::ErrorKind),
}

/// A decompressor over what a reader gives.
///
/// ```
/// use ramp_inflate::Inflate;
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
    /// use ramp_inflate::Inflate;
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
    /// nothing. At the stream's end there is nothing more. No room is room for a byte.
    ///
    /// # Errors
    ///
    /// [`InflateError`]: that of the reader at once, and then its kind always, unless it is
    /// [`WouldBlock`](io::ErrorKind::WouldBlock): that comes once all that came before has been given, and one may go on as soon as the
    /// reader has more. The others come once all that came before has been given, and then always.
    pub fn next_piece(&mut self, buffer: &mut Vec<u8>, room: usize) -> Result<Range<usize>, InflateError> {
        match self.state {
            State::End => return Ok(0..0),
            State::CutShort => return Err(InflateError::CutShort),
            State::Corrupt(corruption) => return Err(corruption.into()),
            State::Failed(kind) => return Err(InflateError::Io(kind.into())),
            State::Header | State::Stored { .. } | State::Symbols => {}
        }
        let start = self.window.len();
        let length = start.saturating_add(room.max(1)).saturating_add(symbols::SLACK);
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
            Err(InflateError::Io(error)) => {
                if error.kind() != io::ErrorKind::WouldBlock {
                    self.state = State::Failed(error.kind());
                }
                return Err(error.into());
            }
        }
        match self.state {
            State::CutShort if end == start => return Err(InflateError::CutShort),
            State::Corrupt(corruption) if end == start => return Err(corruption.into()),
            State::End | State::CutShort | State::Corrupt(_) | State::Failed(_) => {}
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
                State::End | State::CutShort | State::Corrupt(_) | State::Failed(_) => return Ok(()),
                State::Header if self.last => {
                    self.bits.align();
                    self.state = State::End;
                }
                State::Header => {
                    let header = block::read(&mut self.bits, &mut self.codes)?;
                    self.last = header.last;
                    self.state = match header.content {
                        Content::Stored(left) => State::Stored { left },
                        Content::Symbols => State::Symbols,
                    };
                }
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
