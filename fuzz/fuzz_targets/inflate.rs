//! Any bytes taken for a DEFLATE stream: what comes out, and how it ends, is what zlib says.
#![no_main]

use flate2::{Decompress, FlushDecompress, Status};
use libfuzzer_sys::fuzz_target;
use ramp_core::inflate::{Inflate, InflateError};

/// No more than this is looked at: a few bytes can be a lot.
const MOST: usize = 1 << 20;

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Whole { used: u64 },
    CutShort,
    Corrupt,
    Long,
}

fuzz_target!(|input: (u16, &[u8])| {
    let (room, data) = input;
    let (output, outcome) = here(data, usize::from(room).max(64));
    let (expected, ending) = zlib(data);
    assert_eq!(outcome, ending);
    let both = output.len().min(MOST);
    assert!(output[..both] == expected[..expected.len().min(MOST)]);
});

fn here(data: &[u8], room: usize) -> (Vec<u8>, Outcome) {
    let mut inflate = Inflate::new(data, 1);
    let (mut output, mut buffer) = (Vec::new(), Vec::new());
    while output.len() <= MOST {
        match inflate.next_piece(&mut buffer, room) {
            Ok(piece) if piece.is_empty() => return (output, Outcome::Whole { used: inflate.total_in() }),
            Ok(piece) => output.extend_from_slice(&buffer[piece]),
            Err(InflateError::CutShort) => return (output, Outcome::CutShort),
            Err(InflateError::Corrupt(_)) => return (output, Outcome::Corrupt),
            Err(error) => panic!("memory cannot fail: {error}"),
        }
    }
    (output, Outcome::Long)
}

fn zlib(data: &[u8]) -> (Vec<u8>, Outcome) {
    let mut state = Decompress::new(false);
    let (mut output, mut buffer) = (Vec::new(), vec![0; 64 << 10]);
    while output.len() <= MOST {
        let (used, made) = (state.total_in(), state.total_out());
        let status = state.decompress(&data[used as usize..], &mut buffer, FlushDecompress::None);
        let more = (state.total_out() - made) as usize;
        output.extend_from_slice(&buffer[..more]);
        match status {
            // What is long enough is not asked how it ends.
            _ if output.len() > MOST => {}
            Ok(Status::StreamEnd) => return (output, Outcome::Whole { used: state.total_in() }),
            Ok(_) if more == 0 && state.total_in() == used => return (output, Outcome::CutShort),
            Ok(_) => {}
            Err(_) => return (output, Outcome::Corrupt),
        }
    }
    (output, Outcome::Long)
}
