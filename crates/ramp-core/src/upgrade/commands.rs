//! What is different of commands: by what the metadata says of them, which proxies go by; and by what modules register of them besides,
//! where both were asked.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::build::Build;
use super::change::{Area, Change, ChangeKind};
use super::compared::{self, Named};
use super::metadata;
use crate::metadata::{Object, Value, python};
use crate::module::{RegisteredCommand, Registration};

/// The members that say where the keys of a command are.
const KEYS: [&str; 3] = ["first_key", "last_key", "step"];

/// A command: its name as it is written, and what is said of it.
struct Command {
    name: String,
    said: Named,
}

pub(super) fn changes(old: &Build, new: &Build) -> Vec<Change> {
    if !metadata::can_be_compared(old, new, &["commands"]) {
        return Vec::new();
    }
    let (before, after) = match (&old.registered, &new.registered) {
        (Some(registered), Some(others)) => (of(old, Some(registered)), of(new, Some(others))),
        _ => (of(old, None), of(new, None)),
    };
    let names = compared::names(&before, &after);
    names.into_iter().flat_map(|name| differences(before.get(name), after.get(name))).collect()
}

fn differences(old: Option<&Command>, new: Option<&Command>) -> Vec<Change> {
    let name = new.or(old).map(|command| command.name.as_str()).unwrap_or_default();
    let said = |command: Option<&Command>| command.map(|command| object(&command.said));
    compared::parts_of(Area::Commands, name, said(old).as_ref(), said(new).as_ref())
}

fn object(said: &Named) -> Value {
    said.iter().map(|(key, value)| (key.clone(), value.clone())).collect::<Object>().into()
}

/// Commands by their names in small letters, as Redis tells them apart.
fn of(build: &Build, registered: Option<&Registration>) -> BTreeMap<String, Command> {
    let listed = build.metadata.get("commands").and_then(Value::as_array).unwrap_or_default();
    let mut commands: BTreeMap<String, Command> = BTreeMap::new();
    let mut times: HashMap<String, usize> = HashMap::new();
    for command in listed {
        let Some(name) = command.get("command_name").and_then(Value::as_str) else { continue };
        let members = command.as_object().into_iter().flat_map(Object::iter);
        let members = members.map(|(key, value)| (key.to_owned(), value.clone()));
        let mut said: Named = members.filter(|(key, _)| key != "command_name").collect();
        put_keys_together(&mut said);
        said.get_mut("flags").into_iter().for_each(sort);
        // One that is there twice is two: nobody knows which of them counts.
        let key = name.to_ascii_lowercase();
        let number = *times.entry(key.clone()).and_modify(|times: &mut usize| *times += 1).or_insert(1);
        let (key, name) =
            if number > 1 { (format!("{key} {number}"), format!("{name} ({number})")) } else { (key, name.to_owned()) };
        commands.insert(key, Command { name, said });
    }
    for command in registered.into_iter().flat_map(|registered| &registered.commands) {
        let listed = commands.get_mut(&command.spec.command_name.to_ascii_lowercase());
        // Of those that are left out on purpose, nothing is to be said.
        let Some(listed) = listed else { continue };
        add_registered(&mut listed.said, command);
        for below in &command.subcommands {
            let name = &below.spec.command_name;
            let mut said = BTreeMap::new();
            said.insert("command_arity".to_owned(), below.spec.command_arity.into());
            said.insert("flags".to_owned(), sorted(&below.spec.flags));
            let keys = [below.spec.first_key, below.spec.last_key, below.spec.step];
            said.insert("keys".to_owned(), keys.to_vec().into());
            add_registered(&mut said, below);
            commands.insert(name.to_ascii_lowercase(), Command { name: name.clone(), said });
        }
    }
    commands
}

/// What only the module says of a command.
fn add_registered(said: &mut Named, command: &RegisteredCommand) {
    let mut add = |field: &str, value: Value| {
        said.insert(field.to_owned(), value);
    };
    if !command.acl_categories.is_empty() {
        add("acl_categories", sorted(&command.acl_categories));
    }
    if !command.tips.is_empty() {
        add("tips", sorted(&command.tips));
    }
    if !command.key_specs.is_empty() {
        add("key_specs", written(&command.key_specs));
    }
}

fn written(value: &impl Serialize) -> Value {
    serde_json::to_value(value).map(Value::from).unwrap_or_default()
}

/// The three numbers of the positions of keys as one thing, where all are there.
fn put_keys_together(said: &mut Named) {
    if KEYS.iter().all(|key| said.contains_key(*key)) {
        let keys: Vec<Value> = KEYS.iter().filter_map(|key| said.remove(*key)).collect();
        said.insert("keys".to_owned(), keys.into());
    }
}

fn sorted(texts: &[String]) -> Value {
    let texts: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
    texts.into_iter().collect()
}

/// The texts of a list in order, each once: in which order they are written does not matter.
fn sort(value: &mut Value) {
    let Value::Array(items) = value else { return };
    if items.iter().all(|item| item.as_str().is_some()) {
        items.sort_by(|one, other| one.as_str().cmp(&other.as_str()));
        items.dedup();
    }
}

impl Change {
    /// The numbers that a part of a command was and is.
    pub(crate) fn numbers(&self) -> Option<(i64, i64)> {
        let number = |value: &Option<Value>| python::int_of_float(value.as_ref()?).ok();
        Some((number(&self.old)?, number(&self.new)?))
    }

    /// The positions of keys that a command had and has, as `1 -1 2`.
    pub(crate) fn positions(&self) -> Option<[String; 2]> {
        let shown = |value: &Option<Value>| {
            let numbers = value.as_ref()?.as_array()?.iter().map(ToString::to_string);
            Some(numbers.collect::<Vec<_>>().join(" "))
        };
        Some([shown(&self.old)?, shown(&self.new)?])
    }

    /// The texts that it listed, and those that it lists.
    pub(crate) fn texts(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        (listed(self.old.as_ref()), listed(self.new.as_ref()))
    }

    /// Whether it is of that area and kind.
    pub(crate) fn is(&self, area: Area, kind: ChangeKind) -> bool {
        self.area == area && self.kind == kind
    }
}

fn listed(value: Option<&Value>) -> BTreeSet<&str> {
    let items = value.and_then(Value::as_array).unwrap_or_default();
    items.iter().filter_map(Value::as_str).collect()
}
