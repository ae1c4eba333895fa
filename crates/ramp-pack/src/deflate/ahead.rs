//! Compressing before it is known what else there will be.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Deflated, Joined, Piece, libdeflate, pieces};

/// What was compressed, and checked, is no longer the same in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what was compressed has changed in memory since; test the memory of this machine")]
pub struct Altered;

/// A text that is compressed already: the same bytes as [`deflate`](super::deflate) makes, in memory.
///
/// A module can be compressed while it is being asked for its commands; both take long.
///
/// ```
/// use std::num::NonZeroUsize;
/// use std::sync::atomic::AtomicBool;
/// use ramp_pack::DeflatedText;
///
/// let text = b"module ".repeat(100_000);
/// let deflated = DeflatedText::new(&text, NonZeroUsize::MIN, &AtomicBool::new(false)).unwrap().unwrap();
/// assert_eq!(deflated.totals().size, 700_000);
/// assert!(DeflatedText::new(&text, NonZeroUsize::MIN, &AtomicBool::new(true)).unwrap().is_none());
/// ```
#[derive(Debug, Clone)]
pub struct DeflatedText {
    pieces: Vec<Piece>,
    totals: Deflated,
}

impl DeflatedText {
    /// Compresses `text` on so many threads, until it is `given_up`; then there is none.
    ///
    /// # Errors
    ///
    /// No memory, and [`Miscompressed`](super::Miscompressed).
    pub fn new(text: &[u8], threads: NonZeroUsize, given_up: &AtomicBool) -> io::Result<Option<Self>> {
        let pieces = pieces(libdeflate, text, 0, true, threads, given_up)?;
        if given_up.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut joined = Joined::new(io::sink());
        joined.write(&pieces)?;
        Ok(Some(Self { totals: joined.total(), pieces }))
    }

    /// Sizes and the CRC-32 of the text.
    pub const fn totals(&self) -> Deflated {
        self.totals
    }

    /// The raw DEFLATE stream, in pieces, which must be those that were checked.
    pub(crate) fn data(&self) -> Result<Vec<&[u8]>, Altered> {
        self.pieces.iter().map(|piece| piece.is_as_checked().then_some(&piece.bytes[..]).ok_or(Altered)).collect()
    }

    /// Alters a byte of the stream.
    #[cfg(test)]
    pub(crate) fn alter(&mut self, mut at: usize, bits: u8) {
        for piece in &mut self.pieces {
            match piece.bytes.get_mut(at) {
                Some(byte) => {
                    *byte ^= bits;
                    return;
                }
                None => at -= piece.bytes.len(),
            }
        }
    }

    /// Writes the raw DEFLATE stream.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<Deflated> {
        let mut joined = Joined::new(out);
        joined.write(&self.pieces)?;
        Ok(joined.total())
    }
}
