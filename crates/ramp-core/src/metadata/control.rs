//! Characters that no text of `module.json` is there to have.

use super::walk::Piece;
use crate::name::is_unseen;

/// Texts that people read, in which a line may end.
const PROSE: [&str; 2] = ["description", "license"];
/// Names that people read, and may have in any script.
const NAMES: [&str; 3] = ["author", "capability_name", "display_name"];

/// The first character that a text is not there to have, and its position. Of keys others speak.
pub(crate) fn control(found: Piece<'_>) -> Option<(usize, char)> {
    if found.is_key {
        return None;
    }
    // Most texts are plain, which is told faster by bytes.
    if found.text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let is_prose = PROSE.contains(&found.field);
    // Where nothing at all is seen, nobody reads it.
    let is_seen = || found.text.chars().any(|c| !c.is_whitespace() && !is_unseen(c));
    let is_read = (is_prose || NAMES.contains(&found.field)) && is_seen();
    let has_closed_isolates = is_read && isolates_close(found.text);
    let is_wrong = |c: char| match c {
        // Ends of lines and of paragraphs.
        '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => !is_prose,
        // They part letters, join signs, say where a word may break, or which way a mark goes, in some scripts, or choose the form
        // of the character before them, such as that in colour.
        '\u{200c}'..='\u{200f}'
        | '\u{61c}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180d}'
        | '\u{180f}'
        | '\u{fe00}'..='\u{fe0f}' => !is_read,
        // They end with what they began: the text after them is as it was.
        '\u{2066}'..='\u{2069}' => !has_closed_isolates,
        // Of flags.
        '\u{e0020}'..='\u{e007f}' => !(is_read && found.text.contains('🏴')),
        c => is_unseen(c),
    };
    found.text.chars().enumerate().find(|(_, c)| is_wrong(*c))
}

/// Whether each isolate of a text is closed in it, and nothing is that was not open. Source: UAX #9, 2.4.
fn isolates_close(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open = open.saturating_add(1),
            '\u{2069}' => match open.checked_sub(1) {
                Some(less) => open = less,
                None => return false,
            },
            _ => {}
        }
    }
    open == 0
}
