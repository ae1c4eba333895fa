//! Metadata: the keys of the document.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::layout::{METADATA_NAME, spoken};
use crate::level::Level;
use crate::metadata::placeholder_in_key;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;

pub(crate) const RULES: &[&Rule] = &[&UNKNOWN_KEY];

static UNKNOWN_KEY: Rule = Rule {
    what: "A key is known neither to the documentation nor to any packer.",
    why: "It is ignored. Where another key was meant, that one keeps its default.",
    help: "Correct the key, or remove it.",
    example: "`min_redis_verison`, or `min-redis-version` with dashes; `sha265` in a dependency.",
    data: &[("key", "the key"), ("suggestion", "the key that was probably meant")],
    ..rule("unknown-key", Level::Warning, "a key is unknown")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    for unknown in &facts.metadata.unknown {
        if context.is_full(&UNKNOWN_KEY) {
            context.count_more(&UNKNOWN_KEY, 1);
            continue;
        }
        let pointer = &unknown.pointer;
        if placeholder_in_key(&unknown.key).is_some() {
            continue;
        }
        let object = pointer.rsplit_once('/').map_or("", |(object, _)| object);
        if let Some(meant) = &unknown.suggestion {
            let absent = format!("{object}/{meant}");
            let help = format!("Write `{meant}` in place of `{}`.", unknown.key.escape_debug());
            let is_there = facts.root().pointer(&absent).is_some();
            if !is_there && context.name_missing(&UNKNOWN_KEY, &absent, &unknown.key, &help) {
                continue;
            }
        }
        let object = Some(object).filter(|object| !object.is_empty());
        let object = object.map_or(METADATA_NAME.into(), |object| written::shown_text(&spoken(object)));
        let message = format!("`{}` is not a key of `{object}`", unknown.key.escape_debug());
        let meant = unknown.suggestion.as_ref().map(|meant| format!("Did you mean `{meant}`?"));
        context
            .report(&UNKNOWN_KEY, Location::pointer(pointer), message)
            .data("key", &unknown.key)
            .maybe("suggestion", unknown.suggestion.as_deref())
            .help(meant);
    }
}
