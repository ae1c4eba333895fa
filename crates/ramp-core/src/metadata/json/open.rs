//! Arrays and objects whose end has not come; of an object, which keys it has twice.

use std::collections::HashSet;
use std::ops::Range;

use super::strings::Scanned;
use crate::metadata::value::Value;

/// An array or object whose end has not come.
#[derive(Debug)]
pub(super) enum Open {
    Array(Vec<Value>),
    Object(OpenObject),
}

/// The members of an object so far.
#[derive(Debug, Default)]
pub(super) struct OpenObject {
    members: Vec<(String, Value)>,
    /// The key whose value is being read.
    key: String,
    /// How many notes there were before that key.
    notes_before: usize,
    /// How many keys with different values, and half characters, there were before that key.
    torn_before: usize,
    /// Which members have such somewhere in them.
    torn: HashSet<usize>,
    /// The surrogates of keys that have some, by index.
    surrogates: Vec<(usize, Vec<(usize, u16)>)>,
    /// Which members are strings with lone surrogates.
    altered: Vec<usize>,
    /// Which members have notes, and which notes.
    noted: Vec<(usize, Range<usize>)>,
}

/// The members of an object that has ended, each key once, and what is to be said of those that were there more often.
#[derive(Debug)]
pub(super) struct Settled {
    pub(super) members: Vec<(String, Value)>,
    /// The keys of strings with lone surrogates.
    pub(super) altered: Vec<String>,
    /// The keys that were there more than once.
    pub(super) duplicates: Vec<Duplicate>,
    /// The notes about values that do not count, last first.
    pub(super) void: Vec<Range<usize>>,
}

/// A key that was there more than once.
#[derive(Debug)]
pub(super) struct Duplicate {
    pub(super) key: String,
    /// How often.
    pub(super) count: usize,
    /// Whether its values are not all the same to every reader.
    pub(super) differ: bool,
}

impl OpenObject {
    /// The key whose value is being read.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Takes the key whose value comes next; `notes` have been made before, and `torn` keys with different values and half
    /// characters found.
    pub(super) fn expect(&mut self, key: Scanned, notes: usize, torn: usize) {
        if !key.surrogates.is_empty() {
            self.surrogates.push((self.members.len(), key.surrogates));
        }
        self.key = key.text;
        self.notes_before = notes;
        self.torn_before = torn;
    }

    /// Takes the value of the key, whether it is a string with lone surrogates, and how many notes, and of those others, there are by now.
    pub(super) fn add(&mut self, value: Value, altered: bool, notes: usize, torn: usize) {
        let index = self.members.len();
        if altered {
            self.altered.push(index);
        }
        if torn > self.torn_before {
            self.torn.insert(index);
        }
        if notes > self.notes_before {
            self.noted.push((index, self.notes_before..notes));
        }
        self.members.push((std::mem::take(&mut self.key), value));
    }

    fn altered_keys(&self) -> Vec<String> {
        self.altered.iter().filter_map(|index| self.members.get(*index)).map(|(key, _)| key.clone()).collect()
    }

    /// Leaves of members that share a key the last value, in the first one's place.
    pub(super) fn settle(mut self) -> Settled {
        let groups = self.duplicates();
        let mut duplicates = Vec::new();
        let mut superseded = HashSet::<usize>::new();
        let mut removed = HashSet::<usize>::new();
        for group in &groups {
            let (Some((&first, others)), Some((&last, before))) = (group.split_first(), group.split_last()) else {
                continue;
            };
            let values = || group.iter().filter_map(|index| self.members.get(*index)).map(|(_, value)| value);
            // What is in a value that does not count goes with it: there too, another reader may see another one.
            let is_torn = before.iter().any(|index| self.torn.contains(index));
            let differ = is_torn || values().zip(values().skip(1)).any(|(one, next)| one != next);
            removed.extend(others);
            superseded.extend(before);
            let value = self.members.get_mut(last).map(|(_, value)| std::mem::take(value));
            if let (Some((key, place)), Some(value)) = (self.members.get_mut(first), value) {
                *place = value;
                duplicates.push(Duplicate { key: key.clone(), count: group.len(), differ });
            }
        }
        let noted = self.noted.iter().rev().filter(|(index, _)| superseded.contains(index));
        let void = noted.map(|(_, notes)| notes.clone()).collect();
        self.altered.retain(|index| !superseded.contains(index));
        let altered = self.altered_keys();
        if !removed.is_empty() {
            let mut index = 0;
            self.members.retain(|_| {
                index += 1;
                !removed.contains(&(index - 1))
            });
        }
        Settled { members: self.members, altered, duplicates, void }
    }

    /// The key as Python has it: the text and the surrogates that were replaced in it.
    fn exact_key(&self, index: usize) -> (&str, &[(usize, u16)]) {
        let text = self.members.get(index).map_or("", |(key, _)| key);
        let surrogates = match self.surrogates.binary_search_by_key(&index, |(at, _)| *at) {
            Ok(at) => self.surrogates.get(at).map_or(&[][..], |(_, surrogates)| surrogates),
            Err(_) => &[],
        };
        (text, surrogates)
    }

    /// The indices of members that share a key, in order, a group for each such key.
    fn duplicates(&self) -> Vec<Vec<usize>> {
        let count = self.members.len();
        if count < 8 {
            let twice = |i: usize| (0..i).any(|j| self.exact_key(i) == self.exact_key(j));
            if !(1..count).any(twice) {
                return Vec::new();
            }
        }
        let mut order: Vec<usize> = (0..count).collect();
        order.sort_by(|a, b| self.exact_key(*a).cmp(&self.exact_key(*b)));
        let mut groups: Vec<Vec<usize>> = order
            .chunk_by(|a, b| self.exact_key(*a) == self.exact_key(*b))
            .filter(|group| group.len() > 1)
            .map(<[usize]>::to_vec)
            .collect();
        groups.sort();
        groups
    }
}
