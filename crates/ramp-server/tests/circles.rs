//! Which files of this crate know each other.

use std::path::{Path, PathBuf};

use ramp_fixtures::circles::{layers, told};

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn nothing_needs_each_other_in_a_circle() {
    let found = told(&src());
    assert!(found.is_empty(), "{found}");
}

/// The floors of docs/design.md, from the bottom up. Rooms on one floor do not know each other.
#[test]
fn each_floor_knows_only_those_below() {
    let floors: [&[&str]; 13] = [
        &["causes", "durable", "fresh", "private", "regular", "space"],
        &["limits", "storage", "store"],
        &["error"],
        &["ids"],
        &["http", "locations"],
        &["auth", "dependencies", "readiness", "release", "stock", "tenure", "utc"],
        &["checks", "config", "played"],
        &["upload"],
        &["app"],
        &["bootstrap"],
        &["routes", "start"],
        &["backup", "check", "reset", "server"],
        &["lib"],
    ];
    let up: Vec<_> = layers(&src(), &floors).iter().map(ToString::to_string).collect();
    assert!(up.is_empty(), "{}", up.join("\n"));
}
