//! The content of an entry, to be read as any other reader is.

use crate::text::count;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use super::decoder::{BUFFER, Pieces};
use super::entry::Entry;

/// Reads the content of one entry, decompressed; made by [`Bundle::reader`](super::Bundle::reader).
///
/// What it gives is what the central directory claims, or it fails: with [`InvalidData`](io::ErrorKind::InvalidData) where the
/// compressed data is broken, the content is longer than claimed, its CRC-32 is another one, or it inflates beyond reason; with
/// [`UnexpectedEof`](io::ErrorKind::UnexpectedEof) where it is shorter. The end has been reached, and checked, once it gives
/// nothing more. Once it has failed, it fails in the same way.
pub struct EntryReader<'a> {
    decoder: Box<dyn Pieces + 'a>,
    buffer: Vec<u8>,
    /// What of the buffer was not given yet.
    ready: Range<usize>,
    crc32: crc32fast::Hasher,
    given: u64,
    /// What is beyond is a bomb.
    most: u64,
    claimed_size: u64,
    claimed_crc32: u32,
    /// What has ended it: said again, however often it is asked.
    failed: Option<(io::ErrorKind, String)>,
}

impl fmt::Debug for EntryReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { given, claimed_size, .. } = self;
        f.debug_struct("EntryReader").field("given", given).field("claimed_size", claimed_size).finish_non_exhaustive()
    }
}

impl<'a> EntryReader<'a> {
    /// Of what inflates to more than `most` bytes, no more is read.
    pub(super) fn new(decoder: Box<dyn Pieces + 'a>, entry: &Entry, most: u64) -> Self {
        Self {
            decoder,
            buffer: Vec::new(),
            ready: 0..0,
            crc32: crc32fast::Hasher::new(),
            given: 0,
            most,
            claimed_size: entry.claimed_size,
            claimed_crc32: entry.claimed_crc32,
            failed: None,
        }
    }

    /// [`Self::decompress`], and once it has failed always the same.
    fn fill(&mut self) -> io::Result<bool> {
        if let Some((kind, words)) = &self.failed {
            return Err(io::Error::new(*kind, words.clone()));
        }
        let filled = self.decompress();
        if let Err(err) = &filled {
            self.ready = 0..0;
            // With these one may go on.
            if !matches!(err.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) {
                self.failed = Some((err.kind(), err.to_string()));
            }
        }
        filled
    }

    /// Decompresses on; whether there is more.
    fn decompress(&mut self) -> io::Result<bool> {
        // With room for a byte more, the end of the stream is read with it.
        let room = usize::try_from(self.claimed_size.saturating_add(1)).unwrap_or(BUFFER).clamp(1, BUFFER);
        self.ready = self.decoder.next_piece(&mut self.buffer, room)?;
        let piece = self.buffer.get(self.ready.clone()).unwrap_or_default();
        self.crc32.update(piece);
        self.given = self.given.saturating_add(piece.len() as u64);
        let wrong = |what: String| Err(io::Error::new(io::ErrorKind::InvalidData, what));
        if self.given > self.claimed_size {
            return wrong(format!("the entry is longer than the {} that it claims", count(self.claimed_size, "byte")));
        }
        if self.given > self.most {
            return wrong(format!(
                "the entry inflates to more than {}, which is beyond reason",
                count(self.most, "byte")
            ));
        }
        if !self.ready.is_empty() {
            return Ok(true);
        }
        let crc32 = self.crc32.clone().finalize();
        if self.given < self.claimed_size {
            let what =
                format!("the entry has {} of the {} that it claims", self.given, count(self.claimed_size, "byte"));
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, what));
        }
        if crc32 != self.claimed_crc32 {
            return wrong(format!("the entry has the CRC-32 {crc32:08x}, not {:08x}", self.claimed_crc32));
        }
        Ok(false)
    }
}

impl Read for EntryReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() || self.ready.is_empty() && !self.fill()? {
            return Ok(0);
        }
        let read = self.buffer.get(self.ready.clone()).unwrap_or_default().read(out)?;
        self.ready.start = self.ready.start.saturating_add(read);
        Ok(read)
    }
}
