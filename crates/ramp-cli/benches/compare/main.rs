//! Whole processes side by side: `ramp validate`, and what else there is to look into a bundle with.
//!
//! ```text
//! RAMP_REFERENCE_PYTHON=PYTHON cargo bench -p ramp-cli --bench compare -- [ROUNDS] [BUNDLE...]
//! ```
//!
//! Without bundles, four are made. Of every tool the best of the rounds counts, all of them having run in turn; a tool
//! that is not there is left out. The limit is what inflating with libdeflate or hashing takes, whichever is slower: two
//! cores can do no better. Memory is the peak of one more run.
#![allow(clippy::print_stdout, reason = "figures are what it is for")]

mod bundles;
mod tools;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1).filter(|arg| arg != "--bench").peekable();
    let rounds = args.next_if(|arg| arg.parse::<u32>().is_ok()).map_or(Ok(5), |arg| arg.parse())?;
    let folder = tempfile::tempdir()?;
    let given: Vec<PathBuf> = args.map(PathBuf::from).collect();
    let bundles = if given.is_empty() { bundles::make(folder.path())? } else { given };
    let tools = tools::present();
    for bundle in &bundles {
        compare(bundle, &tools, rounds)?;
    }
    Ok(())
}

fn compare(bundle: &Path, tools: &[tools::Tool], rounds: u32) -> Result<(), Box<dyn Error>> {
    let content = bundles::content(bundle)?;
    println!(
        "\n{}: {:.1} MB, inflated {:.1} MB, the module {:.1} MB",
        bundle.file_name().unwrap_or(bundle.as_os_str()).display(),
        mega(content.packed),
        mega(content.inflated),
        mega(content.module),
    );
    let mut best = vec![Duration::MAX; tools.len()];
    let mut limit = Duration::MAX;
    for _ in 0..rounds {
        for (tool, best) in tools.iter().zip(&mut best) {
            *best = (*best).min(tool.time(bundle)?);
        }
        limit = limit.min(content.limit()?);
    }
    println!("  {:<44} {:>9.1} ms", "limit: the slower of inflating and hashing", milli(limit));
    let ours = best.first().copied().unwrap_or(limit);
    for (tool, time) in tools.iter().zip(best) {
        let ratio = time.as_secs_f64() / ours.as_secs_f64();
        let memory = tool.peak(bundle)?.map(|peak| format!("{:>7.1} MB", mega(peak))).unwrap_or_default();
        println!("  {:<44} {:>9.1} ms {ratio:>7.2} {memory}", tool.name, milli(time));
    }
    println!("  {:<44} {:>9.2}", "of the limit", limit.as_secs_f64() / ours.as_secs_f64());
    Ok(())
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn milli(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}
