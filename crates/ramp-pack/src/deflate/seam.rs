//! Where one piece of a stream ends, so that another can follow.
//!
//! libdeflate makes whole streams: the last block of each says that it is the last. To be joined, a piece must not say
//! so, and must end on a byte.

use ramp_inflate::{Block, Blocks};

/// The encoder wrote what is not a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the compressed data cannot be read at bit {at}")]
pub(super) struct Broken {
    pub(super) at: u64,
}

/// Turns a whole stream into one that goes on: the last block is marked as any other, and an empty stored block leads to
/// the next byte (what zlib writes for `Z_SYNC_FLUSH`).
pub(super) fn open(stream: &mut Vec<u8>) -> Result<(), Broken> {
    let (start, end) = last_block(stream)?;
    if let Some(byte) = stream.get_mut(start / 8) {
        *byte &= !(1 << (start % 8));
    }
    // The bits behind the end are zero, as are those of the header of a stored block.
    stream.resize((end + 3).div_ceil(8), 0);
    stream.extend_from_slice(&[0, 0, 0xFF, 0xFF]);
    Ok(())
}

/// Where the last block begins, and where it ends, in bits.
fn last_block(stream: &[u8]) -> Result<(usize, usize), Broken> {
    let mut blocks = Blocks::new(stream);
    let last = blocks.by_ref().find(|block| block.as_ref().map_or(true, |block| block.is_last));
    let broken = Broken { at: blocks.bits_read() };
    let Some(Ok(Block { start, end, .. })) = last else { return Err(broken) };
    let (start, end) =
        usize::try_from(start).and_then(|start| Ok((start, usize::try_from(end)?))).map_err(|_| broken)?;
    let fits = end.div_ceil(8) == stream.len();
    // The last byte is filled up with zeros.
    let padding = stream.last().map_or(0, |byte| u32::from(*byte) >> ((end + 7) % 8 + 1));
    if fits && padding == 0 { Ok((start, end)) } else { Err(broken) }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use libdeflater::{CompressionLvl, Compressor};

    use super::*;

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

    #[test]
    fn a_stream_that_was_opened_goes_on() {
        for (text, level) in texts().iter().flat_map(|text| [0, 1, 6, 9, 12].map(|level| (text, level))) {
            let mut bytes = whole(text, level);
            open(&mut bytes).unwrap();
            assert!(bytes.ends_with(&[0, 0, 0xFF, 0xFF]));
            bytes.extend_from_slice(&whole(b"and on", 6));
            assert!(crate::deflate::tests::inflated(&bytes) == [text, &b"and on"[..]].concat(), "{level}");
        }
    }

    #[test]
    fn a_stream_of_another_library_is_read_too() {
        for (text, level) in texts().iter().flat_map(|text| [1, 6, 9].map(|level| (text, level))) {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
            std::io::Write::write_all(&mut encoder, text).unwrap();
            let mut bytes = encoder.finish().unwrap();
            open(&mut bytes).unwrap();
            bytes.extend_from_slice(&[3, 0]);
            assert!(crate::deflate::tests::inflated(&bytes) == *text, "{level}");
        }
    }

    #[test]
    fn what_is_no_stream_is_refused() {
        let words = whole(&texts()[4], 6);
        let cut = (0..words.len()).step_by(97).map(|len| words[..len].to_vec());
        let longer = [&words[..], &[0]].concat();
        let no_block_type = vec![0b111];
        let length_twice_unlike = vec![1, 1, 0, 0, 0, 9];
        let no_symbols = [vec![0b101], vec![0; 40]].concat();
        let filled_with_ones = vec![3, 0b1111_1100];
        for stream in cut.chain([longer, no_block_type, length_twice_unlike, no_symbols, filled_with_ones]) {
            assert!(last_block(&stream).is_err(), "{:?} …", &stream[..stream.len().min(10)]);
        }
    }

    proptest::proptest! {
        /// A damaged stream is refused, or is another stream: nothing panics, and nothing is read behind the end.
        #[test]
        fn damage_is_survived(at in 0_usize..20_000, bit in 0_u8..8) {
            static WORDS: LazyLock<Vec<u8>> = LazyLock::new(|| whole(&texts()[4], 6));
            let mut words = WORDS.clone();
            let at = at % words.len();
            words[at] ^= 1 << bit;
            if let Ok((start, end)) = last_block(&words) {
                proptest::prop_assert!(start < end && end.div_ceil(8) == words.len());
            }
        }
    }
}
