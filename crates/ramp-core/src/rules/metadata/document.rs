//! Metadata: the document itself: its encoding, its keys, the types of its values.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::Note;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;

pub(crate) const RULES: &[&Rule] = &[&ENCODING, &KEY_TWICE, &NON_FINITE, &SURROGATE, &WRONG_TYPE, &UNKNOWN_KEY];

static ENCODING: Rule = Rule {
    what: "`module.json` starts with a byte order mark, or is UTF-16 or UTF-32.",
    why: "The cluster's unpacker reads it; most other JSON readers do not.",
    cure: "Write `module.json` as UTF-8 without byte order mark.",
    example: "A file saved by a Windows editor.",
    data: &[("found", "the encoding")],
    ..rule("json-encoding", Level::Warning, "`module.json` is not plain UTF-8")
};
static KEY_TWICE: Rule = Rule {
    what: "An object of `module.json` has one key twice.",
    why: "The cluster's unpacker takes the last; other readers take the first, or refuse the file.",
    cure: "Remove the one that is not meant.",
    example: "`{\"version\": 1, \"version\": 2}`",
    data: &[("count", "how often it is there")],
    ..rule("json-key-twice", Level::Warning, "a key is there twice")
};
static NON_FINITE: Rule = Rule {
    what: "`module.json` has `NaN` or `Infinity`, which are no JSON.",
    why: "The cluster's unpacker reads them; other JSON readers refuse the file.",
    cure: "Write a number.",
    example: "`{\"ramp_format_version\": NaN}`",
    ..rule("json-non-finite", Level::Warning, "a number is not finite")
};
static SURROGATE: Rule = Rule {
    what: "A string has half of a surrogate pair, which is no character.",
    why: "The cluster's unpacker reads it and cannot write it out again.",
    cure: "Write the character itself, or both halves.",
    example: "`{\"author\": \"\\ud83d\"}`",
    ..rule("json-surrogate", Level::Warning, "a string has half a character")
};
static WRONG_TYPE: Rule = Rule {
    what: "A field is not of the type that the documentation gives it.",
    why: "The unpacker does not look; what reads the field later fails, or shows nonsense.",
    cure: "Write the value in the documented type.",
    example: "`\"license\": false`, made by YAML of an unquoted `no`.",
    data: &[("expected", "the documented type"), ("found", "the type that it has")],
    ..rule("wrong-type", Level::Warning, "a field has the wrong type")
};
static UNKNOWN_KEY: Rule = Rule {
    what: "A key that no documentation and no packer knows.",
    why: "It is ignored. Where it was meant as another, that one has its default.",
    cure: "Correct the key, or remove it.",
    example: "`min_redis_verison`, or `min-redis-version` with dashes.",
    data: &[("key", "the key"), ("suggestion", "the key that was probably meant")],
    ..rule("unknown-key", Level::Warning, "a key is unknown")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    for note in &facts.notes {
        let (rule, location) = match note {
            Note::ByteOrderMark { .. } | Note::NotUtf8 { .. } => {
                (&ENCODING, Location::entry(crate::layout::METADATA_NAME))
            }
            Note::DuplicateKey { pointer, .. } => (&KEY_TWICE, Location::pointer(pointer)),
            Note::NonFiniteNumber { pointer, .. } => (&NON_FINITE, Location::pointer(pointer)),
            Note::LoneSurrogate { pointer, .. } => (&SURROGATE, Location::pointer(pointer)),
        };
        let reported = context.report(rule, location, note.to_string());
        match note {
            Note::ByteOrderMark { encoding } | Note::NotUtf8 { encoding } => {
                reported.data("found", encoding.to_string());
            }
            Note::DuplicateKey { count, .. } => {
                reported.data("count", *count);
            }
            Note::NonFiniteNumber { .. } | Note::LoneSurrogate { .. } => {}
        }
    }
    for problem in &facts.metadata.problems {
        let message = format!("`{}` is of type {}, not {}", problem.pointer, problem.found, problem.expected);
        context
            .report(&WRONG_TYPE, Location::pointer(&problem.pointer), message)
            .data("found", problem.found.to_string())
            .data("expected", problem.expected.to_string());
    }
    for unknown in &facts.metadata.unknown {
        let location = Location::key(&unknown.key);
        let message = format!("`{}` is no key of `module.json`", unknown.key.escape_debug());
        let meant = unknown.suggestion.as_ref().map(|meant| format!("Did you mean `{meant}`?"));
        context
            .report(&UNKNOWN_KEY, location, message)
            .data("key", &unknown.key)
            .maybe("suggestion", unknown.suggestion.as_deref())
            .help(meant);
    }
}
