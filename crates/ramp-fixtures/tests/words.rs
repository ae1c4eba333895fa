//! What the crates of this workspace tell people is as `docs/style.md` says, as far as a rule can be made of it.
#![allow(clippy::unwrap_used, reason = "test code")]

use std::fmt::Write as _;
use std::path::Path;

use ramp_fixtures::words::slips;

#[test]
fn no_text_slips() {
    let mut told = String::new();
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).unwrap() {
        let path = entry.unwrap().path();
        // The builders of tests tell nobody anything.
        if path.join("src").is_dir() && !path.ends_with("ramp-fixtures") {
            for slip in slips(&path.join("src")) {
                writeln!(told, "{}: {}\n    {:?}", slip.place, slip.what, slip.text).unwrap();
            }
        }
    }
    assert!(told.is_empty(), "\n{told}");
}
