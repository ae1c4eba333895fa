//! Metadata: the commands that the proxy is told of.

use std::collections::HashSet;

use super::registration;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::metadata::Value;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written;
use crate::text::count;

pub(crate) const RULES: &[&Rule] = &[
    &COMMANDS_EMPTY,
    &COMMAND_WITHOUT_ARITY,
    &COMMAND_NAME_TOO_LONG,
    &COMMAND_TWICE,
    &registration::NAME_REFUSED,
    &registration::ARITY_ZERO,
    &registration::FLAG_UNKNOWN,
    &registration::FIRST_KEY_NEGATIVE,
    &registration::CONTRADICTS_ITSELF,
];

static COMMANDS_EMPTY: Rule = Rule {
    what: "`commands` is missing or empty.",
    why: "The proxy refuses commands that it does not know: none of the module's can be called.",
    help: "Pack it without `--probe none`, so that the module is asked for its commands; or list them in the manifest.",
    example: "A `module.json` written by hand.",
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
static COMMAND_NAME_TOO_LONG: Rule = Rule {
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
static COMMAND_TWICE: Rule = Rule {
    what: "A command is listed twice, or in two spellings that differ only in case.",
    why: "Commands are not case-sensitive; which of the two counts is left to chance.",
    help: "Keep one.",
    example: "`add_command` with a command that the module has already.",
    data: &[("command", "the name of the command")],
    ..rule("command-twice", Level::Warning, "a command is listed twice")
};

/// Source: release notes 6.2.4 (RS42626).
const LONGEST_COMMAND_NAME: usize = 64;

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let commands = match facts.root().get("commands") {
        None => {
            context.report(&COMMANDS_EMPTY, Location::pointer("/commands"), "there is no `commands`");
            return;
        }
        // What is not a list has been said.
        Some(value) => value.as_array().unwrap_or_default(),
    };
    if commands.is_empty() && !context.is_said("/commands") {
        context.report(&COMMANDS_EMPTY, Location::pointer("/commands"), "`commands` is empty");
    }
    let mut seen = HashSet::new();
    for (index, command) in commands.iter().enumerate() {
        let Some(name) = command.get("command_name").and_then(Value::as_str) else { continue };
        let at = |field: &str| Location::pointer(format!("/commands/{index}/{field}"));
        let shown = written::shown_text(name);
        if command.get("command_arity").is_none() {
            let message = format!("`{shown}` has no `command_arity`");
            context.report(&COMMAND_WITHOUT_ARITY, at("command_arity"), message).data("command", name);
        }
        let length = name.chars().count();
        if length > LONGEST_COMMAND_NAME {
            let message = format!(
                "`{shown}` has {length}, the cluster takes {LONGEST_COMMAND_NAME}",
                length = count(length, "character")
            );
            context
                .report(&COMMAND_NAME_TOO_LONG, at("command_name"), message)
                .data("command", name)
                .data("found", length)
                .data("limit", LONGEST_COMMAND_NAME);
        }
        if !seen.insert(name.to_lowercase()) {
            let message = format!("`{shown}` is listed twice");
            context.report(&COMMAND_TWICE, at("command_name"), message).data("command", name);
        }
        registration::check(context, index, name, command);
    }
}
