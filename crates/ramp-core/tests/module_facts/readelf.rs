//! Agreement with `readelf` on whatever libraries this machine has. Slow, and what it reads is not ours: ignored.
//!
//! `cargo test -p ramp-core --test module_facts -- --ignored`; `RAMP_LIBRARIES` names other directories.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::read;

fn libraries() -> Vec<PathBuf> {
    let places = std::env::var("RAMP_LIBRARIES").unwrap_or_else(|_| "/usr/lib/x86_64-linux-gnu:/usr/lib64".to_owned());
    let entries = places.split(':').filter_map(|place| std::fs::read_dir(place).ok()).flatten().flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file())).map(|entry| entry.path());
    files.filter(|path| path.to_string_lossy().contains(".so")).collect()
}

/// Needed libraries; then library, version and weakness of each need, from `readelf -d -V`.
fn by_readelf(path: &Path) -> (Vec<String>, Vec<(String, String, bool)>) {
    let run = Command::new("readelf").args(["-W", "-d", "-V"]).arg(path).output().expect("readelf");
    let text = String::from_utf8_lossy(&run.stdout);
    let after = |line: &str, mark: &str| line.split_once(mark).map(|(_, rest)| rest.trim_start().to_owned());
    let word = |text: String| text.split_whitespace().next().unwrap_or_default().to_owned();
    let needed = text.lines().filter(|line| line.contains("(NEEDED)"));
    let needed = needed.filter_map(|line| Some(after(line, "[")?.trim_end_matches(']').to_owned())).collect();
    let mut needs = Vec::new();
    let mut library = String::new();
    for line in text.lines().skip_while(|line| !line.starts_with("Version needs")) {
        if let Some(file) = after(line, "File: ") {
            library = word(file);
        } else if let Some(name) = after(line, "Name: ") {
            needs.push((library.clone(), word(name), line.contains("Flags: WEAK")));
        }
    }
    (needed, needs)
}

#[test]
#[ignore = "reads every library of this machine"]
fn agrees_with_readelf() {
    let mut compared = 0;
    for path in libraries() {
        let facts = read(&std::fs::read(&path).unwrap());
        let Some(elf) = facts.elf else { continue };
        let needs: Vec<_> =
            elf.version_needs.iter().map(|need| (need.library.clone(), need.name.clone(), need.weak)).collect();
        assert_eq!((elf.needed().to_vec(), needs), by_readelf(&path), "{}", path.display());
        assert_eq!(facts.defects, [], "{}", path.display());
        compared += 1;
    }
    println!("{compared} libraries compared");
    assert!(compared > 0);
}
