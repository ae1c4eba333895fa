//! Texts of findings, as they can be printed.

use crate::text::count;

/// How many bytes of a message are kept; values from a bundle can be as long as it is.
const LONGEST_MESSAGE: usize = 2000;

/// A text that can be printed: control characters, and those that turn the direction of what follows, are escaped; what
/// is longer than anybody reads is cut.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST_MESSAGE));
    for c in text.chars() {
        if shown.len() >= LONGEST_MESSAGE {
            let all = count(text.chars().count(), "character");
            return format!("{shown}… ({all} in all)");
        }
        // Quotes and backslashes are fine, and may stem from an escape before.
        if matches!(c, '\\' | '"' | '\'') {
            shown.push(c);
        } else {
            shown.extend(c.escape_debug());
        }
    }
    shown
}
