//! Compressing before it is known what else there will be.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Deflated, Joined, Piece, pieces};

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
#[derive(Debug)]
pub struct DeflatedText {
    pieces: Vec<Piece>,
    totals: Deflated,
}

impl DeflatedText {
    /// Compresses `text` on so many threads, until it is `given_up`; then there is none.
    ///
    /// # Errors
    ///
    /// No memory.
    pub fn new(text: &[u8], threads: NonZeroUsize, given_up: &AtomicBool) -> io::Result<Option<Self>> {
        let pieces = pieces(text, true, threads, given_up)?;
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

    /// Writes the raw DEFLATE stream.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<Deflated> {
        let mut joined = Joined::new(out);
        joined.write(&self.pieces)?;
        Ok(joined.total())
    }
}
