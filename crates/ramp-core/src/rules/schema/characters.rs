//! Schema: characters that no text of `module.json` is there to have.

use std::borrow::Cow;

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::layout::pointer;
use crate::metadata::Value;
use crate::name::{is_hidden, turns};
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[&CONTROL];

/// Texts that people read, in which a line may end.
const PROSE: [&str; 2] = ["description", "license"];

static CONTROL: Rule = Rule {
    what: "A string has a control character (NUL, an escape, a line break), one that changes the direction of the text \
           after it, or one that is not shown.",
    why: "A module's arguments and commands become lines of configuration files, where a line break begins another \
          setting and a NUL ends the text; names and descriptions are shown on terminals and web pages.",
    help: "Remove the character; write a space where it separated lines.",
    example: "`\"command_line_args\": \"WORKERS 4\\nloadmodule /x.so\"`",
    data: &[("character", "the first such character"), ("position", "how many characters come before it")],
    ..rule("control-character", "a string has a control character")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    look(context, facts.root(), &mut Vec::new());
}

/// Looks at every string, however deep: the reader of JSON bounds the depth.
fn look<'a>(context: &mut Context<'_>, value: &'a Value, path: &mut Vec<Cow<'a, str>>) {
    match value {
        Value::String(text) => look_at(context, text, path),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(index.to_string().into());
                look(context, item, path);
                path.pop();
            }
        }
        Value::Object(object) => {
            for (key, item) in object.iter() {
                path.push(key.into());
                look(context, item, path);
                path.pop();
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn look_at(context: &mut Context<'_>, text: &str, path: &[Cow<'_, str>]) {
    let field = path.first().map(AsRef::as_ref).unwrap_or_default();
    let is_prose = PROSE.contains(&field);
    let is_wrong = |c: char| match c {
        // The last two join letters, and signs, in some scripts.
        '\n' | '\r' | '\t' | '\u{200c}' | '\u{200d}' => !is_prose,
        c => c.is_control() || turns(c) || is_hidden(c),
    };
    let Some((position, c)) = text.chars().enumerate().find(|(_, c)| is_wrong(*c)) else { return };
    if context.is_full(&CONTROL) {
        context.count_more(&CONTROL, 1);
        return;
    }
    let pointer = pointer(path.iter().map(AsRef::as_ref));
    if context.is_said(&pointer) {
        return;
    }
    // A field goes by its name, what is in one by its place.
    let name = if path.len() == 1 { field } else { &pointer };
    let message = format!("`{name}` has {c:?} in it, after {}", count(position, "character"));
    let location = Location::pointer(pointer.clone());
    context.report(&CONTROL, location, message).data("character", c.to_string()).data("position", position);
}
