//! Flags of commands that say nothing of a module, as it depends on the server whether they are shown.

/// Flags that a Redis before 7.0 does not show, so that what was packed with one lacks them. Source: `COMMAND INFO` of 6.2 and 7.0.
pub(super) const NEWER_FLAGS: [&str; 6] =
    ["module", "blocking", "no_mandatory_keys", "allow_busy", "skip_slowlog", "no_auth"];
/// Flags that a Redis before 7.0, or one of Redis Enterprise, shows and the others do not.
pub(super) const OTHER_FLAGS: [&str; 4] = ["random", "sort_for_script", "module", "_proxy-filtered"];
