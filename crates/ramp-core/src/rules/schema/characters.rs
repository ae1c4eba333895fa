//! Schema: characters that no text of `module.json` is there to have.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::metadata::{Piece, Walk};
use crate::name::is_unseen;
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[&CONTROL];

/// Texts that people read, in which a line may end.
const PROSE: [&str; 2] = ["description", "license"];
/// Names that people read, and may have in any script.
const NAMES: [&str; 3] = ["author", "capability_name", "display_name"];

static CONTROL: Rule = Rule {
    what: "A string has a control character (NUL, an escape, a line break of any kind), one that changes the direction of the text \
           after it, or one that is not shown.",
    why: "A module's arguments and commands become lines of configuration files, where a line break begins another \
          setting and a NUL ends the text; names and descriptions are shown on terminals and web pages.",
    help: "Remove the character; write a space where it separated lines.",
    example: "`\"command_line_args\": \"WORKERS 4\\nloadmodule /x.so\"`",
    data: &[("character", "the first such character"), ("position", "how many characters come before it")],
    ..rule("control-character", "a string has a control character")
};

/// Looks at every string, however deep.
pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let mut walk = Walk::new(facts.root());
    while let Some(found) = walk.next() {
        let Some((position, c)) = control(found).filter(|_| !found.is_key) else { continue };
        if context.is_full(&CONTROL) {
            context.count_more(&CONTROL, 1);
            continue;
        }
        let pointer = walk.pointer(found);
        if context.is_said(&pointer) {
            continue;
        }
        // A field goes by its name, what is in one by its place.
        let is_field = facts.root().get(found.field).is_some_and(|value| value.as_str().is_some());
        let name = if is_field { found.field } else { &pointer };
        let message = format!("`{name}` has {c:?} in it, after {}", count(position, "character"));
        let location = Location::pointer(pointer.clone());
        // That follows from nothing that is said of the value.
        let reported = context.report_text(&CONTROL, location, message);
        reported.data("character", c.to_string()).data("position", position);
    }
}

/// The first character that the text is not there to have, and its position.
fn control(found: Piece<'_>) -> Option<(usize, char)> {
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
