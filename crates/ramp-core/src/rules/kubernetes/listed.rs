//! What a cluster lists, by the names under which databases may ask for it.

use std::collections::HashMap;

use super::pairs::{Pair, Pairs};
use crate::version;

/// Major and minor of a Redis version.
pub(super) type Redis = (u64, u64);

pub(super) fn redis(text: &str) -> Option<Redis> {
    version::parse(text).ok().map(|version| (version.major, version.minor))
}

/// What a cluster lists under one name.
#[derive(Debug, Default)]
pub(super) struct Listed<'a> {
    /// `compatible_redis_version` of the bundles, in the order of the list.
    pub(super) has: Vec<&'a str>,
    /// `semantic_version` of the bundles, in the order of the list, and the Redis that each is for; nothing of what is not known.
    pub(super) versions: Vec<(Option<&'a str>, Option<Redis>)>,
    /// How many are for each.
    pub(super) counts: HashMap<Redis, u64>,
    /// Whether something is there of which it is not known what it is for.
    pub(super) unknown: bool,
}

/// What each cluster lists, by its position among those of the manifests.
#[derive(Debug)]
pub(super) struct Lists<'a>(HashMap<usize, List<'a>>);

#[derive(Debug, Default)]
struct List<'a> {
    by_name: HashMap<&'a str, Listed<'a>>,
    /// In the order of the list, the item's own name before those of its bundle.
    names: Vec<&'a str>,
}

impl<'a> Lists<'a> {
    pub(super) fn of(pairs: &Pairs<'a>) -> Self {
        let mut lists: HashMap<usize, List<'_>> = HashMap::new();
        for pair in &pairs.pairs {
            let list = lists.entry(pair.cluster).or_default();
            for name in names(pair) {
                list.by_name.entry(name).or_default().add(pair);
                list.names.push(name);
            }
        }
        Self(lists)
    }

    /// What a cluster lists under a name.
    pub(super) fn get(&self, cluster: usize, name: &str) -> Option<&Listed<'a>> {
        self.0.get(&cluster)?.by_name.get(name)
    }

    /// Every name that a cluster lists.
    pub(super) fn names(&self, cluster: usize) -> impl Iterator<Item = &'a str> {
        self.0.get(&cluster).into_iter().flat_map(|list| list.names.iter().copied())
    }
}

/// The names by which databases may ask for a listed module, each once.
fn names<'a>(pair: &Pair<'a>) -> Vec<&'a str> {
    let metadata = pair.bundle.and_then(|bundle| bundle.metadata.as_ref());
    let own = metadata.into_iter().flat_map(|m| [&m.module_name, &m.display_name]).flatten().map(String::as_str);
    let mut names: Vec<&str> = Vec::new();
    for name in pair.module.name().into_iter().chain(own) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

impl<'a> Listed<'a> {
    fn add(&mut self, pair: &Pair<'a>) {
        let metadata = pair.bundle.and_then(|bundle| bundle.metadata.as_ref());
        let version = metadata.and_then(|metadata| metadata.semantic_version.as_deref());
        let is_for = metadata.and_then(|metadata| redis(metadata.compatible_redis_version.as_deref()?));
        self.versions.push((version, is_for));
        // Where the field is not there, another rule says so.
        let Some(text) = metadata.and_then(|metadata| metadata.compatible_redis_version.as_ref()) else {
            self.unknown = true;
            return;
        };
        self.has.push(text);
        if let Some(version) = redis(text) {
            let count = self.counts.entry(version).or_default();
            *count = count.saturating_add(1);
        }
    }
}
