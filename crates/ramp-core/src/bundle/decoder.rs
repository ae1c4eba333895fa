//! How the content of an entry is decompressed: an arm a method.

use std::io::{self, Read};
use std::ops::Range;

use ramp_inflate::Inflate;

use super::entry::Entry;
use crate::error::Error;

/// Pieces in which content is read and comes out, unless it claims to be smaller than one.
pub(super) const BUFFER: usize = 256 << 10;
pub(super) const SMALLEST_BUFFER: usize = 4 << 10;

/// What gives content, piece by piece.
pub(super) trait Pieces {
    /// Fills a buffer with about `room` bytes and gives where in it they are: nowhere, where there are no more.
    fn next_piece(&mut self, buffer: &mut Vec<u8>, room: usize) -> io::Result<Range<usize>>;

    /// Compressed bytes that were used, where the decoder knows.
    fn used(&self) -> Option<u64>;
}

impl<R: Read> Pieces for Inflate<R> {
    fn next_piece(&mut self, buffer: &mut Vec<u8>, room: usize) -> io::Result<Range<usize>> {
        Ok(self.next_piece(buffer, room)?)
    }

    fn used(&self) -> Option<u64> {
        Some(self.total_in())
    }
}

/// A reader that is taken as it is, and what it says of its input.
struct Plain<R> {
    reader: R,
    used: fn(&R) -> Option<u64>,
}

impl<R: Read> Pieces for Plain<R> {
    fn next_piece(&mut self, buffer: &mut Vec<u8>, room: usize) -> io::Result<Range<usize>> {
        buffer.resize(room, 0);
        loop {
            match self.reader.read(buffer) {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                read => return Ok(0..read?),
            }
        }
    }

    fn used(&self) -> Option<u64> {
        (self.used)(&self.reader)
    }
}

/// The decoder of an entry, whose compressed data `window` gives.
///
/// Encrypted entries and unknown methods have no content to read; callers ask [`super::local::open`] first.
///
/// # Errors
///
/// [`Error::MethodLeftOut`]. That a stream does not even begin as it must is an `io::Error` within.
#[cfg_attr(feature = "bzip2-lzma", expect(clippy::unnecessary_wraps, reason = "what is left out is an error"))]
pub(super) fn open<'a, R: Read + 'a>(window: R, entry: &Entry) -> Result<io::Result<Box<dyn Pieces + 'a>>, Error> {
    let buffer = buffer_for(entry.claimed_compressed_size);
    Ok(match entry.claimed_method {
        8 => Ok(Box::new(Inflate::new(window, buffer))),
        #[cfg(feature = "bzip2-lzma")]
        12 => Ok(Box::new(Plain { reader: super::rare::bzip2(window, buffer), used: |it| Some(it.total_in()) })),
        #[cfg(feature = "bzip2-lzma")]
        14 => super::rare::lzma(window, buffer, entry)
            .map(|reader| Box::new(Plain { reader, used: |_| None }) as Box<dyn Pieces + 'a>),
        #[cfg(not(feature = "bzip2-lzma"))]
        method @ (12 | 14) => return Err(Error::MethodLeftOut { entry: entry.name.clone(), method }),
        _ => Ok(Box::new(Plain { reader: window, used: |_| None })),
    })
}

/// The size of a buffer for so many bytes: thousands of tiny entries shall not cost a large buffer each.
fn buffer_for(claimed: u64) -> usize {
    usize::try_from(claimed).unwrap_or(BUFFER).clamp(SMALLEST_BUFFER, BUFFER)
}
