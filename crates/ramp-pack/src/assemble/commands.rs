//! The commands: those of the module, without the excluded, with the overridden and the added.

use std::collections::{HashMap, HashSet};

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
    let listed = list(fields, "exclude_commands", errors);
    let excluded: HashSet<&str> = listed.iter().filter_map(Value::as_str).collect();
    let registered = Registered::of(discovery);
    warn_of_excluded(listed, &excluded, &registered, warnings);
    let kept = discovery.commands.iter().filter(|command| !excluded.contains(command.command_name.as_str()));
    let mut commands: Vec<Value> = kept.map(value_of).collect();
    let mut places: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, command) in commands.iter().enumerate() {
        places.entry(key(command.get(NAME))).or_default().push(place);
    }
    for (index, entry) in list(fields, "overide_command", errors).iter().enumerate() {
        let Some(name) = entry.get(NAME) else {
            warnings.push(PackWarning::CommandWithoutName { field: "overide_command", index });
            continue;
        };
        match places.get(&key(Some(name))).map_or(&[][..], Vec::as_slice) {
            [place] => commands.get_mut(*place).into_iter().for_each(|command| *command = entry.clone()),
            [] => {
                let name = shown(name);
                let why = registered.why_unused(&name, excluded.contains(name.as_str()));
                warnings.push(PackWarning::OverrideUnused { name, why });
            }
            several => warnings.push(PackWarning::OverrideAmbiguous { name: shown(name), count: several.len() }),
        }
    }
    let mut there: HashSet<String> = places.into_keys().collect();
    for (index, entry) in list(fields, "add_command", errors).iter().enumerate() {
        let Some(name) = entry.get(NAME) else {
            warnings.push(PackWarning::CommandWithoutName { field: "add_command", index });
            continue;
        };
        if !there.insert(key(Some(name))) {
            warnings.push(PackWarning::AddedTwice { name: shown(name) });
        }
        commands.push(entry.clone());
    }
    commands
}

/// What tells a name from others: it may be no text.
fn key(name: Option<&Value>) -> String {
    name.map(ToString::to_string).unwrap_or_default()
}

fn shown(name: &Value) -> String {
    name.as_str().map_or_else(|| name.to_string(), str::to_owned)
}

/// The names that the module registers, looked up many times.
struct Registered<'a> {
    names: HashSet<&'a str>,
    /// In the order of the module, by their small letters.
    of_letters: HashMap<String, Vec<&'a str>>,
}

impl<'a> Registered<'a> {
    fn of(discovery: &'a Discovery) -> Self {
        let names = || discovery.commands.iter().map(|command| command.command_name.as_str());
        let mut of_letters: HashMap<String, Vec<&str>> = HashMap::new();
        for name in names() {
            of_letters.entry(name.to_ascii_lowercase()).or_default().push(name);
        }
        Self { names: names().collect(), of_letters }
    }

    fn same_but_for_case(&self, name: &str) -> Option<&'a str> {
        self.of_letters.get(&name.to_ascii_lowercase())?.iter().find(|other| **other != name).copied()
    }

    fn why_unused(&self, name: &str, excluded: bool) -> Unused {
        if excluded && self.names.contains(name) {
            return Unused::Excluded;
        }
        match self.same_but_for_case(name) {
            Some(suggestion) => Unused::LetterCase { suggestion: suggestion.to_owned() },
            None => Unused::NoSuchCommand,
        }
    }
}

/// Manifests often list a name in several letter cases, so that one is right; only when none is, it matters.
fn warn_of_excluded(
    listed: &[Value],
    excluded: &HashSet<&str>,
    registered: &Registered<'_>,
    warnings: &mut Vec<PackWarning>,
) {
    for name in listed.iter().filter_map(Value::as_str).filter(|name| !registered.names.contains(name)) {
        match registered.same_but_for_case(name) {
            Some(suggestion) if !excluded.contains(suggestion) => {
                let (name, suggestion) = (name.to_owned(), suggestion.to_owned());
                warnings.push(PackWarning::ExcludeCase { name, suggestion });
            }
            Some(_) => {}
            // What was not asked has none.
            None if registered.names.is_empty() => {}
            None => warnings.push(PackWarning::ExcludeUnknown { name: name.to_owned() }),
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
