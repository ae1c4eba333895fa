//! What a text was compressed to, inflated again at once, and opened so that another piece can follow.
//!
//! libdeflate makes whole streams: the last block of each says that it is the last. To be joined, a piece must not say
//! so, and must end on a byte. Every bit is inflated as it will be written: the last block once it says that others follow,
//! and what is put behind it too.

use ramp_inflate::{Block, Blocks, InflateError};

/// An empty stored block leads to the next byte (what zlib writes for `Z_SYNC_FLUSH`); of its header there are only zeros.
const TO_NEXT_BYTE: [u8; 4] = [0, 0, 0xFF, 0xFF];
/// Bytes that have to be reserved behind a stream for nothing to be moved.
pub(super) const ROOM: usize = 1 + TO_NEXT_BYTE.len() + 64;

/// What is wrong with what a text was compressed to.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unlike {
    /// It cannot be inflated.
    #[error("it cannot be inflated: {0}")]
    Stream(#[from] InflateError),
    /// Other bytes come out.
    #[error("byte {0} is another one")]
    Text(usize),
    /// More bytes come out.
    #[error("it inflates to more")]
    Longer,
    /// The stream does not end where it should.
    #[error("it has no end, or something after it")]
    End,
}

/// Checks pieces, one after the other.
#[derive(Debug)]
pub(super) struct Seam {
    blocks: Blocks,
}

impl Seam {
    /// For texts of at most so many bytes.
    pub(super) fn new(most: usize) -> Self {
        Self { blocks: Blocks::new(most) }
    }

    /// Inflates a whole stream, which has to be the text; where it is not the `last` piece, it is turned into one that goes on.
    /// Gives the CRC-32 of what came out.
    pub(super) fn check(&mut self, stream: &mut Vec<u8>, text: &[u8], last: bool) -> Result<crc32fast::Hasher, Unlike> {
        self.blocks.restart();
        let mut crc32 = crc32fast::Hasher::new();
        let mut at = 0;
        loop {
            let ends = take_last(stream, at, last);
            at = self.block(stream, at, text, &mut crc32)?.end;
            if ends {
                break;
            }
        }
        // The last byte is filled up with zeros.
        let padding = stream.last().map_or(0, |byte| u32::from(*byte) >> ((at + 7) % 8 + 1));
        if at.div_ceil(8) != stream.len() as u64 || padding != 0 {
            return Err(Unlike::End);
        }
        if !last {
            let header_end = usize::try_from((at + 3).div_ceil(8)).map_err(|_| Unlike::End)?;
            stream.resize(header_end, 0);
            stream.extend_from_slice(&TO_NEXT_BYTE);
            let block = self.block(stream, at, text, &mut crc32)?;
            if block.is_last || block.end != stream.len() as u64 * 8 {
                return Err(Unlike::End);
            }
        }
        match self.blocks.text().len() {
            len if len < text.len() => Err(Unlike::Text(len)),
            _ => Ok(crc32),
        }
    }

    /// Inflates the block that begins with that bit, and compares what comes out.
    fn block(
        &mut self,
        stream: &mut Vec<u8>,
        at: u64,
        text: &[u8],
        crc32: &mut crc32fast::Hasher,
    ) -> Result<Block, Unlike> {
        let before = self.blocks.text().len();
        let block = self.blocks.inflate(stream, at)?.ok_or(Unlike::Longer)?;
        let inflated = self.blocks.text().get(before..).unwrap_or_default();
        let expected = text.get(before..).unwrap_or_default();
        match expected.get(..inflated.len()) {
            None => return Err(Unlike::Longer),
            Some(same) if same == inflated => crc32.update(inflated),
            Some(other) => {
                let same = other.iter().zip(inflated).take_while(|(one, other)| one == other).count();
                return Err(Unlike::Text(before + same));
            }
        }
        Ok(block)
    }
}

/// Whether the block that begins with that bit says that it is the last; if it is not to be, it no longer says so.
fn take_last(stream: &mut [u8], at: u64, may_be: bool) -> bool {
    let byte = usize::try_from(at / 8).ok().and_then(|byte| stream.get_mut(byte));
    // Where nothing is, inflating tells.
    let Some(byte) = byte else { return false };
    let bit = 1 << (at % 8);
    let is_last = *byte & bit != 0;
    if !may_be {
        *byte &= !bit;
    }
    is_last
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use libdeflater::{CompressionLvl, Compressor};
    use proptest::prelude::*;

    use super::*;
    use crate::deflate::tests::inflated;

    fn whole(text: &[u8], level: i32) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::new(level).unwrap());
        let mut bytes = vec![0; compressor.deflate_compress_bound(text.len())];
        let len = compressor.deflate_compress(text, &mut bytes).unwrap();
        bytes.truncate(len);
        bytes
    }

    fn texts() -> Vec<Vec<u8>> {
        let noise = crate::deflate::tests::text(150_000, 255, 0);
        let words = crate::deflate::tests::text(400_000, 60, 40);
        vec![vec![], b"a".to_vec(), b"a".repeat(1000), noise.clone(), words.clone(), [words, noise].concat()]
    }

    fn check(stream: &mut Vec<u8>, text: &[u8], last: bool) -> Result<u32, Unlike> {
        Seam::new(text.len()).check(stream, text, last).map(crc32fast::Hasher::finalize)
    }

    #[test]
    fn a_stream_that_was_opened_goes_on() {
        for (text, level) in texts().iter().flat_map(|text| [0, 1, 6, 9, 12].map(|level| (text, level))) {
            let mut bytes = whole(text, level);
            let mut last = bytes.clone();
            assert_eq!(check(&mut last, text, true).unwrap(), crc32fast::hash(text));
            assert!(last == bytes);
            assert_eq!(check(&mut bytes, text, false).unwrap(), crc32fast::hash(text));
            assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
            bytes.extend_from_slice(&whole(b"and on", 6));
            assert!(inflated(&bytes) == [text, &b"and on"[..]].concat(), "{level}");
        }
    }

    #[test]
    fn a_stream_of_another_library_is_read_too() {
        for (text, level) in texts().iter().flat_map(|text| [1, 6, 9].map(|level| (text, level))) {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
            std::io::Write::write_all(&mut encoder, text).unwrap();
            let mut bytes = encoder.finish().unwrap();
            check(&mut bytes, text, false).unwrap();
            bytes.extend_from_slice(&[3, 0]);
            assert!(inflated(&bytes) == *text, "{level}");
        }
    }

    #[test]
    fn what_is_no_stream_is_refused() {
        let text = &texts()[4];
        let words = whole(text, 6);
        let cut = (0..words.len()).step_by(97).map(|len| words[..len].to_vec());
        let longer = [&words[..], &[0]].concat();
        let no_block_type = vec![0b111];
        let length_twice_unlike = vec![1, 1, 0, 0, 0, 9];
        let no_symbols = [vec![0b101], vec![0; 40]].concat();
        for stream in cut.chain([longer, no_block_type, length_twice_unlike, no_symbols]) {
            for last in [false, true] {
                assert!(check(&mut stream.clone(), text, last).is_err(), "{:?} …", &stream[..stream.len().min(10)]);
            }
        }
        let filled_with_ones = vec![3, 0b1111_1100];
        assert!(matches!(check(&mut filled_with_ones.clone(), b"", false), Err(Unlike::End)));
        assert!(matches!(check(&mut filled_with_ones.clone(), b"", true), Err(Unlike::End)));
    }

    #[test]
    fn another_text_is_refused() {
        let words = &texts()[4];
        for last in [false, true] {
            let check = |text: &[u8]| check(&mut whole(words, 6), text, last);
            for at in (0..words.len()).step_by(9973).chain([words.len() - 1]) {
                let mut other = words.clone();
                other[at] ^= 1;
                assert!(matches!(check(&other), Err(Unlike::Text(found)) if found == at), "{at}");
            }
            assert!(matches!(check(&words[..words.len() - 1]), Err(Unlike::Longer)));
            assert!(matches!(check(b""), Err(Unlike::Longer)));
            let longer = [&words[..], b"."].concat();
            assert!(matches!(check(&longer), Err(Unlike::Text(at)) if at == words.len()));
        }
    }

    proptest! {
        /// A damaged stream is refused, unless the same bytes come out of it all the same.
        #[test]
        fn damage_is_refused(at in any::<prop::sample::Index>(), bits in 1_u8.., last: bool, text in 1_usize..6) {
            static STREAMS: LazyLock<Vec<(Vec<u8>, Vec<u8>)>> =
                LazyLock::new(|| texts().into_iter().map(|text| (whole(&text, 6), text)).collect());
            let (mut stream, text) = STREAMS[text].clone();
            let at = at.index(stream.len());
            stream[at] ^= bits;
            if check(&mut stream, &text, last).is_ok() {
                if !last {
                    stream.extend_from_slice(&[3, 0]);
                }
                prop_assert!(inflated(&stream) == text);
            }
        }
    }
}
