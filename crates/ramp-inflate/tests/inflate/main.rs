//! What comes out, and how a stream ends, is what zlib says, however it is read.
#![allow(clippy::unwrap_used)]

use std::io::{self, Read};

use flate2::Compression;
use proptest::collection::vec;
use proptest::prelude::*;
use ramp_inflate::{Corruption, Inflate, InflateError};

mod blocks;
#[path = "../../fuzz/zlib.rs"]
mod zlib;
use zlib::{StreamEnd, by_zlib};

/// What comes out here, and the very error.
fn inflate(input: impl Read, piece: usize, room: usize) -> (Vec<u8>, Result<u64, InflateError>) {
    let (mut output, mut inflate) = (Vec::new(), Inflate::new(input, piece));
    let result = go_on(&mut inflate, room, &mut output);
    (output, result)
}

/// Decompresses until the end, or the first error.
fn go_on(inflate: &mut Inflate<impl Read>, room: usize, output: &mut Vec<u8>) -> Result<u64, InflateError> {
    let mut buffer = Vec::new();
    loop {
        match inflate.next_piece(&mut buffer, room)? {
            made if made.is_empty() => return Ok(inflate.total_in()),
            made => output.extend_from_slice(&buffer[made]),
        }
    }
}

fn here(data: &[u8], piece: usize, room: usize) -> (Vec<u8>, StreamEnd) {
    let (output, result) = inflate(data, piece, room);
    let outcome = match result {
        Ok(used) => StreamEnd::Whole { used },
        Err(InflateError::CutShort) => StreamEnd::CutShort,
        Err(InflateError::Corrupt(_)) => StreamEnd::Corrupt,
        Err(error) => panic!("memory cannot fail: {error}"),
    };
    (output, outcome)
}

/// What zlib makes of it.
fn zlib(data: &[u8]) -> (Vec<u8>, StreamEnd) {
    by_zlib(data, usize::MAX)
}

fn deflate(text: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = flate2::read::DeflateEncoder::new(text, Compression::new(level));
    let mut data = Vec::new();
    encoder.read_to_end(&mut data).unwrap();
    data
}

/// Text with matches of all lengths and distances in it.
fn text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..300),
        vec(0..4_u8, 0..2000),
        (any::<u8>(), 0..1000_usize).prop_map(|(byte, times)| vec![byte; times]),
    ];
    let again = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    vec((piece, again), 0..40).prop_map(|pieces| {
        let mut text = Vec::new();
        for (piece, (from, length)) in pieces {
            text.extend_from_slice(&piece);
            if !text.is_empty() {
                let from = from.index(text.len());
                let repeated = text[from..][..length.index(text.len() - from).min(3000)].to_vec();
                text.extend_from_slice(&repeated);
            }
        }
        text
    })
}

/// Bits, the lowest of each number first.
fn stream(numbers: &[(u64, u32)]) -> Vec<u8> {
    let mut bits = Vec::new();
    for (number, count) in numbers {
        bits.extend((0..*count).map(|bit| number >> bit & 1 == 1));
    }
    bits.chunks(8).map(|byte| byte.iter().rev().fold(0, |all, bit| all << 1 | u8::from(*bit))).collect()
}

/// The header of a last block with codes of its own: how many there are, and the lengths of the codes for their lengths,
/// of which these are 0, 1 and 18, and the others none.
fn codes(literals: u64, distances: u64, lengths: [u64; 3]) -> Vec<(u64, u32)> {
    let [zero, one, many] = lengths;
    let mut numbers = vec![(1, 1), (2, 2), (literals - 257, 5), (distances - 1, 5), (18 - 4, 4)];
    // 16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1
    numbers.extend([(0, 3), (0, 3), (many, 3), (zero, 3)]);
    numbers.extend([(0, 3); 13]);
    numbers.push((one, 3));
    numbers
}

/// So many times the length 0, at least 11, where its code is `11`.
fn zeros(times: u64) -> Vec<(u64, u32)> {
    vec![(3, 2), (times - 11, 7)]
}

#[test]
fn each_corruption_is_told_in_the_words_of_zlib() {
    // The codes are `0` for a length of 0, `10` for 1 and `11` for many zeros.
    let usual = [1, 2, 2];
    let one = (1, 2);
    // The byte 0 and the end of the block with one bit each, and one distance.
    let tiny = || [codes(257, 1, usual), vec![one], zeros(138), zeros(117), vec![one]].concat();
    let cases: Vec<(Corruption, Vec<(u64, u32)>)> = vec![
        (Corruption::BlockType, vec![(1, 1), (3, 2)]),
        (Corruption::StoredLengths, vec![(1, 8), (5, 16), (5, 16)]),
        (Corruption::TooManySymbols, codes(287, 1, usual)),
        (Corruption::TooManySymbols, codes(257, 31, usual)),
        (Corruption::CodeLengthsSet, codes(257, 1, [1, 1, 1])),
        (Corruption::CodeLengthsSet, codes(257, 1, [2, 2, 2])),
        (Corruption::CodeLengthsSet, codes(257, 1, [1, 0, 0])),
        (Corruption::Repeat, [codes(257, 1, usual), zeros(138), zeros(138)].concat()),
        (Corruption::NoEndOfBlock, [codes(257, 1, usual), vec![one], zeros(138), zeros(119)].concat()),
        (
            Corruption::LiteralsSet,
            [codes(257, 1, usual), vec![one, one], zeros(138), zeros(116), vec![one, one]].concat(),
        ),
        (
            Corruption::DistancesSet,
            [codes(257, 3, usual), vec![one], zeros(138), zeros(117), vec![one, one, one, one]].concat(),
        ),
        (
            // The end of the block alone, with one bit; the other is none.
            Corruption::LiteralCode,
            [codes(257, 1, usual), zeros(138), zeros(118), vec![one, one, (1, 1)]].concat(),
        ),
        // The fixed code has two symbols more than lengths, and two more than distances.
        (Corruption::LiteralCode, vec![(1, 1), (1, 2), (0b0110_0011, 8)]),
        (Corruption::DistanceCode, vec![(1, 1), (1, 2), (0b0000_1100, 8), (0b100_0000, 7), (0b01111, 5)]),
        // A literal, then a match that begins two bytes before.
        (Corruption::TooFarBack, vec![(1, 1), (1, 2), (0b0000_1100, 8), (0b100_0000, 7), (0b10000, 5)]),
    ];
    for (corruption, mut numbers) in cases {
        // Else they could be taken for cut short.
        numbers.extend([(0, 32); 40]);
        let data = stream(&numbers);
        let (_, result) = inflate(&data[..], 1, 1);
        assert!(matches!(result, Err(InflateError::Corrupt(found)) if found == corruption), "{corruption}: {result:?}");
        assert_eq!(zlib(&data).1, StreamEnd::Corrupt, "{corruption}");
    }
    let sound = stream(&[tiny(), vec![one, (0, 1), (0, 1), (1, 1)]].concat());
    assert_eq!(here(&sound, 1, 1), (vec![0, 0], StreamEnd::Whole { used: sound.len() as u64 }));
    assert_eq!(zlib(&sound), here(&sound, 1, 1));
}

#[test]
fn an_error_is_told_again_after_all_that_came_before_it() {
    let data = deflate(b"text and text", 6);
    let mut inflate = Inflate::new(&data[..data.len() - 2], 1);
    let mut buffer = Vec::new();
    let made = inflate.next_piece(&mut buffer, 100).unwrap();
    assert!(b"text and text".starts_with(&buffer[made]));
    for _ in 0..2 {
        assert!(matches!(inflate.next_piece(&mut buffer, 100), Err(InflateError::CutShort)));
    }
}

#[test]
fn what_the_reader_says_comes_through() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let (_, result) = inflate(Read::chain(&deflate(&[7; 5000], 6)[..4], Broken), 1, 1);
    assert!(matches!(result, Err(InflateError::Io(error)) if error.to_string() == "gone"));
}

/// Else a stream with a hole would end as if it were whole.
#[test]
fn once_the_reader_has_failed_nothing_more_is_given() {
    struct Hiccup<'a>(&'a [u8], usize);
    impl Read for Hiccup<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            if self.1 == 3 {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let most = buffer.len().min(700);
            self.0.read(&mut buffer[..most])
        }
    }
    for level in [0, 6] {
        let text: Vec<u8> = (0..20_000_u32).flat_map(|n| (n * n % 911).to_le_bytes()).collect();
        let data = deflate(&text, level);
        let mut inflate = Inflate::new(Hiccup(&data, 0), 700);
        let (mut buffer, mut failures) = (Vec::new(), 0);
        for _ in 0..200 {
            match inflate.next_piece(&mut buffer, 0) {
                Ok(piece) => assert!(failures == 0 && !piece.is_empty(), "level {level}"),
                Err(InflateError::Io(error)) if error.kind() == io::ErrorKind::TimedOut => failures += 1,
                Err(error) => panic!("{error}"),
            }
            if failures == 0 && inflate.next_piece(&mut buffer, 1000).is_err() {
                failures = 1;
            }
        }
        assert!(failures > 100, "level {level}");
    }
}

#[test]
fn a_reader_may_give_a_byte_at_a_time() {
    struct Slow<'a>(&'a [u8]);
    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let most = buffer.len().min(1);
            self.0.read(&mut buffer[..most])
        }
    }
    let text: Vec<u8> = (0..100_000_u32).flat_map(|n| (n % 1000).to_le_bytes()).collect();
    let data = deflate(&text, 6);
    let (output, result) = inflate(Slow(&data), 1, 1000);
    assert!(output == text);
    assert_eq!(result.unwrap(), data.len() as u64);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn what_was_compressed_comes_back(
        text in text(), level in 0..=9_u32, piece in 1..5000_usize, room in 2000..70_000_usize, behind in vec(any::<u8>(), 0..50),
    ) {
        for data in [deflate(&text, level), libdeflate(&text)] {
            let used = data.len() as u64;
            let data = [data, behind.clone()].concat();
            let (output, outcome) = here(&data, piece, room);
            prop_assert!(output == text);
            prop_assert_eq!(outcome, StreamEnd::Whole { used });
        }
    }

    #[test]
    fn what_is_damaged_ends_as_it_does_for_zlib(
        text in text(), level in 0..=9_u32, end in any::<prop::sample::Index>(), flips in vec(any::<prop::sample::Index>(), 0..3),
        room in 500..5000_usize,
    ) {
        let mut data = deflate(&text, level);
        data.truncate(end.index(data.len()) + 1);
        for flip in flips {
            let bit = flip.index(data.len() * 8);
            data[bit / 8] ^= 1 << (bit % 8);
        }
        prop_assert_eq!(here(&data, 1, room), zlib(&data));
    }

    #[test]
    fn any_bytes_end_as_they_do_for_zlib(data in vec(any::<u8>(), 0..200), room in 1..500_usize) {
        prop_assert_eq!(here(&data, 1, room), zlib(&data));
    }
}

#[test]
fn every_truncation_and_every_flipped_bit_ends_as_it_does_for_zlib() {
    let text: Vec<u8> = (0..400_u32).flat_map(|n| (n * n % 911).to_le_bytes()).collect();
    for data in [deflate(&text[..60], 9), deflate(&text, 6), deflate(&text[..50], 0), libdeflate(&text)] {
        for end in 0..=data.len() {
            assert_eq!(here(&data[..end], 1, 1), zlib(&data[..end]), "{end} of {}", data.len());
        }
        for bit in 0..data.len() * 8 {
            let mut data = data.clone();
            data[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(here(&data, 1, 1), zlib(&data), "bit {bit}");
        }
    }
}

/// Gives a piece at a time, and in between says that there is nothing yet.
struct Halting<'a> {
    data: &'a [u8],
    piece: usize,
    halted: bool,
}

impl Read for Halting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.halted = !self.halted;
        if self.halted {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let most = self.piece.min(buffer.len());
        self.data.read(&mut buffer[..most])
    }
}

#[test]
fn a_reader_that_halts_is_asked_again() {
    let text: Vec<u8> = (0..30_000_u32).flat_map(|n| (n * n % 911).to_le_bytes()).collect();
    let stored = deflate(&text[..9000], 0);
    for (data, piece) in
        [(deflate(&text, 6), 1), (deflate(&text, 6), 3000), (stored, 7), (vec![3, 0], 1), (Vec::new(), 1)]
    {
        let data = [&data[..], b"behind"].concat();
        let mut inflate = Inflate::new(Halting { data: &data, piece, halted: false }, 1);
        let (mut output, mut halts) = (Vec::new(), 0);
        let used = loop {
            match go_on(&mut inflate, 1000, &mut output) {
                Err(InflateError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => halts += 1,
                used => break used,
            }
        };
        let (expected, end) = zlib(&data);
        assert!(output == expected, "{} in pieces of {piece}", data.len());
        assert!(halts > 0);
        match end {
            StreamEnd::Whole { used: all } => {
                assert_eq!(used.unwrap(), all);
                let rest = [inflate.unused().to_vec(), inflate.get_mut().data.to_vec()].concat();
                assert_eq!(rest, b"behind", "{} in pieces of {piece}", data.len());
            }
            end => assert!(used.is_err(), "{end:?}"),
        }
    }
}

#[test]
fn found_by_fuzzing() {
    // Repeats a length where there is none, but its last bits are missing.
    let data = b"\x6c\x62\x04\x30\x63";
    assert_eq!(here(data, 1, 1), (Vec::new(), StreamEnd::CutShort));
    assert_eq!(zlib(data), here(data, 1, 1));
}

fn libdeflate(text: &[u8]) -> Vec<u8> {
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::best());
    let mut data = vec![0; compressor.deflate_compress_bound(text.len())];
    let length = compressor.deflate_compress(text, &mut data).unwrap();
    data.truncate(length);
    data
}
