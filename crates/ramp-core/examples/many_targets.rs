//! Judges one bundle for many targets: it is read once, and what is known of it is judged as often as one likes.
//!
//! ```console
//! $ cargo run -p ramp-core --example many_targets -- BUNDLE [RELEASE]...
//! ```
#![allow(clippy::print_stdout)] // it shows what it finds

use std::error::Error;
use std::fs::File;

use ramp_core::knowledge::Knowledge;
use ramp_core::text::count;
use ramp_core::{Limits, Policy, Target, facts, judge};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let bundle = args.next().ok_or("which bundle?")?;
    let mut releases: Vec<String> = args.collect();
    if releases.is_empty() {
        releases = Knowledge::builtin().releases().iter().map(|release| release.name.clone()).collect();
    }

    let facts = facts::gather(File::open(&bundle)?, &Limits::default())?;
    // A server may keep them, and judge again when a target has changed.
    let kept = serde_json::to_string(&facts)?;
    let facts = serde_json::from_str(&kept)?;

    let policy = Policy::strict();
    for release in releases {
        let report = judge(&facts, &Target::named(&release)?, &policy);
        let gate = if report.passed() { "passed" } else { "failed" };
        match report.answer().refusal() {
            None => println!("{release:6} accepted; {gate}, {}", count(report.findings().len(), "finding")),
            Some(refusal) => println!("{release:6} refused: {}; {gate}", refusal.error_code),
        }
    }
    Ok(())
}
