//! `module.json`, put right round by round: what is wrong with a value can hide what else is wrong with it, and with others.

use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::metadata::{Document, Note, Value, json};
use ramp_core::{Curable, Cure, Edit, Endpoint, Limits, Target, cures};

use super::change::{Change, Changed};
use crate::json::to_string_as_read;

/// How often it is looked at again. Each time all is put right that can be seen; a rule tells of fifty at a time.
const ROUNDS: usize = 100;

/// The new `module.json`, and what is new about it.
pub(super) struct Repaired {
    pub(super) text: String,
    pub(super) changes: Vec<Change>,
}

/// Puts the metadata right; `None` where there is nothing to be put right, or what is there cannot be written again.
pub(super) fn repair(facts: &BundleFacts, limits: &Limits) -> Option<Repaired> {
    let metadata = facts.archive.as_ref().ok()?.metadata()?;
    if !can_be_written(metadata) {
        return None;
    }
    let targets = targets();
    let mut changes: Vec<Change> = of_text(facts).collect();
    let mut root = metadata.root().clone();
    let mut current = facts.clone();
    for _ in 0..ROUNDS {
        let made = round(&mut root, edits(&current, &targets));
        if made.is_empty() {
            break;
        }
        for change in made {
            add(&mut changes, change);
        }
        let document = read(&to_string_as_read(&root, limits.metadata.max_bytes)?, limits)?;
        current = current.with_metadata(document);
    }
    let text = to_string_as_read(&root, limits.metadata.max_bytes)?;
    (!changes.is_empty()).then_some(Repaired { text, changes })
}

fn read(text: &str, limits: &Limits) -> Option<Document> {
    json::read_with(text.as_bytes(), limits.metadata).ok()
}

/// What the metadata is held against: what needs no guess is the same for every cluster, but not every one objects to it.
fn targets() -> Vec<Target> {
    let user_defined = Target::default().with_endpoint(Endpoint::UserDefined).ok();
    [Some(Target::default()), user_defined].into_iter().flatten().collect()
}

/// Whether nothing is lost when it is read and written: no half characters, and of a key that is there twice no value that readers may go
/// by. Of too many notes, some are not known.
fn can_be_written(metadata: &MetadataFacts) -> bool {
    let loses = |note: &Note| matches!(note, Note::LoneSurrogate { .. } | Note::DuplicateKey { differ: true, .. });
    metadata.notes.len() < json::MAX_NOTES && !metadata.notes.iter().any(loses)
}

/// What writing it anew puts right.
fn of_text(facts: &BundleFacts) -> impl Iterator<Item = Change> {
    let found = cures(facts, &Target::default()).into_iter().filter(|found| found.cure == Cure::Text);
    found.map(|Curable { rule, message, location, .. }| Change {
        rules: vec![rule.id],
        changed: Changed::Text { pointer: location.pointer, message },
    })
}

/// The edits that the rules name, each with those that name it: in an order in which none moves what the next is about.
fn edits(facts: &BundleFacts, targets: &[Target]) -> Vec<(Edit, Vec<&'static str>)> {
    let mut edits: Vec<(Edit, Vec<&'static str>)> = Vec::new();
    for Curable { rule, cure, .. } in targets.iter().flat_map(|target| cures(facts, target)) {
        let Cure::Edits(named) = cure else { continue };
        for edit in named {
            match edits.iter_mut().find(|(other, _)| other.pointer() == edit.pointer()) {
                Some((other, rules)) if *other == edit => {
                    if !rules.contains(&rule.id) {
                        rules.push(rule.id);
                    }
                }
                // What another rule would have there shows when this is done.
                Some(_) => {}
                None => edits.push((edit, vec![rule.id])),
            }
        }
    }
    // Later items of a list go first, and keys, by which the others are found, last.
    let place = |edit: &Edit| match edit {
        Edit::Set { .. } => 0,
        Edit::Remove { .. } => 1,
        _ => 2,
    };
    edits.reverse();
    edits.sort_by_key(|(edit, _)| place(edit));
    let set = edits.iter().filter(|(edit, _)| place(edit) == 0).count();
    if let Some(set) = edits.get_mut(..set) {
        set.reverse();
    }
    edits
}

/// Makes the edits; what they have changed.
fn round(root: &mut Value, edits: Vec<(Edit, Vec<&'static str>)>) -> Vec<Change> {
    let mut made = Vec::new();
    for (edit, rules) in edits {
        let from = root.pointer(edit.pointer()).cloned();
        if !edit.apply(root) {
            continue;
        }
        let pointer = edit.pointer().to_owned();
        let changed = match edit {
            Edit::Set { value, .. } => Changed::Value { pointer, from, to: Some(value) },
            Edit::Rename { key, .. } => Changed::Key { pointer, to: key },
            _ => Changed::Value { pointer, from, to: None },
        };
        made.push(Change { rules, changed });
    }
    made
}

/// Adds a change: to the one before of that value, where there is one.
fn add(changes: &mut Vec<Change>, change: Change) {
    if let Changed::Value { pointer, from, to } = &change.changed {
        let same = changes.iter_mut().find_map(|before| match &mut before.changed {
            Changed::Value { pointer: there, to: made, .. } if there == pointer && made.is_some() && made == from => {
                Some((made, &mut before.rules))
            }
            _ => None,
        });
        if let Some((made, rules)) = same {
            made.clone_from(to);
            for rule in change.rules {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            return;
        }
    }
    changes.push(change);
}
