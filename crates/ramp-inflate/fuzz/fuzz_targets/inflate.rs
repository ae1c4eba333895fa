//! Any bytes taken for a DEFLATE stream: what comes out, and how it ends, is what zlib says; its blocks end there too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use ramp_inflate::{Blocks, Inflate, InflateError};

#[path = "../zlib.rs"]
mod zlib;
use zlib::{StreamEnd, by_zlib};

/// No more than this is looked at: a few bytes can be a lot.
const MOST: usize = 1 << 20;

fuzz_target!(|input: (u16, &[u8])| {
    let (room, data) = input;
    let (output, end) = here(data, usize::from(room).max(64));
    let (expected, expected_end) = by_zlib(data, MOST);
    assert_eq!(end, expected_end);
    if let StreamEnd::Whole { used } = end
        && output.len() <= MOST
    {
        by_block(data, &output, used);
    }
    assert!(output[..output.len().min(MOST)] == expected[..expected.len().min(MOST)]);
});

fn by_block(data: &[u8], text: &[u8], used: u64) {
    let (mut stream, mut blocks, mut start) = (data.to_vec(), Blocks::new(text.len()), 0);
    loop {
        let block = blocks.inflate(&mut stream, start).expect("a whole stream has whole blocks");
        let block = block.expect("no more comes out of blocks than of the stream");
        start = block.end;
        if block.is_last {
            break;
        }
    }
    assert!(blocks.text() == text);
    assert_eq!(start.div_ceil(8), used);
}

fn here(data: &[u8], room: usize) -> (Vec<u8>, StreamEnd) {
    let mut inflate = Inflate::new(data, 1);
    let (mut output, mut buffer) = (Vec::new(), Vec::new());
    while output.len() <= MOST {
        match inflate.next_piece(&mut buffer, room) {
            Ok(piece) if piece.is_empty() => return (output, StreamEnd::Whole { used: inflate.total_in() }),
            Ok(piece) => output.extend_from_slice(&buffer[piece]),
            Err(InflateError::CutShort) => return (output, StreamEnd::CutShort),
            Err(InflateError::Corrupt(_)) => return (output, StreamEnd::Corrupt),
            Err(error) => panic!("memory cannot fail: {error}"),
        }
    }
    (output, StreamEnd::Long)
}
