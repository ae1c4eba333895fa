//! How long judging a bundle takes, beside the least it could take on two cores: the slower of inflating the module, with
//! the fastest library there is, and of hashing it.
//!
//! `cargo bench -p ramp-core --bench whole_bundle -- [BUNDLE] [ROUNDS]`; without a bundle one of a synthetic 100 MB
//! module is made. Prints the best of the rounds, in milliseconds.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::hint::black_box;
use std::io::Cursor;
use std::time::{Duration, Instant};

use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::{Policy, Target, validate};
use ramp_fixtures::bundle::{BundleBuilder, MODULE_FILE};
use sha2::{Digest as _, Sha256};

const SYNTHETIC_BYTES: usize = 100 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench");
    let bundle = match args.next() {
        Some(path) => std::fs::read(path)?,
        None => synthetic(),
    };
    let rounds = args.next().map_or(Ok(5), |text| text.parse())?;

    let (offset, packed, size) = module_data(&bundle)?;
    let data = bundle.get(offset..offset + packed).ok_or("the module's data lies outside the bundle")?;
    let mut module = vec![0; size];
    let inflate = best(rounds, || {
        // Into fresh memory, as any who judges a bundle has to.
        module = vec![0; size];
        let inflated = libdeflater::Decompressor::new().deflate_decompress(data, &mut module);
        inflated.map(|_| ()).map_err(std::io::Error::other)
    })?;
    let hash = best(rounds, || {
        black_box(Sha256::digest(&module));
        Ok(())
    })?;
    let (target, policy) = (Target::named("7.22")?, Policy::strict());
    let judge = best(rounds, || {
        black_box(validate(Cursor::new(&bundle), &target, &policy).map_err(std::io::Error::other)?);
        Ok(())
    })?;
    let limit = inflate.max(hash);
    println!("module       {:>9.1} MB, packed {:.1} MB", mega(size), mega(packed));
    println!("inflate      {:>9.1} ms", milli(inflate));
    println!("hash         {:>9.1} ms", milli(hash));
    println!("validate     {:>9.1} ms", milli(judge));
    println!("of the limit {:>9.2}", limit.as_secs_f64() / judge.as_secs_f64());
    Ok(())
}

/// Where the module's compressed data is, its length, and the module's.
fn module_data(bundle: &[u8]) -> Result<(usize, usize, usize), Box<dyn Error>> {
    let opened = Bundle::open(Cursor::new(bundle), &BundleLimits::default())?;
    let entry = opened.directory().entries.iter().find(|e| e.name.ends_with(".so")).ok_or("there is no module")?;
    let local = opened.local(entry)?;
    let number = |n: u64| usize::try_from(n);
    Ok((number(local.data_offset)?, number(entry.claimed_compressed_size)?, number(entry.claimed_size)?))
}

fn synthetic() -> Vec<u8> {
    println!("{MODULE_FILE}: synthetic");
    BundleBuilder::of_module(ramp_fixtures::synthetic::module(SYNTHETIC_BYTES)).build()
}

fn best(rounds: u32, mut run: impl FnMut() -> std::io::Result<()>) -> std::io::Result<Duration> {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed());
    }
    Ok(best)
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

fn milli(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
