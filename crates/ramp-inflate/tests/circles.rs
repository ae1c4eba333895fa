//! Which files of this crate know each other.

use std::path::Path;

use ramp_fixtures::circles::{circles, room_circles};

#[test]
fn nothing_needs_each_other_in_a_circle() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let found: Vec<String> = circles(&src).into_iter().chain(room_circles(&src)).map(|c| c.to_string()).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
