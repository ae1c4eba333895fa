//! Which files of this crate know each other.

use std::path::Path;

use ramp_fixtures::circles::told;

#[test]
fn nothing_needs_each_other_in_a_circle() {
    let found = told(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    assert!(found.is_empty(), "{found}");
}
