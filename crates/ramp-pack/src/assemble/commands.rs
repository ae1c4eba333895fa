//! The commands: those of the module, without the excluded, with the overridden and the added.

use super::error::{AssembleError, PackWarning, Unused};
use super::fields::list;
use ramp_core::metadata::{Object, Value};
use ramp_core::module::{CommandSpec, Discovery};

const NAME: &str = "command_name";

/// The commands that the metadata lists, by the fields as they stand.
pub(super) fn commands(
    fields: &Object,
    discovery: &Discovery,
    warnings: &mut Vec<PackWarning>,
    errors: &mut Vec<AssembleError>,
) -> Vec<Value> {
    let excluded = list(fields, "exclude_commands", errors);
    let is_excluded = |name: &str| excluded.iter().any(|entry| entry.as_str() == Some(name));
    warn_of_excluded(excluded, discovery, warnings);
    let kept = discovery.commands.iter().filter(|command| !is_excluded(&command.command_name));
    let mut commands: Vec<Value> = kept.map(value_of).collect();
    for (index, entry) in list(fields, "overide_command", errors).iter().enumerate() {
        let Some(name) = entry.get(NAME) else {
            warnings.push(PackWarning::CommandWithoutName { field: "overide_command", index });
            continue;
        };
        let mut places = commands.iter_mut().filter(|command| command.get(NAME) == Some(name));
        match (places.next(), places.count()) {
            (Some(place), 0) => *place = entry.clone(),
            (None, _) => {
                let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                let why = why_unused(&name, discovery, is_excluded(&name));
                warnings.push(PackWarning::OverrideUnused { name, why });
            }
            (Some(_), more) => {
                let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
                warnings.push(PackWarning::OverrideAmbiguous { name, count: more + 1 });
            }
        }
    }
    for (index, entry) in list(fields, "add_command", errors).iter().enumerate() {
        let Some(name) = entry.get(NAME) else {
            warnings.push(PackWarning::CommandWithoutName { field: "add_command", index });
            continue;
        };
        if commands.iter().any(|command| command.get(NAME) == Some(name)) {
            let name = name.as_str().map_or_else(|| name.to_string(), str::to_owned);
            warnings.push(PackWarning::AddedTwice { name });
        }
        commands.push(entry.clone());
    }
    commands
}

fn same_but_for_case<'a>(name: &str, discovery: &'a Discovery) -> Option<&'a str> {
    let names = discovery.commands.iter().map(|command| command.command_name.as_str());
    let mut others = names.filter(|other| *other != name && other.eq_ignore_ascii_case(name));
    others.next()
}

fn why_unused(name: &str, discovery: &Discovery, excluded: bool) -> Unused {
    if discovery.commands.iter().any(|command| command.command_name == name) && excluded {
        return Unused::Excluded;
    }
    match same_but_for_case(name, discovery) {
        Some(suggestion) => Unused::LetterCase { suggestion: suggestion.to_owned() },
        None => Unused::NoSuchCommand,
    }
}

/// Manifests often list a name in several letter cases, so that one is right; only when none is, it matters.
fn warn_of_excluded(excluded: &[Value], discovery: &Discovery, warnings: &mut Vec<PackWarning>) {
    for name in excluded.iter().filter_map(Value::as_str) {
        if discovery.commands.iter().any(|command| command.command_name == name) {
            continue;
        }
        let Some(suggestion) = same_but_for_case(name, discovery) else {
            // What was not asked has none.
            if !discovery.commands.is_empty() {
                warnings.push(PackWarning::ExcludeUnknown { name: name.to_owned() });
            }
            continue;
        };
        if !excluded.iter().any(|other| other.as_str() == Some(suggestion)) {
            let (name, suggestion) = (name.to_owned(), suggestion.to_owned());
            warnings.push(PackWarning::ExcludeCase { name, suggestion });
        }
    }
}

fn value_of(command: &CommandSpec) -> Value {
    let CommandSpec { command_name, command_arity, flags, first_key, last_key, step } = command;
    let members: Object = [
        (NAME, Value::from(command_name.as_str())),
        ("command_arity", (*command_arity).into()),
        ("flags", flags.iter().map(String::as_str).collect()),
        ("first_key", (*first_key).into()),
        ("last_key", (*last_key).into()),
        ("step", (*step).into()),
    ]
    .into_iter()
    .collect();
    members.into()
}
