//! Which files of this crate know each other.

use std::path::{Path, PathBuf};

use ramp_fixtures::circles::{Arrow, circles, layers, room_circles};

/// The folders that are not asked for yet.
const LATER: [&str; 1] = ["rules"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn shown(arrows: &[Arrow]) -> String {
    arrows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_needs_each_other_in_a_circle() {
    for circle in circles(&src()).into_iter().chain(room_circles(&src())) {
        let later = |member: &String| LATER.iter().any(|room| member.starts_with(room));
        assert!(circle.members.iter().any(later), "{circle}");
    }
}

/// The floors of docs/design.md, from the bottom up. Rooms on one floor do not know each other.
#[test]
fn each_floor_knows_only_those_below() {
    let floors: [&[&str]; 10] = [
        // Of lib.rs, the macro that gives tables their data.
        &["digest", "error_code", "lib", "name", "text", "version"],
        &["error", "layout"],
        &["finding", "inflation"],
        &["bundle", "dependency", "knowledge", "metadata", "module"],
        &["limits", "target"],
        &["facts"],
        &["rules"],
        &["policy"],
        &["report"],
        &["validate"],
    ];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}

#[test]
fn each_floor_of_metadata_knows_only_those_below() {
    let floors: [&[&str]; 8] = [
        &["layout", "lib", "text", "version"],
        &["metadata/number", "metadata/unicode"],
        &["metadata/value"],
        &["metadata/convert", "metadata/dependency", "metadata/fields", "metadata/json", "metadata/repr"],
        &["metadata/python", "metadata/rejection"],
        &["metadata/types", "metadata/unpacked"],
        &["metadata/model"],
        &["metadata"],
    ];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}

#[test]
fn the_formats_of_modules_stand_side_by_side() {
    let words = [
        "module/architecture",
        "module/defect",
        "module/discovery",
        "module/entry_points",
        "module/format",
        "module/limits",
    ];
    let floors: [&[&str]; 6] =
        [&["version"], &words, &["module/read"], &["module/elf", "module/macho"], &["module/facts"], &["module"]];
    let up = layers(&src(), &floors);
    assert!(up.is_empty(), "{}", shown(&up));
}
