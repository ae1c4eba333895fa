//! What costs the most: beside what is new in the code, what is new in time, memory or size of the report is kept and changed further.
//!
//! `cargo fuzz run -s none cost`: a sanitizer would be measured, too. Each new worst is told, with the recipe that makes it;
//! `cargo bench -p ramp-core --bench hostile -- RECIPE…` measures recipes as they are without the fuzzer.
#![no_main]

use std::io::Cursor;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use libfuzzer_sys::fuzz_target;
use peak_alloc::PeakAlloc;
use ramp_core::{Limits, Policy, Target, facts};
use ramp_fixtures::recipe;
use rustix::time::{ClockId, clock_gettime};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Steps of a measure that are told apart, and measures.
const STEPS: usize = 256;
const MEASURES: [&str; 3] = ["us", "KiB", "bytes of report"];
/// What a measure has where the first step begins; each further one is five per cent more.
const FIRST: [f64; 3] = [1_000.0, 1_024.0, 10_000.0];
/// What a bundle may have at most, as the promise has it.
const MOST_BYTES: usize = 1 << 20;

/// The fuzzer looks at these as it does at its counters of what code ran.
#[unsafe(link_section = "__libfuzzer_extra_counters")]
static COUNTERS: [AtomicU8; STEPS * MEASURES.len()] = [const { AtomicU8::new(0) }; STEPS * MEASURES.len()];
static WORST: [AtomicUsize; MEASURES.len()] = [const { AtomicUsize::new(0) }; MEASURES.len()];

fuzz_target!(|data: &[u8]| {
    let bundle = recipe::bundle(data);
    if bundle.len() >= MOST_BYTES {
        return;
    }
    let target = Target::named("7.22").expect("a release");
    let limits = Limits::default().threads(std::num::NonZeroUsize::MIN);
    let (mut time, mut peak, mut size) = (usize::MAX, 0, 0);
    // Once is enough for what is quick.
    for _ in 0..3 {
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let start = busy();
        let report = facts::gather(Cursor::new(&bundle), &limits)
            .map(|facts| ramp_core::judge(&facts, &target, &Policy::strict()));
        time = time.min(busy() - start);
        peak = MEMORY.peak_usage().saturating_sub(before) + bundle.len();
        size = report.map_or(0, |report| serde_json::to_string(&report).map_or(0, |text| text.len()));
        if time < 20_000 {
            break;
        }
    }
    for (which, value) in [time, peak / 1024, size].into_iter().enumerate() {
        let step = (value as f64 / FIRST[which]).max(1.0).ln() / 1.05_f64.ln();
        COUNTERS[which * STEPS + (step as usize).min(STEPS - 1)].store(1, Ordering::Relaxed);
        if WORST[which].fetch_max(value, Ordering::Relaxed) < value {
            eprintln!("worst: {value} {} of {} bytes: {}", MEASURES[which], bundle.len(), data.escape_ascii());
        }
    }
});

/// Microseconds that this process was busy for; what others do counts little.
fn busy() -> usize {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as usize * 1_000_000 + now.tv_nsec as usize / 1_000
}
