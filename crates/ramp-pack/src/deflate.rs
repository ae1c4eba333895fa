//! DEFLATE on all cores, with bytes that depend on nothing but the text.
//!
//! The text is cut into chunks of [`CHUNK`] bytes. Each is compressed by itself, by libdeflate, and the results are joined:
//! a chunk that is not the last ends on a byte, in an empty stored block. Where the chunks end follows from the text alone;
//! how many threads there are, and which one is first, changes nothing.
//!
//! Each is inflated again where it was compressed, and has to be the same text: [`Miscompressed`], as the source of an
//! [`InvalidData`](io::ErrorKind::InvalidData), says that it is not.
//!
//! On a module of 39 MB and one core that makes 72 MB/s to a size of 0.996 times the reference's (Python's zlib, 20 MB/s).
//! All figures, and those of other encoders, are in `docs/performance.md`.

mod ahead;
mod piece;
mod seam;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;

pub use ahead::{Altered, DeflatedText};
pub use piece::{CHUNK, Miscompressed};
use piece::{Piece, libdeflate, pieces};

/// Bytes of text that [`DeflateWriter`] gathers before it compresses them.
const BATCH: usize = 8 * CHUNK;

/// For what is not given up.
static NEVER: AtomicBool = AtomicBool::new(false);

/// What was compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Deflated {
    /// Bytes of text.
    pub size: u64,
    /// Bytes that were written.
    pub compressed_size: u64,
    /// CRC-32 of the text, as it came out again.
    pub crc32: u32,
}

/// As many threads as the machine runs at a time.
///
/// ```
/// assert!(ramp_pack::available_threads().get() >= 1);
/// ```
pub fn available_threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Compresses a text in memory: a whole raw DEFLATE stream.
///
/// # Errors
///
/// Those of `out`, no memory, and [`Miscompressed`].
///
/// ```
/// use std::num::NonZeroUsize;
/// use ramp_pack::deflate;
///
/// let text = b"module ".repeat(100_000);
/// let (mut one, mut many) = (Vec::new(), Vec::new());
/// let deflated = deflate(&text, NonZeroUsize::MIN, &mut one).unwrap();
/// deflate(&text, NonZeroUsize::new(8).unwrap(), &mut many).unwrap();
/// assert_eq!(one, many);
/// assert_eq!((deflated.size, deflated.compressed_size), (700_000, one.len() as u64));
/// ```
pub fn deflate(text: &[u8], threads: NonZeroUsize, out: impl Write) -> io::Result<Deflated> {
    let mut joined = Joined::new(out);
    joined.write(&pieces(libdeflate, text, 0, true, threads, &NEVER)?)?;
    Ok(joined.total())
}

/// Compresses what is written to it: the same bytes as [`deflate`] makes, in bounded memory.
///
/// ```
/// use std::io::Write;
/// use std::num::NonZeroUsize;
/// use ramp_pack::{DeflateWriter, deflate};
///
/// let text = b"module ".repeat(100_000);
/// let mut writer = DeflateWriter::new(Vec::new(), NonZeroUsize::MIN);
/// writer.write_all(&text).unwrap();
/// let (streamed, deflated) = writer.finish().unwrap();
///
/// let mut whole = Vec::new();
/// assert_eq!(deflate(&text, NonZeroUsize::MIN, &mut whole).unwrap(), deflated);
/// assert_eq!(whole, streamed);
/// ```
#[derive(Debug)]
pub struct DeflateWriter<W> {
    joined: Joined<W>,
    threads: NonZeroUsize,
    /// What is yet to be compressed.
    text: Vec<u8>,
}

impl<W: Write> DeflateWriter<W> {
    /// Compresses into `out` on so many threads.
    pub fn new(out: W, threads: NonZeroUsize) -> Self {
        Self { joined: Joined::new(out), threads, text: Vec::new() }
    }

    /// Ends the stream, and gives back where it was written to. Without it the stream has no end.
    ///
    /// # Errors
    ///
    /// Those of the writer within, and [`Miscompressed`].
    pub fn finish(mut self) -> io::Result<(W, Deflated)> {
        self.compress(true)?;
        let total = self.joined.total();
        Ok((self.joined.out, total))
    }

    fn compress(&mut self, last: bool) -> io::Result<()> {
        let pieces = pieces(libdeflate, &self.text, self.joined.size, last, self.threads, &NEVER)?;
        self.joined.write(&pieces)
    }
}

impl<W: Write> Write for DeflateWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only once there is more is it known that what is there is not the last.
        if !bytes.is_empty() && self.text.len() == BATCH {
            self.compress(false)?;
            self.text.clear();
        }
        let taken = bytes.len().min(BATCH - self.text.len());
        self.text.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    /// Does nothing: a flush in the middle would change the bytes.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Pieces written one after the other.
#[derive(Debug)]
struct Joined<W> {
    out: W,
    compressed_size: u64,
    crc32: crc32fast::Hasher,
    size: u64,
}

impl<W: Write> Joined<W> {
    fn new(out: W) -> Self {
        Self { out, compressed_size: 0, crc32: crc32fast::Hasher::new(), size: 0 }
    }

    fn write(&mut self, pieces: &[Piece]) -> io::Result<()> {
        for piece in pieces {
            self.out.write_all(&piece.bytes)?;
            self.compressed_size += piece.bytes.len() as u64;
            self.size += piece.size;
            self.crc32.combine(&piece.crc32);
        }
        Ok(())
    }

    fn total(&self) -> Deflated {
        let (size, compressed_size) = (self.size, self.compressed_size);
        Deflated { size, compressed_size, crc32: self.crc32.clone().finalize() }
    }
}

#[cfg(test)]
mod tests;
