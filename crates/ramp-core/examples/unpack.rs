//! Unpacks a bundle that the strict policy takes: nothing else is safe to write to a disk.
//!
//! ```console
//! $ cargo run -p ramp-core --example unpack -- BUNDLE DIRECTORY
//! ```
#![allow(clippy::print_stdout)] // it shows what it writes

use std::error::Error;
use std::fs::{self, File};
use std::io;
use std::path::Path;

use ramp_core::bundle::{Bundle, BundleLimits};
use ramp_core::name::check_name;
use ramp_core::{Group, Level, Policy, Target, validate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (bundle, directory) = args.next().zip(args.next()).ok_or("which bundle, and where to?")?;
    let mut file = File::open(&bundle)?;

    // What is irregular about the archive, or damaged, is refused whole, and not left out entry by entry.
    let report = validate(&mut file, &Target::default(), &Policy::strict())?;
    let unsafe_to_write = |group| matches!(group, Group::Unpack | Group::Archive | Group::Integrity);
    if let Some(finding) = report.findings().iter().find(|f| f.level == Level::Error && unsafe_to_write(f.group)) {
        return Err(format!("{}: {}", finding.rule, finding.message).into());
    }

    let mut opened = Bundle::open(&mut file, &BundleLimits::default())?;
    for entry in opened.directory().entries.clone() {
        // The report has said so already; whoever changes this does not have to know that.
        if let Some(what) = check_name(&entry.name) {
            return Err(format!("`{}`: {what}", entry.name.escape_debug()).into());
        }
        let path = Path::new(&directory).join(&entry.name);
        if entry.is_directory() {
            fs::create_dir_all(&path)?;
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(Path::new(&directory)))?;
        // Never over a file that is there, and never through a link.
        let mut out = File::create_new(&path)?;
        let written = io::copy(&mut opened.reader(&entry)?, &mut out)?;
        println!("{}: {written} bytes", path.display());
    }
    Ok(())
}
