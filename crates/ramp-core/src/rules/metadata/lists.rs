//! Metadata: lists that have the same twice. Which are to have each once is in the table of fields.

use std::collections::HashSet;

use crate::cure::{Edit, Repair};
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::layout::pointer;
use crate::level::Level;
use crate::metadata::{Value, fields};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;

pub(crate) const RULES: &[&Rule] = &[&CAPABILITY_TWICE, &VALUE_TWICE];

static CAPABILITY_TWICE: Rule = Rule {
    repair: Repair::Value,
    what: "A capability is listed twice.",
    why: "It does no harm; another one may have been meant.",
    help: "Remove one of the two.",
    example: "`hash_policy` in the manifest of RedisTimeSeries.",
    data: &[("capability", "the name")],
    ..rule("capability-twice", Level::Note, "a capability is listed twice")
};
static VALUE_TWICE: Rule = Rule {
    repair: Repair::Value,
    what: "A list of operating systems, or of commands that are left out, has the same value twice.",
    why: "One of the two says nothing, and stands where another was probably meant: the module is then not for that system, or keeps \
          that command.",
    help: "Write the value that was meant in place of one of the two, or remove it.",
    example: "`\"operating_systems\": [\"rhel9\", \"rhel9\"]`, copied for `rhel8` and not changed.",
    data: &[("field", "the field"), ("found", "the value")],
    ..rule("list-value-twice", Level::Warning, "a list has the same value twice")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    for field in fields::fields().iter().filter(|field| field.unique) {
        let name = field.name.as_str();
        let items = facts.root().get(name).and_then(Value::as_array).unwrap_or_default();
        let mut seen = HashSet::new();
        for (index, text) in items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?))) {
            if seen.insert(text) {
                continue;
            }
            let rule = if name == "capabilities" { &CAPABILITY_TWICE } else { &VALUE_TWICE };
            if context.is_full(rule) {
                context.count_more(rule, 1);
                continue;
            }
            let pointer = pointer([name, &index.to_string()]);
            if context.is_said(&pointer) {
                continue;
            }
            let shown = written::shown_text(text);
            let edit = Edit::Remove { pointer: pointer.clone() };
            if name == "capabilities" {
                let message = format!("`{shown}` is listed twice");
                context.report(rule, Location::pointer(pointer), message).data("capability", text).edit(edit);
            } else {
                let message = format!("`{shown}` is listed twice in `{name}`");
                let reported = context.report(rule, Location::pointer(pointer), message);
                reported.data("field", name).data("found", text).edit(edit);
            }
        }
    }
}
