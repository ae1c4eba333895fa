//! How fast a stream is decompressed, beside zlib-rs, which streams too, and libdeflate, which needs all of it in memory.
//!
//! `cargo bench -p ramp-inflate [-- FILTER]`
#![allow(missing_docs, clippy::expect_used, reason = "macros write items without documentation; a bench may fail")]

use std::hint::black_box;
use std::io::Read as _;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ramp_inflate::{Blocks, Inflate};

const BYTES: usize = 8 << 20;
const PIECE: usize = 256 << 10;

/// Words of a small vocabulary, numbers between them: some matches, some literals.
fn text() -> Vec<u8> {
    let mut state = 1_u64;
    let mut text = Vec::with_capacity(BYTES + 16);
    while text.len() < BYTES {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let word = state >> 33;
        text.extend_from_slice(&(word % 4000).to_le_bytes()[..2]);
        text.extend_from_slice(&[b"mov ", b"lea ", b"call", b"ret "][(word >> 20) as usize % 4][..]);
    }
    text.truncate(BYTES);
    text
}

fn inflate(c: &mut Criterion) {
    let text = text();
    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut data = vec![0; compressor.deflate_compress_bound(text.len())];
    let length = compressor.deflate_compress(&text, &mut data).expect("there is room");
    data.truncate(length);

    let mut group = c.benchmark_group("8 MiB");
    group.sample_size(30).throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("ramp-inflate", |b| {
        let mut buffer = Vec::new();
        b.iter(|| {
            let (mut inflate, mut size) = (Inflate::new(black_box(&data[..]), PIECE), 0);
            loop {
                match inflate.next_piece(&mut buffer, PIECE).expect("a sound stream") {
                    made if made.is_empty() => return size,
                    made => size += made.len(),
                }
            }
        });
    });
    group.bench_function("zlib-rs", |b| {
        let mut buffer = vec![0; PIECE];
        b.iter(|| {
            let mut decoder = flate2::bufread::DeflateDecoder::new(black_box(&data[..]));
            let mut size = 0;
            loop {
                match decoder.read(&mut buffer).expect("a sound stream") {
                    0 => return size,
                    made => size += made,
                }
            }
        });
    });
    group.bench_function("libdeflate, into memory", |b| {
        let mut out = vec![0; text.len()];
        b.iter(|| libdeflater::Decompressor::new().deflate_decompress(black_box(&data), &mut out));
    });
    group.bench_function("ramp-inflate, block by block, into memory", |b| {
        let (mut stream, mut blocks) = (data.clone(), Blocks::new(text.len()));
        b.iter(|| {
            blocks.restart();
            let mut start = 0;
            loop {
                let block = blocks.inflate(black_box(&mut stream), start).expect("a sound stream");
                let block = block.expect("there is room for it");
                start = block.end;
                if block.is_last {
                    return start;
                }
            }
        });
    });
    group.finish();
}

criterion_group!(benches, inflate);
criterion_main!(benches);
