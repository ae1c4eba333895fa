//! Metadata: what commands are called.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::level::Level;
use crate::metadata::Value;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::text::count;
use crate::version;

pub(super) static TOO_LONG: Rule = Rule {
    what: "A command's name is longer than 64 characters (23 before 6.2.4).",
    why: "The cluster does not take module commands with longer names.",
    help: "Shorten the name.",
    example: "A name of 70 characters.",
    data: &[
        ("command", "the name of the command"),
        ("found", "its length in characters"),
        ("limit", "the longest that the cluster takes"),
    ],
    ..rule("command-name-too-long", Level::Warning, "a command's name is too long")
};
pub(super) static REFUSED: Rule = Rule {
    what: "A command's name has a blank, or one of the characters `|`, `@`, `=` and `,`.",
    why: "Redis from 7.2 on does not register such a command: the module fails to load, or does without it. A subcommand, with `|` \
          in its name, is not listed by itself.",
    help: "Write the name that the module registers; of subcommands, the command that they are of.",
    example: "`test get`, `test|get`",
    data: &[("character", "the first such character"), ("command", "the name of the command")],
    ..rule("command-name-refused", Level::Warning, "a command has a name that Redis does not register")
};
pub(super) static NO_LETTER: Rule = Rule {
    what: "A command's name has neither a letter nor a digit.",
    why: "Redis registers it, but rules of ACLs and searches take such signs for patterns; a name is what people look a command up by.",
    help: "Write the name that the module registers the command with.",
    example: "`*`, left by a shell that found no file to put in its place.",
    data: &[("command", "the name of the command")],
    ..rule("command-name-signs", Level::Warning, "a command's name has no letter")
};
pub(super) static TAKEN: Rule = Rule {
    what: "A command is called as one of Redis's own.",
    why: "Redis does not register it: the module fails to load, or does without it.",
    help: "Give the command a name of its own: the module's, a dot, and what it does.",
    example: "`get`; `delex`, which Redis has from 8.4 on.",
    data: &[("command", "the name of the command"), ("since", "the Redis version that has it first")],
    ..rule("command-name-taken", Level::Warning, "a command has the name of one of Redis's own")
};
pub(super) static CONFIGURES_NOTHING: Rule = Rule {
    what: "`config_command` begins with neither a command of the module nor one of Redis.",
    why: "Changing the arguments of a module that is loaded is done by that command, which then fails.",
    help: "Write the command that the module registers for it, with what comes before the name of a setting: `FT.CONFIG SET`.",
    example: "`\"config_command\": \"../x\"`",
    data: &[("command", "the first word of `config_command`")],
    ..rule("config-command-unknown", Level::Warning, "`config_command` is not a command of the module")
};

/// Source: release notes 6.2.4 (RS42626).
const LONGEST: usize = 64;

/// Source: `isCommandNameValid` in module.c of Redis 7.2 to 8.2. A line end is a control character, of which the group schema speaks.
const NOT_REGISTERED: [char; 5] = [' ', '|', '@', '=', ','];

/// Looks at the name of a command, which is at that place.
pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts, at: Location, name: &str) {
    let shown = || written::shown_text(name);
    check_length(context, at.clone(), name);
    if let Some(c) = name.chars().find(|c| NOT_REGISTERED.contains(c)) {
        let what = if c == ' ' { "a blank".to_owned() } else { format!("`{c}`") };
        let message = format!("`{}` has {what} in it, which Redis does not register", shown());
        context.report(&REFUSED, at, message).data("command", name).data("character", c);
    } else if !name.is_empty() && !name.chars().any(char::is_alphanumeric) {
        let message = format!("`{}` has neither a letter nor a digit in it", shown());
        context.report(&NO_LETTER, at, message).data("command", name);
    } else if let Some(since) = redis_has(context, facts, name) {
        let message = format!("`{}` is a command of Redis itself, from {since} on", shown());
        context.report(&TAKEN, at, message).data("command", name).data("since", since);
    }
}

/// The Redis version that has the command first, unless all databases are of older ones: those that the module is for, or those of
/// the target.
fn redis_has(context: &Context<'_>, facts: &MetadataFacts, name: &str) -> Option<&'static str> {
    let since = Knowledge::builtin().command_since(name)?;
    let first = version::parse(since).ok()?;
    let compatible = facts.metadata.compatible_redis_version().and_then(|text| version::parse(text).ok());
    let databases = compatible.map_or_else(|| context.target.databases(), |only| vec![only]);
    (databases.is_empty() || databases.iter().any(|database| *database >= first)).then_some(since)
}

fn check_length(context: &mut Context<'_>, at: Location, name: &str) {
    let length = name.chars().count();
    if length > LONGEST {
        let message = format!(
            "`{shown}` has {length}, the cluster takes {LONGEST}",
            shown = written::shown_text(name),
            length = count(length, "character")
        );
        let reported = context.report(&TOO_LONG, at, message).data("command", name);
        reported.data("found", length).data("limit", LONGEST);
    }
}

/// Looks at `config_command`, of a module of which commands are known.
pub(super) fn check_configuring(context: &mut Context<'_>, facts: &MetadataFacts, is_of_module: impl Fn(&str) -> bool) {
    let commands = facts.root().get("commands").and_then(Value::as_array).unwrap_or_default();
    let Some(text) = facts.root().get("config_command").and_then(Value::as_str) else { return };
    let Some(command) = text.split_whitespace().next().filter(|_| !commands.is_empty()) else { return };
    let is_known = is_of_module(command) || Knowledge::builtin().command_since(command).is_some();
    if is_known || context.has_spoken_of("/config_command", |_| true) {
        return;
    }
    let message = format!("`config_command` is {text:?}; no command is called `{}`", written::shown_text(command));
    context.report(&CONFIGURES_NOTHING, Location::key("config_command"), message).data("command", command);
}
