//! The parts of judging a bundle, each by itself: `cargo bench -p ramp-core --bench parts [-- FILTER]`.
#![allow(missing_docs, clippy::expect_used, reason = "macros write items without documentation; a bench may fail")]

use std::hint::black_box;
use std::io::Cursor;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ramp_core::Digest256;
use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::metadata::{Metadata, json, unpacked};
use ramp_core::module::{ModuleLimits, inspect};
use ramp_core::{Limits, Policy, Target, facts, judge, validate, version};
use ramp_fixtures::bundle::BundleBuilder;
use ramp_fixtures::elf::ElfBuilder;
use ramp_fixtures::synthetic;
use ramp_fixtures::zip::{Entry, ZipBuilder};

fn framing(c: &mut Criterion) {
    let small = BundleBuilder::with_dependency().build();
    let many = (0..10_000).map(|number| Entry::stored(format!("deps/{number}.tgz"), b"a"));
    let many = ZipBuilder::new(many).build();
    let mut group = c.benchmark_group("framing");
    for (name, bundle) in [("3 entries", &small), ("10,000 entries", &many)] {
        group.throughput(Throughput::Bytes(bundle.len() as u64));
        let limits = BundleLimits::default();
        group.bench_function(name, |b| b.iter(|| Bundle::open(Cursor::new(black_box(bundle)), &limits)));
    }
    group.finish();
}

fn metadata(c: &mut Criterion) {
    let text = BundleBuilder::with_dependency().metadata_text();
    let mut group = c.benchmark_group("metadata");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("read", |b| b.iter(|| json::read(black_box(&text))));
    group.bench_function("read, unpacked and modelled", |b| {
        b.iter(|| {
            let document = json::read(black_box(&text)).ok()?;
            let rejections = unpacked::rejections(&document);
            Some((rejections, Metadata::from_document(document)))
        });
    });
    group.bench_function("version", |b| b.iter(|| version::parse(black_box("7.22.0-241"))));
    group.finish();
}

fn module(c: &mut Criterion) {
    let few = ElfBuilder::module().build();
    let many = (0..20_000).fold(ElfBuilder::module(), |elf, number| elf.export(&format!("symbol_{number}"))).build();
    let limits = ModuleLimits::default();
    let mut group = c.benchmark_group("module");
    for (name, module) in [("few symbols", &few), ("20,000 symbols", &many)] {
        group.bench_function(name, |b| b.iter(|| inspect(black_box(module), &limits)));
    }
    group.finish();
}

fn content(c: &mut Criterion) {
    let module = synthetic::module(4 << 20);
    let bundle = BundleBuilder::of_module(module.clone()).build();
    let target = Target::named("7.22").expect("a release");
    let mut group = c.benchmark_group("content of 4 MiB");
    group.sample_size(20).throughput(Throughput::Bytes(module.len() as u64));
    group.bench_function("hashed", |b| b.iter(|| Digest256::of(black_box(&module))));
    group.bench_function("judged", |b| {
        b.iter(|| validate(Cursor::new(black_box(&bundle)), &target, &Policy::strict()));
    });
    group.finish();
}

fn judgement(c: &mut Criterion) {
    let bundle = BundleBuilder::with_dependency().build();
    let limits = Limits::default();
    let mut group = c.benchmark_group("small bundle");
    group.bench_function("facts", |b| b.iter(|| facts::gather(Cursor::new(black_box(&bundle)), &limits)));
    for release in ["7.22", "8.2"] {
        let target = Target::named(release).expect("a release");
        let facts = facts::gather(Cursor::new(&bundle), &limits).expect("within limits");
        group.bench_function(format!("judged against {release}"), |b| {
            b.iter(|| judge(black_box(&facts), &target, &Policy::strict()));
        });
    }
    group.finish();
}

criterion_group!(benches, framing, metadata, module, content, judgement);
criterion_main!(benches);
