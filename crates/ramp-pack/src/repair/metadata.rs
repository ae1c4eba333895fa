//! `module.json`, put right round by round: what is wrong with a value can hide what else is wrong with it, and with others.

use std::collections::HashMap;

use ramp_core::facts::{BundleFacts, MetadataFacts};
use ramp_core::metadata::{Note, Value, json};
use ramp_core::text::count;
use ramp_core::{Curable, Cure, Endpoint, Limits, Target, cures};

use super::change::{Change, Changed, Obstacle};
use super::edits;
use crate::json::to_string_as_read;

/// How often it is looked at again. Each time all is put right that can be seen.
const ROUNDS: usize = 100;

/// The new `module.json`, and what is new about it.
pub(super) struct Repaired {
    pub(super) text: String,
    pub(super) changes: Vec<Change>,
}

/// Puts the metadata right; nothing where there is nothing to be put right.
///
/// # Errors
///
/// Why it is not put right: what is there cannot be written again.
pub(super) fn repair(facts: &BundleFacts, limits: &Limits) -> Result<Option<Repaired>, Obstacle> {
    let Some(metadata) = facts.archive.as_ref().ok().and_then(|archive| archive.metadata()) else { return Ok(None) };
    let targets = targets();
    let mut changes: Vec<Change> = of_text(facts).collect();
    let mut edits = edits::of(facts, &targets);
    if changes.is_empty() && edits.is_empty() {
        return Ok(None);
    }
    if let Some(why) = loss(metadata) {
        return Err(Obstacle::Metadata { why });
    }
    let too_long =
        || Obstacle::Metadata { why: format!("it would be longer than {}", count(limits.metadata.max_bytes, "byte")) };
    let write = |root: &Value| to_string_as_read(root, limits.metadata.max_bytes).ok_or_else(too_long);
    let mut root = metadata.root().clone();
    let mut current = facts.clone();
    let mut places = HashMap::new();
    for _ in 0..ROUNDS {
        let made = edits::make(&mut root, edits);
        if made.is_empty() {
            break;
        }
        for change in made {
            add(&mut changes, &mut places, change);
        }
        let document = json::read_with(write(&root)?.as_bytes(), limits.metadata).map_err(|_| too_long())?;
        current = current.with_metadata(document);
        edits = edits::of(&current, &targets);
    }
    let text = write(&root)?;
    Ok((!changes.is_empty()).then_some(Repaired { text, changes }))
}

/// What the metadata is held against: what needs no guess is the same for every cluster, but not every one objects to it.
fn targets() -> Vec<Target> {
    let user_defined = Target::default().with_endpoint(Endpoint::UserDefined).ok();
    [Some(Target::default()), user_defined].into_iter().flatten().collect()
}

/// What would be lost where it is read and written: half a character, and of a key that is there twice a value that readers may go by. Of
/// too many notes, some are not known.
fn loss(metadata: &MetadataFacts) -> Option<String> {
    let loses = |note: &&Note| matches!(note, Note::LoneSurrogate { .. } | Note::DuplicateKey { differ: true, .. });
    let many = || {
        let told = format!("more than {} of its keys and numbers are seen differently by readers", json::MAX_NOTES);
        (metadata.notes_dropped > 0).then_some(told)
    };
    metadata.notes.iter().find(loses).map(Note::to_string).or_else(many)
}

/// What writing it anew puts right.
fn of_text(facts: &BundleFacts) -> impl Iterator<Item = Change> {
    let found = cures(facts, &Target::default()).into_iter().filter(|found| found.cure == Cure::Text);
    found.map(|Curable { rule, message, location, .. }| Change {
        rules: vec![rule.id],
        changed: Changed::Text { pointer: location.pointer, message },
    })
}

/// Adds a change: to the one before of that value, where there is one; `places` has where the last of each is.
fn add(changes: &mut Vec<Change>, places: &mut HashMap<String, usize>, change: Change) {
    let Changed::Value { pointer, from, to } = &change.changed else { return changes.push(change) };
    let before = places.get(pointer).and_then(|at| changes.get_mut(*at));
    if let Some(Change { rules, changed: Changed::Value { to: made, .. } }) = before {
        if made.is_some() && made == from {
            made.clone_from(to);
            for rule in change.rules {
                if !rules.contains(&rule) {
                    rules.push(rule);
                }
            }
            return;
        }
    }
    places.insert(pointer.clone(), changes.len());
    changes.push(change);
}
