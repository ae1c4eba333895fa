//! How bundles are called.

use std::path::Path;

/// What their names end in.
const ENDINGS: [&str; 2] = ["zip", "ramp"];

/// Whether bundles are called so.
pub(super) fn is_called_bundle(name: &Path) -> bool {
    let ending = name.extension().unwrap_or_default();
    ENDINGS.iter().any(|own| ending.eq_ignore_ascii_case(own))
}
