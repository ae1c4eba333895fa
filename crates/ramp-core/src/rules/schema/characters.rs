//! Schema: characters that no text of `module.json` is there to have.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::metadata::{Walk, control};
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[&CONTROL];

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
    if !facts.texts.control_characters {
        return;
    }
    let mut walk = Walk::new(facts.root());
    while let Some(found) = walk.next() {
        let Some((position, c)) = control(found) else { continue };
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
