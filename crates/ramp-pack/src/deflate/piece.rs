//! Chunks of a text, compressed on several threads and checked there.

use std::io;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use libdeflater::{CompressionLvl, Compressor};

use ramp_core::text::count;

use super::seam::{ROOM, Seam};

/// Bytes of text in a chunk; part of the format of what is written, since other chunks make other bytes.
pub const CHUNK: usize = 1 << 20;

/// libdeflate's level: the least that reaches the size of the reference's zlib.
const LEVEL: i32 = 6;

/// What was compressed does not inflate to what it was made of: the compressor has a defect, or the machine has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a chunk of {} at {start} was compressed wrongly ({what}); this is a defect of the program or of this machine: \
     try again, and test its memory if it happens again",
    count(*len, "byte")
)]
pub struct Miscompressed {
    /// Where in the text the chunk begins.
    pub start: u64,
    /// Its length.
    pub len: u64,
    /// What is wrong.
    pub what: String,
}

/// A compressed chunk that was checked, as it is to be written.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// CRC-32 of the bytes when they were checked.
    bytes_crc32: u32,
    /// Bytes of text, and the CRC-32 of what came out.
    pub(super) size: u64,
    pub(super) crc32: crc32fast::Hasher,
}

impl Piece {
    /// Whether the bytes are those that were checked.
    pub(super) fn is_as_checked(&self) -> bool {
        crc32fast::hash(&self.bytes) == self.bytes_crc32
    }
}

/// Compresses a text to a whole stream, which takes the place of what is in the other.
pub(super) trait Compress: FnMut(&[u8], &mut Vec<u8>) -> io::Result<()> {}

impl<F: FnMut(&[u8], &mut Vec<u8>) -> io::Result<()>> Compress for F {}

/// What compresses.
pub(super) fn libdeflate() -> io::Result<impl Compress> {
    let level = CompressionLvl::new(LEVEL).map_err(|_| io::Error::other("libdeflate does not know its level"))?;
    let mut compressor = Compressor::new(level);
    Ok(move |text: &[u8], stream: &mut Vec<u8>| {
        let bound = compressor.deflate_compress_bound(text.len());
        stream.reserve((bound + ROOM).saturating_sub(stream.len()));
        stream.resize(bound, 0);
        let len = compressor.deflate_compress(text, stream).map_err(io::Error::other)?;
        stream.truncate(len);
        Ok(())
    })
}

/// Compresses chunks, one after the other.
struct Encoder<C> {
    compress: C,
    seam: Seam,
    /// Where a chunk is compressed to.
    stream: Vec<u8>,
}

impl<C: Compress> Encoder<C> {
    /// For chunks of at most so many bytes.
    fn new(compress: C, most: usize) -> Self {
        Self { compress, seam: Seam::new(most), stream: Vec::new() }
    }

    fn piece(&mut self, text: &[u8], last: bool) -> io::Result<Result<Piece, String>> {
        (self.compress)(text, &mut self.stream)?;
        let crc32 = match self.seam.check(&mut self.stream, text, last) {
            Ok(crc32) => crc32,
            Err(unlike) => return Ok(Err(unlike.to_string())),
        };
        let bytes_crc32 = crc32fast::hash(&self.stream);
        Ok(Ok(Piece { bytes: self.stream.as_slice().into(), bytes_crc32, size: text.len() as u64, crc32 }))
    }
}

/// Compresses the text, chunk by chunk; once it is given up, chunks are missing. It lies behind so many bytes of text.
pub(super) fn pieces<C: Compress>(
    compressor: impl Fn() -> io::Result<C> + Sync,
    text: &[u8],
    before: u64,
    last: bool,
    threads: NonZeroUsize,
    given_up: &AtomicBool,
) -> io::Result<Vec<Piece>> {
    // An empty text is one chunk too: a stream needs its end.
    let chunks = text.len().div_ceil(CHUNK).max(1);
    let next = AtomicUsize::new(0);
    let work = || -> io::Result<Vec<(usize, Piece)>> {
        let mut encoder = Encoder::new(compressor()?, text.len().min(CHUNK));
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= chunks || given_up.load(Ordering::Relaxed) {
                return Ok(done);
            }
            let from = index * CHUNK;
            let to = text.len().min(from + CHUNK);
            let chunk = text.get(from..to).unwrap_or_default();
            let wrong = |what| Miscompressed { start: before + from as u64, len: chunk.len() as u64, what };
            let piece = encoder.piece(chunk, last && index + 1 == chunks)?;
            done.push((index, piece.map_err(|what| io::Error::new(io::ErrorKind::InvalidData, wrong(what)))?));
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
