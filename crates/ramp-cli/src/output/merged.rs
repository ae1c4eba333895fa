//! Findings of one bundle for several targets, each told once.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use ramp_core::Finding;

use super::place::Place;
use super::reporter::Outcome;
use super::statement;
use crate::style::printable;

/// A finding, and what is said of it for which targets.
#[derive(Debug, Clone)]
pub(super) struct Found<'a> {
    pub(super) finding: &'a Finding,
    said: Vec<Said<'a>>,
    /// How many targets there are.
    targets: usize,
}

#[derive(Debug, Clone)]
struct Said<'a> {
    message: &'a str,
    /// Places of the targets among all, and their names.
    by: Vec<(usize, &'a str)>,
}

impl Found<'_> {
    /// What is said: the message alone where it is that of all targets, else which targets it is for, message by message.
    pub(super) fn messages(&self) -> Vec<String> {
        let names = |said: &Said<'_>| said.by.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
        let of = |said: &Said<'_>| {
            if said.by.len() == self.targets {
                said.message.to_owned()
            } else {
                format!("{}: {}", names(said), said.message)
            }
        };
        self.said.iter().map(of).collect()
    }

    /// What is said, in which place where the file does not say it, and on a line of its own what to do, for annotations.
    pub(super) fn text(&self, place: &Place) -> String {
        let messages: Vec<String> = self.messages().iter().map(|message| printable(message)).collect();
        let mut text = messages.join("\n");
        if !place.inside.is_empty() {
            let _ = write!(text, " ({})", printable(&place.inside)); // cannot fail
        }
        statement::with_help(&text, Some(&printable(&self.finding.help)))
    }

    fn is_for(&self) -> BTreeSet<usize> {
        self.said.iter().flat_map(|said| said.by.iter().map(|(place, _)| *place)).collect()
    }
}

/// What is found for any target, in the order in which it is found first; what decides an answer before the rest.
pub(super) fn of(outcomes: &[Outcome]) -> Vec<Found<'_>> {
    let mut found = joined(same(outcomes));
    found.sort_by_key(|found| !found.finding.decides_answer);
    found
}

/// The same, without what does not count.
pub(super) fn counting(outcomes: &[Outcome]) -> Vec<Found<'_>> {
    let mut found = of(outcomes);
    found.retain(|found| found.finding.suppressed.is_none());
    found
}

/// What several targets say in the same words, once.
fn same(outcomes: &[Outcome]) -> Vec<Found<'_>> {
    let mut all: Vec<Found<'_>> = Vec::new();
    let mut places: HashMap<(String, usize), usize> = HashMap::new();
    for (target, outcome) in outcomes.iter().enumerate() {
        let name = outcome.label.as_deref().unwrap_or_default();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for finding in outcome.findings().into_iter().flatten() {
            let key = format!("{}\0{}", place_of(finding), finding.message);
            // A rule may find the same twice, and then says so twice.
            let number = *seen.entry(key.clone()).and_modify(|n| *n += 1).or_insert(0);
            let place = *places.entry((key, number)).or_insert_with(|| {
                let said = vec![Said { message: &finding.message, by: Vec::new() }];
                all.push(Found { finding, said, targets: outcomes.len() });
                all.len() - 1
            });
            let said = all.get_mut(place).and_then(|found| found.said.first_mut());
            if let Some(said) = said {
                said.by.push((target, name));
            }
        }
    }
    all
}

/// What a rule says at one place in other words for other targets, put together.
fn joined(all: Vec<Found<'_>>) -> Vec<Found<'_>> {
    let mut joined: Vec<Found<'_>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for found in all {
        let place = place_of(found.finding);
        let before = places.get(&place).and_then(|place| joined.get_mut(*place));
        match before.filter(|before| before.is_for().is_disjoint(&found.is_for())) {
            Some(before) => before.said.extend(found.said),
            None => {
                places.insert(place, joined.len());
                joined.push(found);
            }
        }
    }
    joined
}

/// What makes two findings the same to whoever reads them, but for the message.
fn place_of(finding: &Finding) -> String {
    let place = finding.location.as_ref().map(ToString::to_string).unwrap_or_default();
    let code = finding.error_code.map(ramp_core::UploadErrorCode::as_str).unwrap_or_default();
    [&*finding.rule, finding.level.as_str(), code, &place, &finding.help].join("\0")
}
