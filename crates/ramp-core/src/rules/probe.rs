//! Integrity and load: the metadata held against what the module itself registers, where it was asked.

use std::collections::{HashMap, HashSet};

use super::context::Context;
use super::declare::{integrity, load, load_hint};
use super::flags::{self, NEWER_FLAGS, OTHER_FLAGS};
use super::written;
use crate::facts::{ArchiveFacts, MetadataFacts};
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::Value;
use crate::module::{CommandSpec, Discovery, ProbeOutcome};

/// What the metadata says otherwise.
pub(super) const RULES: &[&Rule] = &[&MODULE_NAME, &VERSION, &COMMAND_UNLISTED, &COMMAND_DIFFERS, &COMMAND_ABSENT];
/// That it was not loaded.
pub(super) const LOAD_RULES: &[&Rule] = &[&LOAD_FAILED, &NOT_POSSIBLE];

/// What to do where the metadata says otherwise.
const PACK_AGAIN: &str = "Pack the bundle again with `ramp pack`, which asks the module.";

static MODULE_NAME: Rule = Rule {
    what: "`module_name` is not the name under which the module registers itself. Found only where the module is asked: by `--probe`.",
    why: "The cluster knows the module by `module_name`, and the databases' Redis knows it by its own name: what looks for the one among \
          the other does not find it.",
    help: "Write the module's own name, or pack the bundle again with `ramp pack`, which asks the module.",
    example: "`\"module_name\": \"redisearch\"` of a module that calls itself `search`.",
    data: &[
        ("claimed", "the `module_name` of the metadata"),
        ("found", "the name under which the module registers itself"),
    ],
    ..integrity("probe-module-name", "`module_name` is not the module's own name")
};
static VERSION: Rule = Rule {
    what: "`version` is not the version with which the module registers itself. Found only where the module is asked: by `--probe`.",
    why: "The cluster stores and upgrades the module by `version`; the metadata was probably made for another build.",
    help: PACK_AGAIN,
    example: "`\"version\": 20803` of a module that says 20804 when it is loaded.",
    data: &[("claimed", "the `version` of the metadata"), ("found", "the version that the module registers")],
    ..integrity("probe-version", "`version` is not the module's own version")
};
static COMMAND_UNLISTED: Rule = Rule {
    what: "The module registers a command that is not among `commands`, nor left out by `exclude_commands`. Found only where the module is \
           asked: by `--probe`.",
    why: "The proxy refuses commands that it does not know: this one cannot be called.",
    help: "Pack the bundle again with `ramp pack`, which asks the module; a command that nobody is to call belongs in \
           `exclude_commands` of the manifest.",
    example: "A `module.json` that was kept while the module got a new command.",
    data: &[("command", "the name of the command")],
    ..integrity("probe-command-unlisted", "the module has a command that the metadata does not list")
};
static COMMAND_DIFFERS: Rule = Rule {
    what: "`commands` says another arity, other flags or other positions of keys of a command than the module registers, and \
           `overide_command` does not say so on purpose. Flags that older versions of Redis do not show are passed over. Found only where \
           the module is asked: by `--probe`.",
    why: "The proxy finds a command's keys, and where it may be sent, by what the metadata says of it.",
    help: PACK_AGAIN,
    example: "`\"first_key\": 0` of a command that has its key at 1: it is sent to any shard.",
    data: &[
        ("claimed", "what the metadata says"),
        ("command", "the name of the command"),
        ("field", "`command_arity`, `flags` or `keys`: `first_key`, `last_key` and `step` together"),
        ("found", "what the module registers"),
    ],
    ..integrity("probe-command-differs", "a command is not what the metadata says of it")
};
static COMMAND_ABSENT: Rule = Rule {
    strict_level: Level::Warning,
    what: "A command is among `commands` that the module does not register, and `add_command` does not add it on purpose. Found only where \
           the module is asked: by `--probe`.",
    why: "It is answered by an error of the shard. Some modules register more commands on Redis Enterprise, or by their arguments: so it \
          is a warning.",
    help: PACK_AGAIN,
    example: "A `module.json` that was kept while a command was renamed.",
    data: &[("command", "the name of the command")],
    ..integrity("probe-command-absent", "the metadata lists a command that the module does not have")
};
static LOAD_FAILED: Rule = Rule {
    what: "The module was loaded, with the bundle's `command_line_args`, into a host that plays a Redis, or into a `redis-server`, and \
           refused to start, crashed, ended it or hung. Found only where the module is asked: by `--probe`.",
    why: "A database with the module does not start.",
    help: "Load the module into a server of your own, and read its log. Where it needs files that only the nodes have, turn this rule off: \
           `-A probe-load-failed`.",
    example: "A module that aborts where a function of the module API is missing that it needs.",
    data: &[("detail", "what happened, in words")],
    ..load("probe-load-failed", "the module does not load")
};
static NOT_POSSIBLE: Rule = Rule {
    what: "The module could not be loaded on this machine, so that the metadata was not held against it: it is for another architecture, a \
           library is missing here, or there is nothing that would load it. Or it is not loaded at all, since the bundle is refused by the \
           unpacker, is damaged, or is not what its SHA-256 says. Found only with `--probe`.",
    why: "What was asked for was not done.",
    help: "Run the check where the module runs, or leave out `--probe`.",
    example: "A module for aarch64, checked on x86_64.",
    data: &[("detail", "what is in the way, in words")],
    ..load_hint("probe-not-possible", "the module could not be asked")
};

pub(super) fn check(context: &mut Context<'_>, archive: &ArchiveFacts) {
    let (Some(module), Some(entry)) = (&archive.module, archive.module_entry()) else { return };
    // Of the module as a whole: where it is in the zip says nothing of what it does.
    let location = Location::entry(&entry.name);
    context.judge_content(entry.index, |context| match &module.asked {
        None => {}
        Some(ProbeOutcome::Registered(registered)) => {
            if let Some(facts) = archive.metadata() {
                check_registered(context, facts, registered);
            }
        }
        Some(ProbeOutcome::Failed { why, help }) => {
            context.report(&LOAD_FAILED, location, why).data("detail", why).help(help.clone());
        }
        Some(ProbeOutcome::NotPossible { why, help }) => {
            let message = format!("the module could not be asked: {why}");
            context.report(&NOT_POSSIBLE, location, message).data("detail", why).help(help.clone());
        }
    });
}

fn check_registered(context: &mut Context<'_>, facts: &MetadataFacts, registered: &Discovery) {
    if let Some(claimed) = facts.metadata.module_name().filter(|claimed| *claimed != registered.module_name) {
        let found = &registered.module_name;
        let said = format!(
            "the module registers itself as `{}`; the metadata says `{}`",
            written::shown_text(found),
            written::shown_text(claimed)
        );
        let reported = context.report(&MODULE_NAME, Location::pointer("/module_name"), said);
        reported.data("claimed", claimed).data("found", found);
    }
    if let Some(claimed) = facts.metadata.version().filter(|claimed| *claimed != registered.version) {
        let found = registered.version;
        let said = format!("the module registers the version {found}; the metadata says {claimed}");
        let reported = context.report(&VERSION, Location::pointer("/version"), said);
        reported.data("claimed", claimed).data("found", found);
    }
    check_commands(context, facts, &registered.commands);
}

fn check_commands(context: &mut Context<'_>, facts: &MetadataFacts, registered: &[CommandSpec]) {
    // That there are none at all has been said.
    let listed = facts.root().get("commands").and_then(Value::as_array).unwrap_or_default();
    if listed.is_empty() {
        return;
    }
    let registered: HashMap<String, &CommandSpec> =
        registered.iter().map(|command| (command.command_name.to_ascii_lowercase(), command)).collect();
    let (added, overridden) = (names(facts, "add_command"), names(facts, "overide_command"));
    let mut seen = names(facts, "exclude_commands");
    for (index, command) in listed.iter().enumerate() {
        let Some(name) = command.get("command_name").and_then(Value::as_str) else { continue };
        let key = name.to_ascii_lowercase();
        let pointer = format!("/commands/{index}");
        match registered.get(&key) {
            Some(_) if overridden.contains(&key) => {}
            Some(found) => check_command(context, &pointer, command, found),
            None if added.contains(&key) => {}
            None => {
                let said = format!("the module does not register `{}`", written::shown_text(name));
                let location = Location::pointer(format!("{pointer}/command_name"));
                context.report(&COMMAND_ABSENT, location, said).data("command", name);
            }
        }
        seen.insert(key);
    }
    let mut unlisted: Vec<&str> =
        registered.iter().filter(|(key, _)| !seen.contains(*key)).map(|(_, of)| of.command_name.as_str()).collect();
    unlisted.sort_unstable();
    for name in unlisted {
        let said = format!("the module registers `{}`, which is not among `commands`", written::shown_text(name));
        context.report(&COMMAND_UNLISTED, Location::pointer("/commands"), said).data("command", name);
    }
}

/// The commands that a field names, each as a text or by its `command_name`.
fn names(facts: &MetadataFacts, field: &str) -> HashSet<String> {
    let commands = facts.root().get(field).and_then(Value::as_array).unwrap_or_default();
    let name = |command: &Value| command.as_str().or_else(|| command.get("command_name")?.as_str()).map(str::to_owned);
    commands.iter().filter_map(name).map(|name| name.to_ascii_lowercase()).collect()
}

/// Holds what is said of a command against what is registered. A member that is missing, or no number or list, has been spoken of.
fn check_command(context: &mut Context<'_>, pointer: &str, command: &Value, found: &CommandSpec) {
    let number = |field: &str| command.get(field).and_then(Value::as_number).and_then(crate::metadata::Number::as_i64);
    let differs = |context: &mut Context<'_>, member: &str, field: &str, claimed: String, found_there: String| {
        let name = written::shown_text(&found.command_name);
        let said = format!("`{name}` is registered with {field} {found_there}; the metadata says {claimed}");
        let reported = context.report(&COMMAND_DIFFERS, Location::pointer(format!("{pointer}/{member}")), said);
        let reported = reported.data("command", &found.command_name).data("field", field);
        reported.data("claimed", claimed).data("found", found_there);
    };
    if let Some(claimed) = number("command_arity").filter(|claimed| *claimed != found.command_arity) {
        differs(context, "command_arity", "command_arity", claimed.to_string(), found.command_arity.to_string());
    }
    if let Some(claimed) = command.get("flags").and_then(Value::as_array) {
        let claimed: HashSet<&str> = claimed.iter().filter_map(Value::as_str).collect();
        let registered: HashSet<&str> = found.flags.iter().map(String::as_str).collect();
        let lacks = registered.difference(&claimed).any(|flag| !NEWER_FLAGS.contains(flag));
        let has_more = claimed.difference(&registered).any(|flag| !OTHER_FLAGS.contains(flag));
        if lacks || has_more {
            differs(context, "flags", "flags", flags::list(claimed), flags::list(registered));
        }
    }
    if let [Some(first), Some(last), Some(step)] = ["first_key", "last_key", "step"].map(number) {
        let (claimed, there) = ([first, last, step], [found.first_key, found.last_key, found.step]);
        // Without a first key the others mean nothing; older versions of Redis show what the module declared.
        if claimed != there && (first, found.first_key) != (0, 0) {
            differs(context, "first_key", "keys", keys(claimed), keys(there));
        }
    }
}

fn keys([first, last, step]: [i64; 3]) -> String {
    format!("{first} {last} {step}")
}
