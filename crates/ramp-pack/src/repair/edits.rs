//! The edits of `module.json` that the rules name: those of one round, made together.

use std::collections::{BTreeSet, HashMap};

use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::metadata::Value;
use ramp_core::{Curable, Cure, Edit, Target, cures};

use super::change::{Change, Changed};

/// An edit, and the rules that name it.
pub(super) type Named = (Edit, Vec<&'static str>);

/// The edits that the rules name, in an order in which none moves what the next is about.
pub(super) fn of(facts: &BundleFacts, targets: &[Target]) -> Vec<Named> {
    let mut edits: Vec<Named> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for Curable { rule, cure, .. } in targets.iter().flat_map(|target| cures(facts, target)) {
        let Cure::Edits(named) = cure else { continue };
        for edit in named {
            match places.get(edit.pointer()).and_then(|at| edits.get_mut(*at)) {
                Some((other, rules)) if *other == edit => {
                    if !rules.contains(&rule.id) {
                        rules.push(rule.id);
                    }
                }
                // What another rule would have there shows when this is done.
                Some(_) => {}
                None => {
                    places.insert(edit.pointer().to_owned(), edits.len());
                    edits.push((edit, vec![rule.id]));
                }
            }
        }
    }
    let root = facts.archive.as_ref().ok().and_then(|archive| archive.metadata()).map(MetadataFacts::root);
    one_of_a_name(root, &mut edits);
    // Items of a list go after what is set in it, and keys, by which the others are found, last.
    let place = |edit: &Edit| match edit {
        Edit::Set { .. } => 0,
        Edit::Remove { .. } => 1,
        _ => 2,
    };
    edits.sort_by_key(|(edit, _)| place(edit));
    edits
}

/// Leaves the keys that would get a name which another has, or would get: which of them is meant by it is not known.
fn one_of_a_name(root: Option<&Value>, edits: &mut Vec<Named>) {
    let mut wanted: HashMap<(String, String), usize> = HashMap::new();
    for (edit, _) in edits.iter() {
        if let Edit::Rename { pointer, key } = edit {
            let count = wanted.entry((parent(pointer).to_owned(), key.clone())).or_default();
            *count = count.saturating_add(1);
        }
    }
    edits.retain(|(edit, _)| {
        let Edit::Rename { pointer, key } = edit else { return true };
        let object = root.and_then(|root| root.pointer(parent(pointer))).and_then(Value::as_object);
        let is_there = object.is_some_and(|object| object.contains_key(key));
        !is_there && wanted.get(&(parent(pointer).to_owned(), key.clone())) == Some(&1)
    });
}

/// Makes the edits; what they have changed.
pub(super) fn make(root: &mut Value, edits: Vec<Named>) -> Vec<Change> {
    let mut made = Vec::new();
    let mut removed: HashMap<String, BTreeSet<usize>> = HashMap::new();
    let is_item = |root: &Value, pointer: &str| root.pointer(parent(pointer)).is_some_and(|v| v.as_array().is_some());
    let mut edits = edits.into_iter().peekable();
    while let Some((edit, rules)) = edits.next() {
        let from = root.pointer(edit.pointer()).cloned();
        let pointer = edit.pointer().to_owned();
        // Items of a list go together, so that each is found by the number that it had.
        let index = if matches!(edit, Edit::Remove { .. }) && is_item(root, &pointer) { index(&pointer) } else { None };
        let is_made = match index {
            Some(index) => from.is_some() && removed.entry(parent(&pointer).to_owned()).or_default().insert(index),
            None => edit.apply(root),
        };
        if is_made {
            let changed = match edit {
                Edit::Set { value, .. } => Changed::Value { pointer, from, to: Some(value) },
                Edit::Rename { key, .. } => Changed::Key { pointer, to: key },
                _ => Changed::Value { pointer, from, to: None },
            };
            made.push(Change { rules, changed });
        }
        if edits.peek().is_none_or(|(next, _)| !matches!(next, Edit::Remove { .. })) {
            for (list, indices) in removed.drain() {
                remove(root, &list, &indices);
            }
        }
    }
    made
}

fn remove(root: &mut Value, list: &str, indices: &BTreeSet<usize>) {
    if let Some(Value::Array(items)) = root.pointer_mut(list) {
        let mut index = 0_usize;
        items.retain(|_| {
            index = index.saturating_add(1);
            !indices.contains(&index.saturating_sub(1))
        });
    }
}

/// What a value is in.
fn parent(pointer: &str) -> &str {
    pointer.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn index(pointer: &str) -> Option<usize> {
    pointer.rsplit_once('/')?.1.parse().ok()
}
