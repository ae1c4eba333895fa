//! Schema: characters that no text of `module.json` is there to have.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::metadata::fields;
use crate::name::turns;
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[&CONTROL];

/// Texts that people read, in which a line may end.
const PROSE: [&str; 2] = ["description", "license"];

static CONTROL: Rule = Rule {
    what: "A string has a control character (NUL, an escape, a line break), or one that changes the direction of the \
           text after it.",
    why: "A module's arguments and commands become lines of configuration files, where a line break begins another \
          setting and a NUL ends the text; names and descriptions are shown on terminals and web pages.",
    help: "Remove the character; write a space where it separated lines.",
    example: "`\"command_line_args\": \"WORKERS 4\\nloadmodule /x.so\"`",
    data: &[("character", "the first such character"), ("position", "how many characters come before it")],
    ..rule("control-character", "a string has a control character")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    for field in fields::fields() {
        let name = field.name.as_str();
        let Some(text) = facts.root().get(name).and_then(|value| value.as_str()) else { continue };
        let allowed = |c: char| PROSE.contains(&name) && matches!(c, '\n' | '\r' | '\t');
        let found = text.chars().enumerate().find(|(_, c)| is_control(*c) && !allowed(*c));
        let location = Location::key(name);
        let pointer = location.pointer.clone().unwrap_or_default();
        if let Some((position, c)) = found.filter(|_| !context.is_said(&pointer)) {
            let message = format!("`{name}` has {c:?} in it, after {}", count(position, "character"));
            context.report(&CONTROL, location, message).data("character", c.to_string()).data("position", position);
        }
    }
}

/// A control character, or one of those that order text from right to left by force.
fn is_control(c: char) -> bool {
    c.is_control() || turns(c)
}
