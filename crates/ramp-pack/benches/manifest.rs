//! How long reading a manifest takes: `cargo bench -p ramp-pack --bench manifest`.
#![allow(missing_docs, reason = "macros write items without documentation")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ramp_pack::manifest::Manifest;

const MANIFEST: &[u8] = include_bytes!("../../../testdata/manifests/search.yml");

fn manifest(c: &mut Criterion) {
    c.bench_function("manifest", |b| b.iter(|| Manifest::read(black_box(MANIFEST))));
}

criterion_group!(benches, manifest);
criterion_main!(benches);
