//! Flags of commands: how they are told, and those that say nothing of a module, as it depends on the server whether they are shown.

use crate::text::shorten;

/// How many characters of a list of flags are shown: those of Redis together have fewer.
const LONGEST: usize = 300;

/// Flags that a Redis before 7.0 does not show, so that what was packed with one lacks them. Source: `COMMAND INFO` of 6.2 and 7.0.
pub(super) const NEWER_FLAGS: [&str; 6] =
    ["module", "blocking", "no_mandatory_keys", "allow_busy", "skip_slowlog", "no_auth"];
/// Flags that a Redis before 7.0, or one of Redis Enterprise, shows and the others do not.
pub(super) const OTHER_FLAGS: [&str; 4] = ["random", "sort_for_script", "module", "_proxy-filtered"];

/// Flags in order, as they are told.
pub(super) fn list<'a>(flags: impl IntoIterator<Item = &'a str>) -> String {
    let mut flags: Vec<&str> = flags.into_iter().collect();
    flags.sort_unstable();
    format!("[{}]", shorten(&flags.join(", "), LONGEST))
}
