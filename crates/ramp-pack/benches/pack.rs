//! How fast a bundle is written and how small it gets, beside what the reference packs with: Python's `zipfile`.
//!
//! `cargo bench -p ramp-pack --bench pack -- MODULE... [ROUNDS]`; without a module a synthetic one of 40 MB is made.
//! Prints the best of the rounds for one and two threads, in MB of module a second, and the size against Python's.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::io::{Cursor, Write as _};
use std::num::NonZeroUsize;
use std::process::Command;
use std::time::{Duration, Instant};

use ramp_pack::{BundleParts, WriteOptions, write_bundle};

const SYNTHETIC_BYTES: usize = 40 << 20;

/// Packs the file named by the first argument as often as the second says; prints the size and the best time.
const PYTHON: &str = "
import io, sys, time, zipfile
best = float('inf')
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        archive.write(sys.argv[1], 'module.so')
        archive.writestr('module.json', '{}')
    best = min(best, time.perf_counter() - start)
print(len(out.getvalue()), best)
";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| arg != "--bench").collect();
    let (numbers, paths): (Vec<_>, Vec<_>) = args.into_iter().partition(|arg| arg.parse::<u32>().is_ok());
    let rounds = numbers.first().map_or(Ok(3), |text| text.parse())?;
    println!(
        "{:>9} {:>10} {:>10} {:>6} {:>8} {:>8} {:>8} {:>6}",
        "MB", "python", "ours", "size", "python", "1", "2", "speed"
    );
    if paths.is_empty() {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&ramp_fixtures::synthetic::like_code(SYNTHETIC_BYTES))?;
        measure(&file.path().to_string_lossy(), rounds)?;
    }
    paths.iter().try_for_each(|path| measure(path, rounds))
}

fn measure(path: &str, rounds: u32) -> Result<(), Box<dyn Error>> {
    let module = std::fs::read(path)?;
    let mega = mega(module.len());
    let (size, one) = ours(&module, NonZeroUsize::MIN, rounds)?;
    let (_, two) = ours(&module, NonZeroUsize::MIN.saturating_add(1), rounds)?;
    let speed = |time: Duration| mega / time.as_secs_f64();
    match python(path, rounds)? {
        Some((python_size, python)) => {
            let ratio = self::mega(size) / self::mega(python_size);
            let (python, one, two) = (speed(python), speed(one), speed(two));
            let faster = two / python;
            println!(
                "{mega:>9.1} {python_size:>10} {size:>10} {ratio:>6.3} {python:>8.1} {one:>8.1} {two:>8.1} {faster:>6.2} {path}"
            );
        }
        None => println!(
            "{mega:>9.1} {:>10} {size:>10} {:>6} {:>8} {:>8.1} {:>8.1} {:>6} {path}",
            "-",
            "-",
            "-",
            speed(one),
            speed(two),
            "-"
        ),
    }
    Ok(())
}

/// Size of the bundle, and the best time.
fn ours(module: &[u8], threads: NonZeroUsize, rounds: u32) -> Result<(usize, Duration), Box<dyn Error>> {
    let mut best = (0, Duration::MAX);
    for _ in 0..rounds {
        let start = Instant::now();
        let mut out = Cursor::new(Vec::new());
        let parts =
            BundleParts { module_file: "module.so", module: module.into(), metadata: b"{}", dependencies: Vec::new() };
        write_bundle(&mut out, parts, &WriteOptions { threads, ..WriteOptions::default() })?;
        best = (out.get_ref().len(), best.1.min(start.elapsed()));
    }
    Ok(best)
}

/// The same of Python; `None` where there is none.
fn python(path: &str, rounds: u32) -> Result<Option<(usize, Duration)>, Box<dyn Error>> {
    let Ok(output) = Command::new("python3").args(["-c", PYTHON, path, &rounds.to_string()]).output() else {
        return Ok(None);
    };
    let text = String::from_utf8(output.stdout)?;
    let (size, seconds) = text.trim().split_once(' ').ok_or("python3 measured nothing")?;
    Ok(Some((size.parse()?, Duration::from_secs_f64(seconds.parse()?))))
}

#[allow(clippy::cast_precision_loss)] // figures for people
fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
