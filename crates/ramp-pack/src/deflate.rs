//! DEFLATE on all cores, with bytes that depend on nothing but the text.
//!
//! The text is cut into chunks of [`CHUNK`] bytes. Each is compressed by itself, by libdeflate, and the results are joined:
//! a chunk that is not the last ends on a byte, in an empty stored block. Where the chunks end follows from the text alone;
//! how many threads there are, and which one is first, changes nothing.
//!
//! On a module of 39 MB and one core that makes 72 MB/s to a size of 0.996 times the reference's (Python's zlib, 20 MB/s).
//! All figures, and those of other encoders, are in `docs/performance.md`.

mod ahead;
mod seam;

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

pub use ahead::DeflatedText;
use libdeflater::{CompressionLvl, Compressor};

/// Bytes of text in a chunk; part of the format of what is written, since other chunks make other bytes.
pub const CHUNK: usize = 1 << 20;

/// Bytes of text that [`DeflateWriter`] gathers before it compresses them.
const BATCH: usize = 8 * CHUNK;

/// libdeflate's level: the least that reaches the size of the reference's zlib.
const LEVEL: i32 = 6;

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
    /// CRC-32 of the text.
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
/// Those of `out`, and no memory.
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
    joined.write(&pieces(text, true, threads, &NEVER)?)?;
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
    /// Those of the writer within.
    pub fn finish(mut self) -> io::Result<(W, Deflated)> {
        self.joined.write(&pieces(&self.text, true, self.threads, &NEVER)?)?;
        let total = self.joined.total();
        Ok((self.joined.out, total))
    }
}

impl<W: Write> Write for DeflateWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Only once there is more is it known that what is there is not the last.
        if !bytes.is_empty() && self.text.len() == BATCH {
            self.joined.write(&pieces(&self.text, false, self.threads, &NEVER)?)?;
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

/// A compressed chunk, and the size and CRC-32 of its text.
#[derive(Debug)]
struct Piece {
    bytes: Vec<u8>,
    size: u64,
    crc32: crc32fast::Hasher,
}

/// Compresses chunks, one after the other.
struct Encoder {
    compressor: Compressor,
    /// Where a chunk is compressed to.
    bytes: Vec<u8>,
}

impl Encoder {
    fn new() -> io::Result<Self> {
        let level = CompressionLvl::new(LEVEL).map_err(|_| io::Error::other("libdeflate does not know its level"))?;
        Ok(Self { compressor: Compressor::new(level), bytes: Vec::new() })
    }

    fn piece(&mut self, text: &[u8], last: bool) -> io::Result<Piece> {
        self.bytes.resize(self.compressor.deflate_compress_bound(text.len()), 0);
        let len = self.compressor.deflate_compress(text, &mut self.bytes).map_err(io::Error::other)?;
        // Behind a piece that is not the last there are at most five bytes more.
        let mut bytes = Vec::with_capacity(len + 5);
        bytes.extend_from_slice(self.bytes.get(..len).unwrap_or_default());
        if !last {
            seam::open(&mut bytes).map_err(io::Error::other)?;
        }
        let mut crc32 = crc32fast::Hasher::new();
        crc32.update(text);
        Ok(Piece { bytes, size: text.len() as u64, crc32 })
    }
}

/// Compresses the text, chunk by chunk; once it is given up, chunks are missing.
fn pieces(text: &[u8], last: bool, threads: NonZeroUsize, given_up: &AtomicBool) -> io::Result<Vec<Piece>> {
    // An empty text is one chunk too: a stream needs its end.
    let chunks = text.len().div_ceil(CHUNK).max(1);
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<Vec<(usize, Piece)>> {
        let mut encoder = Encoder::new()?;
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= chunks || given_up.load(Ordering::Relaxed) {
                return Ok(done);
            }
            let from = index * CHUNK;
            let to = text.len().min(from + CHUNK);
            let chunk = text.get(from..to).unwrap_or_default();
            done.push((index, encoder.piece(chunk, last && index + 1 == chunks)?));
        }
    };
    let mut done = std::thread::scope(|scope| {
        // This thread works too. A thread that cannot be had is done without.
        let helpers: Vec<_> = (1..threads.get().min(chunks))
            .filter_map(|_| std::thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work()?;
        for helper in helpers {
            match helper.join() {
                Ok(more) => done.extend(more?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        io::Result::Ok(done)
    })?;
    done.sort_unstable_by_key(|(index, _)| *index);
    Ok(done.into_iter().map(|(_, piece)| piece).collect())
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
