//! What comes out is what went in, in the same bytes however it is made.

use std::io::{Read, Write};
use std::num::NonZeroUsize;

use proptest::prelude::*;
use ramp_core::Digest256;

use super::piece::{libdeflate, pieces};
use super::{BATCH, CHUNK, DeflateWriter, Miscompressed, NEVER, deflate};

fn threads(count: usize) -> NonZeroUsize {
    NonZeroUsize::new(count).unwrap()
}

fn deflated(text: &[u8], count: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let total = deflate(text, threads(count), &mut out).unwrap();
    assert_eq!(total.size, text.len() as u64);
    assert_eq!(total.compressed_size, out.len() as u64);
    assert_eq!(total.crc32, crc32fast::hash(text));
    out
}

pub(super) fn inflated(bytes: &[u8]) -> Vec<u8> {
    let mut reader = flate2::bufread::DeflateDecoder::new(bytes);
    let mut text = Vec::new();
    reader.read_to_end(&mut text).unwrap();
    assert_eq!(reader.into_inner().len(), 0, "the stream ends before the bytes do");
    text
}

/// Bytes in which each is one of `kinds`, or a copy of what stands before.
pub(super) fn text(len: usize, kinds: u8, copies: u64) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64 ^ len as u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state >> 16
    };
    let mut text: Vec<u8> = Vec::with_capacity(len + 300);
    while text.len() < len {
        if text.len() > 300 && next() % 100 < copies {
            let distance = 1 + usize::try_from(next()).unwrap() % text.len().min(40_000);
            let from = text.len() - distance;
            for at in from..from + usize::try_from(next()).unwrap() % 300 {
                text.push(text[at]);
            }
        } else {
            text.push(u8::try_from(next() % u64::from(kinds)).unwrap());
        }
    }
    text.truncate(len);
    text
}

#[test]
fn texts_of_every_kind_come_back() {
    for len in [0, 1, 2, 3, 4, 257, 258, 259, 65_535, 65_536, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7] {
        for (kinds, copies) in [(1, 0), (2, 10), (255, 0), (80, 20), (250, 60)] {
            let text = text(len, kinds, copies);
            let bytes = deflated(&text, 2);
            assert!(inflated(&bytes) == text, "{len} {kinds} {copies}");
            assert!(bytes.len() <= len + len / 1000 + 32, "{len} {kinds} {copies}: {}", bytes.len());
        }
    }
}

#[test]
fn batches_do_not_show() {
    for len in [BATCH - 1, BATCH, BATCH + 1, 2 * BATCH + CHUNK / 2] {
        let text = text(len, 20, 30);
        let mut writer = DeflateWriter::new(Vec::new(), threads(2));
        for piece in text.chunks(1_000_003) {
            writer.write_all(piece).unwrap();
        }
        let (streamed, total) = writer.finish().unwrap();
        assert_eq!((total.size, total.crc32), (len as u64, crc32fast::hash(&text)));
        assert!(streamed == deflated(&text, 3), "{len}");
        assert!(inflated(&streamed) == text, "{len}");
    }
}

/// Where this fails, packages that were reproducible no longer are: say so in the change log.
#[test]
fn the_bytes_are_the_same_forever() {
    let bytes = deflated(&text(3 * CHUNK, 100, 40), 2);
    assert_eq!((bytes.len(), crc32fast::hash(&bytes)), (152_378, 970_252_917));
}

/// A compressor of which one chunk, that begins with this byte, comes out otherwise.
fn wrong(first: u8, alter: impl Fn(&mut Vec<u8>) + Sync, text: &[u8], count: usize) -> std::io::Error {
    let compressor = || {
        let (mut sound, alter) = (libdeflate()?, &alter);
        Ok(move |text: &[u8], stream: &mut Vec<u8>| {
            sound(text, stream)?;
            if text.first() == Some(&first) {
                alter(stream);
            }
            Ok(())
        })
    };
    pieces(compressor, text, 5, true, threads(count), &NEVER).unwrap_err()
}

#[test]
fn a_defect_of_the_compressor_is_told_with_the_place() {
    let mut text = text(3 * CHUNK + 9, 60, 30);
    text.iter_mut().step_by(CHUNK).zip(200..).for_each(|(first, mark)| *first = mark);
    // Another text, sound in itself; the end missing; another type of block.
    let alters: [fn(&mut Vec<u8>); 3] =
        [|stream| *stream = deflated(b"other", 1), |stream| stream.truncate(stream.len() - 1), |stream| stream[0] ^= 2];
    for ((first, alter), count) in [200, 201, 203].into_iter().zip(alters).zip([1, 2, 3]) {
        let err = wrong(first, alter, &text, count);
        assert_eq!(err.kind(), std::io::ErrorKind::InvalidData);
        let told = err.get_ref().unwrap().downcast_ref::<Miscompressed>().unwrap();
        assert_eq!(told.start, 5 + u64::from(first - 200) * CHUNK as u64);
        assert_eq!(told.len, if first == 203 { 9 } else { CHUNK as u64 });
    }
    insta::assert_snapshot!(
        wrong(200, alters[0], &text, 1),
        @"a chunk of 1048576 bytes at 5 was compressed wrongly (byte 0 is another one); this is a defect of the program or of this machine: try again, and test its memory if it happens again"
    );
}

#[test]
fn failing_writers_are_reported() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let error = deflate(b"text", threads(1), Full).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
}

#[test]
fn a_package_has_the_bytes_that_it_had_before() {
    const SHA256: &str = "7a82fc897ae12d59d49f9c8bf3a12b10b03cb8aece23c7171006934b0ed87021";
    let made = deflated(&text(5 << 20, 80, 20), 2);
    assert_eq!(
        Digest256::of(&made).to_string(),
        SHA256,
        "the same text makes other bytes than before: libdeflater's compressor, its level or the size of a chunk is another. \
         That is allowed, but packages of the same content will have other hashes. Say so in CHANGELOG.md, compare sizes and \
         speed by `cargo bench -p ramp-pack --bench pack`, and then put the new digest here; or hold libdeflater back"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn whatever_goes_in_comes_out(text in prop::collection::vec(any::<u8>(), 0..5000), repeats in 1_usize..200, count in 1_usize..6) {
        let text = text.repeat(repeats);
        let bytes = deflated(&text, count);
        prop_assert!(bytes == deflated(&text, 1));
        prop_assert!(inflated(&bytes) == text);
    }

    #[test]
    fn codes_of_any_shape_come_out(len in 0_usize..400_000, kinds in 1_u8..255, copies in 0_u64..100) {
        let text = text(len, kinds, copies);
        prop_assert!(inflated(&deflated(&text, 2)) == text);
    }
}
