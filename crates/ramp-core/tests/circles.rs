//! Which files of this crate know each other.

use std::path::{Path, PathBuf};

use ramp_fixtures::circles::{Arrow, circles, layers, room_circles};

/// The folders that are asked for.
const ROOMS: [&str; 2] = ["knowledge", "module"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn shown(arrows: &[Arrow]) -> String {
    arrows.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_needs_each_other_in_a_circle() {
    for circle in circles(&src()).into_iter().chain(room_circles(&src())) {
        let asked_for = |member: &String| ROOMS.iter().any(|room| member.starts_with(room));
        assert!(!circle.members.iter().any(asked_for), "{circle}");
    }
}

#[test]
fn modules_and_tables_know_only_what_all_share() {
    // Of lib.rs, the macro that gives them their data.
    let up = layers(&src(), &[&["error_code", "lib", "version"], &["knowledge", "module"]]);
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
