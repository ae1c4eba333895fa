//! Compressed data that is looked through for what readers take for its end.
//!
//! Source: fflate's `Unzip` and unzipper's `Parse`, which read from the front: where a data descriptor gives the sizes,
//! they look for the next signature instead of inflating up to the end of the stream.

use std::io::{self, Read};

use memchr::memmem;

/// What ends an entry with a descriptor to such readers: a descriptor, a record of the directory, a local header.
pub(super) const ENDS_OF_DATA: [([u8; 4], &str); 3] = [
    (*b"PK\x07\x08", "a data descriptor"),
    (*b"PK\x01\x02", "a record of the central directory"),
    (*b"PK\x03\x04", "a local header"),
];

/// A reader that notes where the first signature is in what goes through it.
#[derive(Debug)]
pub(super) struct Scan<R> {
    reader: R,
    /// Whether signatures are looked for, and none was found yet.
    looks: bool,
    /// How many bytes have gone through.
    read: u64,
    /// The last of them, since a signature can be in two pieces.
    last: Vec<u8>,
    found: Option<u64>,
}

impl<R: Read> Scan<R> {
    /// A reader that looks for signatures, or one that does not.
    pub(super) const fn new(reader: R, looks: bool) -> Self {
        Self { reader, looks, read: 0, last: Vec::new(), found: None }
    }

    /// Where the first signature is, in bytes from the start.
    pub(super) const fn found(&self) -> Option<u64> {
        self.found
    }

    fn look(&mut self, piece: &[u8]) {
        let kept = self.last.len();
        let seam = [&self.last, piece.get(..3.min(piece.len())).unwrap_or_default()].concat();
        let start = self.read.saturating_sub(kept as u64);
        let at_seam = first(&seam).map(|at| start.saturating_add(at as u64));
        self.found = at_seam.or_else(|| first(piece).map(|at| self.read.saturating_add(at as u64)));
        self.looks = self.found.is_none();
        let whole = if piece.len() < 3 { &seam } else { piece };
        self.last = whole.get(whole.len().saturating_sub(3)..).unwrap_or_default().to_vec();
    }
}

fn first(bytes: &[u8]) -> Option<usize> {
    ENDS_OF_DATA.iter().filter_map(|(signature, _)| memmem::find(bytes, signature)).min()
}

impl<R: Read> Read for Scan<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        if self.looks {
            self.look(buffer.get(..read).unwrap_or_default());
        }
        self.read = self.read.saturating_add(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Pieces<'a>(&'a [u8], usize);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let len = self.1.min(buffer.len());
            self.0.read(buffer.get_mut(..len).unwrap())
        }
    }

    #[test]
    fn a_signature_is_found_in_pieces_of_any_size() {
        for (bytes, expected) in [
            (&b"PK\x07\x08"[..], Some(0)),
            (b"some bytes, PPK\x01\x02, PK\x07\x08", Some(13)),
            (b"PKPK\x03\x04", Some(2)),
            (b"PK\x05\x06 PK\x07\x07", None),
            (b"PK\x07", None),
            (b"", None),
        ] {
            for size in 1..=bytes.len().max(1) {
                let mut scan = Scan::new(Pieces(bytes, size), true);
                io::copy(&mut scan, &mut io::sink()).unwrap();
                assert_eq!(scan.found(), expected, "{bytes:?} by {size}");
            }
            let mut scan = Scan::new(bytes, false);
            io::copy(&mut scan, &mut io::sink()).unwrap();
            assert_eq!(scan.found(), None);
        }
    }
}
