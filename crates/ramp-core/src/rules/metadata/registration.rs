//! Metadata: commands that no Redis would register or show as they are written. By what Redis shows of its commands the proxy
//! is told of them: name, arity, flags, the positions of keys.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::{Number, Value};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::text::closest;

use super::templates::is_placeholder;

pub(super) static ARITY_ZERO: Rule = Rule {
    what: "A command's `command_arity` is 0.",
    why: "The name counts as an argument, so that no command has fewer than 1; Redis takes 0 for \"not said\", and shows -1.",
    help: "Write how many arguments the command takes, its name included; negative where that is the least.",
    example: "`\"command_arity\": 0` for a command that is called by its name alone, which is 1.",
    data: &[("command", "the name of the command")],
    ..rule("command-arity-zero", Level::Warning, "a command has the arity 0")
};
pub(super) static FLAG_UNKNOWN: Rule = Rule {
    what: "A flag of a command is not one that Redis shows in `COMMAND INFO`.",
    why: "The proxy is told of a command by its flags; that it knows others than Redis is not documented. A module declares some flags \
          in other words than Redis shows them.",
    help: "Write the flags as `COMMAND INFO` shows them, or let the packer ask the module.",
    example: "`deny-oom`, which a module declares, and which is shown as `denyoom`.",
    data: &[
        ("command", "the name of the command"),
        ("found", "the flag"),
        ("suggestion", "the flag that was probably meant"),
    ],
    ..rule("command-flag-unknown", Level::Warning, "a command has an unknown flag")
};
pub(super) static FIRST_KEY_NEGATIVE: Rule = Rule {
    what: "A command's `first_key` is negative.",
    why: "Positions count from the command's name, which is 0. Only `last_key` counts from the end where it is negative, and only \
          `step` has other meanings there.",
    help: "Write the position of the first key, or 0 where there is none.",
    example: "`\"first_key\": -1`",
    data: &[("command", "the name of the command"), ("found", "what `first_key` is")],
    ..rule("command-first-key-negative", Level::Warning, "the position of a command's first key is negative")
};
pub(super) static CONTRADICTS_ITSELF: Rule = Rule {
    what: "What is said of a command cannot all be so: it both writes and only reads, has a flag twice, its last key comes before its \
           first or after the last argument, or it has several keys without a step from one to the next.",
    why: "The proxy finds a command's keys, and where it may be sent, by what is said of it.",
    help: "Write what `COMMAND INFO` shows of the command, or let the packer ask the module.",
    example: "`\"flags\": [\"write\", \"readonly\"]`; `\"first_key\": 2, \"last_key\": 1`",
    data: &[("command", "the name of the command"), ("detail", "what cannot be so, in words")],
    ..rule("command-contradicts-itself", Level::Warning, "what is said of a command cannot be so")
};

/// As `COMMAND INFO` shows them. Source: `addReplyFlagsForCommand` in server.c of Redis 7.4; `random` and `sort_for_script` as shown
/// by 6.2 and before; `_proxy-filtered` as modules of Redis declare it on Redis Enterprise.
const FLAGS: [&str; 25] = [
    "write",
    "readonly",
    "denyoom",
    "module",
    "admin",
    "pubsub",
    "noscript",
    "blocking",
    "loading",
    "stale",
    "skip_monitor",
    "skip_slowlog",
    "asking",
    "fast",
    "no_auth",
    "may_replicate",
    "no_mandatory_keys",
    "no_async_loading",
    "no_multi",
    "movablekeys",
    "allow_busy",
    "touches_arbitrary_keys",
    "random",
    "sort_for_script",
    "_proxy-filtered",
];

/// What a position of Redis's is written in.
const POSITIONS: RangeInclusive<i64> = i32::MIN as i64..=i32::MAX as i64;
/// How many flags of a command are held against each other.
const MOST_FLAGS: usize = 100;

/// Flags as a module declares them, where that is in words which are not like those that are shown.
const DECLARED: [(&str, &str); 8] = [
    ("deny-script", "noscript"),
    ("allow-loading", "loading"),
    ("allow-stale", "stale"),
    ("no-monitor", "skip_monitor"),
    ("no-slowlog", "skip_slowlog"),
    ("skip_commandlog", "skip_slowlog"),
    ("no_commandlog", "skip_slowlog"),
    ("getkeys-api", "movablekeys"),
];

/// Looks at a command by where it is.
pub(super) fn check(context: &mut Context<'_>, pointer: &str, name: &str, command: &Value) {
    let at = |field: &str| Location::pointer(format!("{pointer}/{field}"));
    let shown = || written::shown_text(name);
    let number = |field: &str| command.get(field).and_then(Value::as_number).and_then(whole);
    if number("command_arity") == Some(0) {
        let message = format!("`{}` has the arity 0; its name alone makes 1", shown());
        context.report(&ARITY_ZERO, at("command_arity"), message).data("command", name);
    }
    if let Some(first) = number("first_key").filter(|first| *first < 0) {
        let message = format!("`{}` has its first key at {first}", shown());
        context.report(&FIRST_KEY_NEGATIVE, at("first_key"), message).data("command", name).data("found", first);
    }
    let flags = command.get("flags").and_then(Value::as_array).unwrap_or_default();
    let words = || flags.iter().filter_map(Value::as_str);
    let has = |flag: &str| words().any(|word| word == flag);
    let mut seen = HashSet::new();
    // Of what is no flag at all something else is said.
    let twice = words().take(MOST_FLAGS).filter(|word| FLAGS.contains(word)).find(|word| !seen.insert(*word));
    // Numbers that no command has are spoken of by the group schema.
    let keys = ["first_key", "last_key", "step"].map(|field| number(field).filter(|number| POSITIONS.contains(number)));
    // A command that takes any number of arguments has no last position.
    let arguments = number("command_arity").filter(|arity| *arity > 0);
    // From the end, where it is negative.
    let end = keys[1].and_then(|last| if last < 0 { arguments?.checked_add(last) } else { Some(last) });
    let behind = [("first_key", keys[0]), ("last_key", keys[1])].into_iter().find_map(|(field, key)| {
        let (key, arguments) = (key?, arguments?);
        (key >= arguments)
            .then(|| (field, format!("has a key at {key}; its last argument is at {}", arguments.saturating_sub(1))))
    });
    let contradiction = match keys {
        // With a negative step the positions count otherwise.
        [Some(first), Some(last), step]
            if step.is_none_or(|step| step > 0) && first > 0 && (0..first).contains(&last) =>
        {
            Some(("last_key", format!("has its last key at {last}, before its first at {first}")))
        }
        [Some(first), Some(last), Some(0)] if first > 0 && last != first => {
            Some(("step", "has several keys, and 0 from one to the next".to_owned()))
        }
        _ if behind.is_some() => behind,
        [Some(0), Some(last), step] if last > 0 && step.is_none_or(|step| step >= 0) => {
            Some(("last_key", format!("has its last key at {last}, and no first")))
        }
        [Some(first), Some(last), Some(step)]
            if first > 0 && last < 0 && step > 0 && end.is_some_and(|end| end < first) =>
        {
            let end = end.unwrap_or_default();
            Some(("last_key", format!("has its last key at {last}, which is {end}, before its first at {first}")))
        }
        [Some(first), Some(0..), Some(step)]
            if first > 0 && end.is_some_and(|end| end > first && step > end.saturating_sub(first)) =>
        {
            Some(("step", format!("has several keys, and {step} from one to the next, which is beyond the last")))
        }
        _ if has("write") && has("readonly") => Some(("flags", "has the flags `write` and `readonly`".to_owned())),
        _ => twice.map(|flag| ("flags", format!("has the flag `{}` twice", written::shown_text(flag)))),
    };
    if let Some((field, detail)) = contradiction {
        let message = format!("`{}` {detail}", shown());
        context.report(&CONTRADICTS_ITSELF, at(field), message).data("command", name).data("detail", detail);
    }
    for (place, flag) in flags.iter().enumerate().filter_map(|(place, flag)| Some((place, flag.as_str()?))) {
        if FLAGS.contains(&flag) {
            continue;
        }
        if context.is_full(&FLAG_UNKNOWN) {
            context.count_more(&FLAG_UNKNOWN, 1);
            continue;
        }
        let pointer = format!("{pointer}/flags/{place}");
        if is_placeholder(context, &pointer) {
            continue;
        }
        let declared = DECLARED.iter().find(|(declared, _)| declared.eq_ignore_ascii_case(flag));
        let meant = declared.map(|(_, shown)| *shown).or_else(|| closest(FLAGS, flag));
        let message = format!("`{}` has the flag `{}`, which Redis does not show", shown(), written::shown_text(flag));
        let instead = match written::several(flag, |part| FLAGS.contains(&part)) {
            Some(several) => Some(written::each(&several)),
            None => meant.map(|meant| (meant.to_owned(), format!("Did you mean `{meant}`?"))),
        };
        let (suggestion, help) = instead.unzip();
        context
            .report(&FLAG_UNKNOWN, Location::pointer(pointer), message)
            .data("command", name)
            .data("found", flag)
            .maybe("suggestion", suggestion)
            .help(help);
    }
}

/// A number that is whole, also where it is written as `0.0`; what is larger than any that is meant is of no concern.
#[expect(clippy::cast_possible_truncation, reason = "it is whole, and fits")]
fn whole(number: &Number) -> Option<i64> {
    let float = || Some(number.as_f64()).filter(|float| float.fract() == 0.0 && float.abs() < 1e15);
    number.as_i64().or_else(|| float().map(|float| float as i64))
}
