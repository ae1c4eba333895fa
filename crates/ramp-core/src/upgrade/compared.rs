//! Things by their names, of two builds side by side.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Area, Change};
use crate::metadata::{Object, Value};

/// Things that both builds can have, by their names.
pub(super) type Named = BTreeMap<String, Value>;

/// What is different of them.
pub(super) fn changes(area: Area, old: &Named, new: &Named) -> Vec<Change> {
    names(old, new).into_iter().filter_map(|name| Change::between(area, name, old.get(name), new.get(name))).collect()
}

/// The same of things that have parts: what is different of what is there in both is told part by part.
pub(super) fn parts(area: Area, old: &Named, new: &Named) -> Vec<Change> {
    names(old, new).into_iter().flat_map(|name| parts_of(area, name, old.get(name), new.get(name))).collect()
}

/// The same of one of them.
pub(super) fn parts_of(area: Area, name: &str, old: Option<&Value>, new: Option<&Value>) -> Vec<Change> {
    let object = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
    let (Some(before), Some(after)) = (object(old), object(new)) else {
        return Change::between(area, name, old, new).into_iter().collect();
    };
    let members = |object: Object| -> Named { object.into_iter().collect() };
    let (before, after) = (members(before), members(after));
    let within = |field: &str| Change::within(area, name, field, before.get(field), after.get(field));
    names(&before, &after).into_iter().filter_map(within).collect()
}

/// The names of both, each once.
pub(super) fn names<'a, T>(old: &'a BTreeMap<String, T>, new: &'a BTreeMap<String, T>) -> BTreeSet<&'a str> {
    old.keys().chain(new.keys()).map(String::as_str).collect()
}

/// Names of which there is nothing to say but that they are there.
pub(super) fn bare<'a>(names: impl IntoIterator<Item = &'a str>) -> Named {
    names.into_iter().map(|name| (name.to_owned(), Value::Bool(true))).collect()
}

/// A number that is not negative.
pub(super) fn number(number: u64) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}
