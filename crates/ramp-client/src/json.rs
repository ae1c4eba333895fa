//! What is read of a cluster's JSON.

use serde_json::Value;

/// A text that is not empty.
pub(crate) fn text<'a>(object: &'a Value, key: &str) -> Option<&'a str> {
    object.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// An integer, also in the form `80400.0` that the reference packer writes.
pub(crate) fn integer(value: &Value) -> Option<i64> {
    /// Beyond this not every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT);
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and fits")]
    value.as_i64().or_else(|| float.map(|float| float as i64))
}

/// As much as is kept of a text that may be of any length.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 2000;
    text.chars().take(LONGEST).collect()
}
