//! Streams in memory, block by block.

use proptest::collection::vec;
use proptest::prelude::*;
use ramp_inflate::{Block, Blocks, InflateError};

use super::zlib::StreamEnd;
use super::{deflate, libdeflate, zlib};

/// The blocks of a stream, what comes out of them, and what is wrong with it.
fn blocks(data: &[u8], most: usize) -> (Vec<Block>, Vec<u8>, Result<(), InflateError>) {
    let (mut stream, mut blocks) = (data.to_vec(), Blocks::new(most));
    let (mut found, mut start) = (Vec::new(), 0);
    let end = loop {
        match blocks.inflate(&mut stream, start) {
            Ok(Some(block)) => {
                start = block.end;
                found.push(block);
                if block.is_last {
                    break Ok(());
                }
            }
            Ok(None) => panic!("more than {most} bytes"),
            Err(error) => break Err(error),
        }
    };
    assert_eq!(stream, data);
    (found, blocks.text().to_vec(), end)
}

#[test]
fn blocks_follow_each_other_to_the_end_of_the_stream() {
    // What can be compressed, then what hardly can: an encoder changes its codes in between.
    let number = |n: u32| if n < 50_000 { n % 911 } else { n.wrapping_mul(2_654_435_761).rotate_left(n % 31) };
    let whole: Vec<u8> = (0..100_000).flat_map(|n| number(n).to_le_bytes()).collect();
    let streams = [(deflate(&whole, 6), 2), (deflate(&whole, 0), 6), (libdeflate(&whole), 2), (vec![3, 0], 1)];
    for (data, least) in streams {
        let longer = [&data[..], b"behind"].concat();
        let (found, text, end) = blocks(&longer, whole.len());
        end.unwrap();
        assert!(text == if data.len() == 2 { &[][..] } else { &whole });
        assert!(found.len() >= least, "{} blocks", found.len());
        assert_eq!(found[0].start, 0);
        assert!(found.windows(2).all(|pair| pair[0].end == pair[1].start && !pair[0].is_last));
        let last = found[found.len() - 1];
        assert!(last.is_last);
        assert_eq!(last.end.div_ceil(8), data.len() as u64);
        // Less of it, and there is no end.
        for end in (0..data.len()).step_by(data.len().div_ceil(97)) {
            let (_, _, last) = blocks(&data[..end], whole.len());
            assert!(matches!(last, Err(InflateError::CutShort)), "{end} of {}: {last:?}", data.len());
        }
    }
}

#[test]
fn no_more_comes_out_of_blocks_than_there_is_room_for() {
    for text in [&b"a".repeat(1000), &(0..=255).collect::<Vec<u8>>()] {
        for mut data in [deflate(text, 6), deflate(text, 0), libdeflate(text)] {
            let whole = data.clone();
            for most in [0, 1, text.len() - 1] {
                assert_eq!(Blocks::new(most).inflate(&mut data, 0).unwrap(), None, "{most}");
            }
            let mut blocks = Blocks::new(text.len());
            for _ in 0..2 {
                assert!(blocks.inflate(&mut data, 0).unwrap().unwrap().is_last);
                assert!(blocks.text() == &text[..]);
                blocks.restart();
                assert_eq!(blocks.text(), b"");
            }
            assert_eq!(data, whole);
        }
    }
}

#[test]
fn a_block_that_begins_behind_the_data_is_cut_short() {
    for start in [32, 33, 39, 40, 1000, u64::MAX] {
        let cut = Blocks::new(10).inflate(&mut vec![0; 4], start);
        assert!(matches!(cut, Err(InflateError::CutShort)), "{start}: {cut:?}");
    }
}

proptest! {
    /// Blocks give what zlib's reading does, and end where it does.
    #[test]
    fn blocks_end_where_the_stream_does(data in vec(any::<u8>(), 0..200)) {
        // The most that so few bytes can be is 1,032 times as much.
        let (found, text, end) = blocks(&data, 1032 * 200);
        let (expected, expected_end) = zlib(&data);
        match expected_end {
            StreamEnd::Whole { used } => {
                end.unwrap();
                prop_assert!(text == expected);
                prop_assert_eq!(found.last().map(|block| block.end.div_ceil(8)), Some(used));
            }
            StreamEnd::CutShort => prop_assert!(matches!(end, Err(InflateError::CutShort))),
            _ => prop_assert!(matches!(end, Err(InflateError::Corrupt(_)))),
        }
    }
}
