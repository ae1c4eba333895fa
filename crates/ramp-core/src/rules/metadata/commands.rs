//! Metadata: the commands that the proxy is told of.

use std::collections::{HashMap, HashSet};

use super::templates::is_placeholder;
use super::{command_names, registration};
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::Value;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;

pub(crate) const RULES: &[&Rule] = &[
    &COMMANDS_EMPTY,
    &COMMAND_WITHOUT_ARITY,
    &command_names::TOO_LONG,
    &COMMAND_TWICE,
    &command_names::REFUSED,
    &command_names::NO_LETTER,
    &command_names::TAKEN,
    &command_names::CONFIGURES_NOTHING,
    &registration::ARITY_ZERO,
    &registration::FLAG_UNKNOWN,
    &registration::FIRST_KEY_NEGATIVE,
    &registration::CONTRADICTS_ITSELF,
];

static COMMANDS_EMPTY: Rule = Rule {
    what: "`commands` is missing or empty.",
    why: "The proxy refuses commands that it does not know: none of the module's can be called.",
    help: "Check that the module is asked for its commands when it is packed, with the arguments with which it registers them; `add_command` \
           lists those that it registers only elsewhere. A module without commands can stay as it is.",
    example: "A `module.json` written by hand; a module packed with `--probe none`.",
    ..rule("commands-empty", Level::Warning, "the module has no commands")
};
static COMMAND_WITHOUT_ARITY: Rule = Rule {
    what: "A command has no `command_arity`.",
    why: "The proxy reads it by name, without a default: the metadata fails when a database starts.",
    help: "Give each command its `command_arity`, negative where it takes more arguments.",
    example: "An `overide_command` that names the command and its flags only.",
    data: &[("command", "the name of the command")],
    ..rule("command-without-arity", Level::Warning, "a command has no arity")
};
static COMMAND_TWICE: Rule = Rule {
    what: "A command is listed twice, or in two spellings that differ only in case.",
    why: "Commands are not case-sensitive; which of the two counts is left to chance.",
    help: "Keep one.",
    example: "`add_command` with a command that the module has already.",
    data: &[("command", "the name of the command")],
    ..rule("command-twice", Level::Warning, "a command is listed twice")
};

/// The fields that list commands. The packer adds those of the others to the first, or puts them in place of what is there.
const LISTS: [&str; 3] = ["commands", "overide_command", "add_command"];

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let message = match facts.root().get("commands") {
        None => Some("there is no `commands`"),
        // What is not a list has been said.
        Some(value) => value.as_array().is_some_and(<[Value]>::is_empty).then_some("`commands` is empty"),
    };
    if let Some(message) = message {
        let excluded = facts.root().get("exclude_commands").and_then(Value::as_array).unwrap_or_default();
        let help = (!excluded.is_empty()).then(|| {
            "Check whether `exclude_commands` leaves out all that the module has; keep those that can be called."
                .to_owned()
        });
        context.report(&COMMANDS_EMPTY, Location::pointer("/commands"), message).help(help);
    }
    let mut listed: HashMap<&str, &Value> = HashMap::new();
    for field in LISTS {
        let commands = facts.root().get(field).and_then(Value::as_array).unwrap_or_default();
        let mut seen = HashSet::new();
        for (index, command) in commands.iter().enumerate() {
            let Some(name) = command.get("command_name").and_then(Value::as_str) else { continue };
            let at = |member: &str| Location::pointer(format!("/{field}/{index}/{member}"));
            let shown = || written::shown_text(name);
            let is_named = |context: &Context<'_>| {
                let pointer = format!("/{field}/{index}/command_name");
                !context.is_said(&pointer) && !is_placeholder(context, &pointer)
            };
            if !seen.insert(name.to_lowercase()) && (context.is_full(&COMMAND_TWICE) || is_named(context)) {
                let message = format!("`{}` is listed twice", shown());
                context.report(&COMMAND_TWICE, at("command_name"), message).data("command", name);
            }
            // What is wrong with a command is said of it once, in whichever of the lists it is the same.
            if listed.insert(name, command).is_some_and(|other| other == command) {
                continue;
            }
            if command.get("command_arity").is_none() {
                let message = format!("`{}` has no `command_arity`", shown());
                context.report(&COMMAND_WITHOUT_ARITY, at("command_arity"), message).data("command", name);
            }
            command_names::check(context, facts, at("command_name"), name);
            registration::check(context, &format!("/{field}/{index}"), name, command);
        }
    }
    command_names::check_configuring(context, facts, |name| {
        listed.keys().any(|other| other.eq_ignore_ascii_case(name))
    });
}
