//! Schema: the text of `module.json`, which other readers than the unpacker's understand in another way, or not at all.

use crate::cure::{Cure, Edit, Repair};
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::layout::{METADATA_NAME, spoken};
use crate::metadata::{MAX_SHOWN_DEPTH, Note, Object};
use crate::rules::context::Context;
use crate::rules::declare::schema as rule;
use crate::rules::written;
use crate::text::{count, shorten};

/// How many characters of a key are shown.
const LONGEST_KEY: usize = 60;

pub(crate) const RULES: &[&Rule] =
    &[&BYTE_ORDER_MARK, &ENCODING, &KEY_TWICE, &NON_FINITE, &LARGE_INTEGER, &NEGATIVE_ZERO, &SURROGATE, &DEEP];

static BYTE_ORDER_MARK: Rule = Rule {
    repair: Repair::Text,
    what: "`module.json` starts with a byte order mark.",
    why: "The cluster's unpacker skips it; other JSON readers refuse the file.",
    help: "Save `module.json` as UTF-8 without a byte order mark.",
    example: "A file saved by a Windows editor.",
    data: &[("found", "the encoding that the mark announces")],
    ..rule("json-byte-order-mark", "`module.json` starts with a byte order mark")
};
static ENCODING: Rule = Rule {
    repair: Repair::Text,
    what: "`module.json` is UTF-16 or UTF-32.",
    why: "The cluster's unpacker reads it; most other JSON readers do not.",
    help: "Save `module.json` as UTF-8.",
    example: "A file written by `>` in Windows PowerShell.",
    data: &[("found", "the encoding")],
    ..rule("json-encoding", "`module.json` is not UTF-8")
};
static KEY_TWICE: Rule = Rule {
    repair: Repair::Text,
    what: "An object in `module.json` has the same key twice.",
    why: "The cluster's unpacker takes the last; other readers take the first, or refuse the file.",
    help: "Remove the one that was not meant.",
    example: "`{\"version\": 1, \"version\": 2}`",
    data: &[("count", "how many times it appears")],
    ..rule("json-key-twice", "a key appears twice")
};
static NON_FINITE: Rule = Rule {
    what: "`module.json` has `NaN` or `Infinity`, which are not JSON, or a number as large as `1e999`.",
    why: "The cluster's unpacker reads them; other JSON readers refuse the file.",
    help: "Write a number.",
    example: "`{\"first_key\": NaN}`",
    ..rule("json-non-finite", "a number is not finite")
};
static LARGE_INTEGER: Rule = Rule {
    what: "An integer is beyond 2^53.",
    why: "The cluster's unpacker has integers of any size. Readers whose numbers are doubles see a nearby number; \
          those with 64-bit integers refuse anything larger.",
    help: "Write a number up to 9007199254740992, or a string where it is not a quantity.",
    example: "`{\"redis_args\": {\"maxmemory\": 100000000000000000000}}`",
    data: &[("found", "the number")],
    ..rule("json-large-integer", "an integer is too large for all readers to agree on it")
};
static NEGATIVE_ZERO: Rule = Rule {
    repair: Repair::Value,
    what: "A number is written `-0`.",
    why: "It is zero to the cluster's unpacker, and minus zero to readers whose numbers are doubles: the two compare \
          equal, but are written and hashed differently.",
    help: "Write `0`.",
    example: "`{\"first_key\": -0}`",
    ..rule("json-negative-zero", "a number is minus zero")
};
static SURROGATE: Rule = Rule {
    what: "A string has half of a surrogate pair, which is not a character.",
    why: "The cluster's unpacker reads it and cannot write it out again.",
    help: "Write the character itself, or both halves.",
    example: "`{\"author\": \"\\ud83d\"}`",
    ..rule("json-surrogate", "a string has half a character")
};
static DEEP: Rule = Rule {
    what: "Arrays and objects of `module.json` stand in each other more than 60 levels deep. What is documented has 5.",
    why: "The cluster's unpacker reads some 990 levels; other readers give up at 64 (.NET), 100 (Ruby), 128 (`serde_json`), 256 (jq \
          1.6) or 512 (PHP), and some at less, since they hold the document in one of their own. Reports show 60, with `…` in place \
          of the rest.",
    help: "Look at what wrote the field, and leave it out: no field that is known nests so.",
    example: "A generator that wraps a value in itself, 300 times.",
    data: &[("found", "how many levels there are"), ("limit", "how many are read alike")],
    ..rule("json-deep", "the metadata nests deeper than other readers go")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    check_depth(context, facts);
    let is_utf8 = !facts.notes.iter().any(|note| matches!(note, Note::NotUtf8 { .. }));
    for note in &facts.notes {
        let message = note.to_string();
        match note {
            // Other encodings begin with a mark as a rule.
            Note::ByteOrderMark { encoding } if is_utf8 => {
                let at = Location::entry(METADATA_NAME);
                context.report(&BYTE_ORDER_MARK, at, message).data("found", encoding.to_string());
            }
            Note::NotUtf8 { encoding } => {
                let at = Location::entry(METADATA_NAME);
                context.report(&ENCODING, at, message).data("found", encoding.to_string());
            }
            Note::DuplicateKey { pointer, count, differ } => {
                let reported = context.report_text(&KEY_TWICE, Location::pointer(pointer), message);
                // Of two values either may be the one that was meant.
                reported.data("count", *count).cure(if *differ { Cure::Prevented } else { Cure::Text });
            }
            Note::LoneSurrogate { pointer, .. } => {
                context.report_text(&SURROGATE, Location::pointer(pointer), message);
            }
            Note::ByteOrderMark { .. }
            | Note::NonFiniteNumber { .. }
            | Note::NegativeZero { .. }
            | Note::LargeInteger { .. } => {}
        }
    }
}

/// Numbers that readers read in different ways, where nothing else is wrong with them: of one that is not what its field can have, it
/// would be beside the point.
pub(super) fn check_numbers(context: &mut Context<'_>, facts: &MetadataFacts) {
    for note in &facts.notes {
        match note {
            Note::NonFiniteNumber { pointer } => number(context, &NON_FINITE, pointer, &note.to_string(), None),
            Note::NegativeZero { pointer } => {
                let edit = Edit::Set { pointer: pointer.clone(), value: 0.into() };
                number(context, &NEGATIVE_ZERO, pointer, &note.to_string(), Some(edit));
            }
            Note::LargeInteger { .. } if context.is_full(&LARGE_INTEGER) => context.count_more(&LARGE_INTEGER, 1),
            Note::LargeInteger { pointer } if !context.is_said(pointer) => {
                // What is far down has no pointer that leads there.
                let value = facts.root().pointer(pointer).map(written::shown);
                let message =
                    value.as_ref().map(|value| format!("`{}` is {value}, an integer beyond 2^53", spoken(pointer)));
                let message = message.unwrap_or_else(|| note.to_string());
                context.report(&LARGE_INTEGER, Location::pointer(pointer), message).maybe("found", value);
            }
            _ => {}
        }
    }
}

/// Each member at the top by itself, so that the place is that of the one which nests.
fn check_depth(context: &mut Context<'_>, facts: &MetadataFacts) {
    for (key, value) in facts.root().as_object().into_iter().flat_map(Object::iter) {
        let levels = value.depth().saturating_add(1);
        if levels > MAX_SHOWN_DEPTH {
            let message = format!(
                "`{}` nests {levels} deep; {MAX_SHOWN_DEPTH} are read everywhere",
                shorten(key, LONGEST_KEY).escape_debug(),
                levels = count(levels, "level")
            );
            context.report(&DEEP, Location::key(key), message).data("found", levels).data("limit", MAX_SHOWN_DEPTH);
        }
    }
}

fn number(context: &mut Context<'_>, rule: &'static Rule, pointer: &str, message: &str, edit: Option<Edit>) {
    if !context.is_said(pointer) {
        context.report(rule, Location::pointer(pointer), message).edit(edit);
    }
}
