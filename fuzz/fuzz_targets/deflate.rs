//! Any bytes compressed: another library gives them back, and the number of threads changes nothing.
#![no_main]

use std::io::Read as _;
use std::num::NonZeroUsize;

use libfuzzer_sys::fuzz_target;
use ramp_pack::{CHUNK, deflate};

fuzz_target!(|data: (u16, &[u8])| {
    // Longer than a chunk now and then, so that chunks meet.
    let (repeat, piece) = data;
    let length = if repeat % 8 == 0 { CHUNK + usize::from(repeat) } else { piece.len() };
    let text: Vec<u8> = piece.iter().copied().cycle().take(if piece.is_empty() { 0 } else { length }).collect();
    let threads = |count| NonZeroUsize::new(count).expect("not zero");
    let mut one = Vec::new();
    let made = deflate(&text, threads(1), &mut one).expect("memory can be written to");
    assert_eq!((made.size, made.compressed_size), (text.len() as u64, one.len() as u64));
    let mut two = Vec::new();
    deflate(&text, threads(2), &mut two).expect("memory can be written to");
    assert!(one == two);
    let mut back = Vec::new();
    flate2::read::DeflateDecoder::new(&one[..]).read_to_end(&mut back).expect("a whole stream");
    assert!(back == text);
});
