//! What is wrong with the keys of an object, wherever they are: misspelt, at the wrong place, there twice.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ramp_core::kubernetes::{Kind, Manifests, Misplaced, Misspelt, Place, Repeated, Shape, Word};
use ramp_core::text::closest;
use ramp_pack::manifest::Position;
use ramp_pack::yaml::Node;

use super::keys::{home, mapping_at};

/// Goes through objects, and notes what is wrong with their keys.
pub(super) struct Slips {
    file: Arc<str>,
    /// What was gone through: what aliases stand for is the same again.
    walked: BTreeSet<usize>,
}

/// A node to go through, and what is known of where it is.
struct Open<'n> {
    node: Node<'n>,
    /// The keys that lead to it, where its own may count or lead on to some that do.
    path: Option<String>,
    /// Whether its keys are looked at, and not only whether they are there twice.
    checked: bool,
}

impl Slips {
    pub(super) fn new(file: Arc<str>) -> Self {
        Self { file, walked: BTreeSet::new() }
    }

    /// Goes through an object of that kind.
    pub(super) fn object(&mut self, object: Node<'_>, kind: Kind, manifests: &mut Manifests) {
        let mut open = vec![Open { node: object, path: Some(String::new()), checked: true }];
        while let Some(next) = open.pop() {
            let is_collection = matches!(next.node.shape(), Shape::List | Shape::Mapping);
            if !is_collection || !self.walked.insert(next.node.number()) {
                continue;
            }
            self.check_repeated(next.node, manifests);
            let mut inside = self.mapping(&next, kind, manifests);
            let path = next.path.as_ref().map(|path| format!("{path}[]"));
            let item = |node| Open { node, path: path.clone(), checked: next.checked };
            inside.extend(next.node.list().map(item));
            open.extend(inside.into_iter().rev());
        }
    }

    /// Notes the keys of a mapping that do not belong there. Gives what is under its keys.
    fn mapping<'n>(&self, of: &Open<'n>, kind: Kind, manifests: &mut Manifests) -> Vec<Open<'n>> {
        let mut inside = Vec::new();
        let path = of.path.as_deref();
        let known = path.and_then(|path| mapping_at(kind, path)).map(|mapping| mapping.keys).unwrap_or_default();
        for (key, node) in of.node.pairs() {
            let name = key.text().unwrap_or_default();
            let to = |path: Option<String>, checked| Open { node, path, checked: checked && of.checked };
            if name == "<<" {
                inside.push(to(of.path.clone(), true));
                continue;
            }
            if known.contains(&name) {
                let next = path.map(|path| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") });
                inside.push(to(next, !is_free(path, name)));
            } else if !of.checked {
                inside.push(to(None, false));
            } else if let Some((key_there, under, other)) = home(kind, path, name) {
                let under = under.strip_suffix("[]").unwrap_or(under);
                let place = self.place(key);
                manifests.misplaced.push(Misplaced { key: key_there, under, of: other, place });
                // What is under it goes along.
                inside.push(to(None, other.is_some()));
            } else if let Some(meant) = closest(known.iter().copied(), name) {
                let (found, place) = (name.to_owned(), self.place(key));
                manifests.misspelt.push(Misspelt { what: Word::Key, found, meant, place });
                inside.push(to(None, false));
            } else {
                inside.push(to(None, !is_free(path, name)));
            }
        }
        inside
    }

    /// Notes each key that a mapping has twice, whether it counts or not.
    fn check_repeated(&self, mapping: Node<'_>, manifests: &mut Manifests) {
        let mut first: HashMap<&str, Node<'_>> = HashMap::new();
        for key in mapping.keys() {
            let Some(text) = key.text().filter(|text| *text != "<<") else { continue };
            let before = *first.entry(text).or_insert(key);
            if before.position() != key.position() {
                let (first, place) = (self.place(before), self.place(key));
                manifests.repeated.push(Repeated { key: text.to_owned(), first, place });
            }
        }
    }

    fn place(&self, node: Node<'_>) -> Place {
        place(&self.file, node)
    }
}

/// Whether the keys under one are whoever's, and no part of a definition: labels, annotations, selectors, data, and all that
/// the operator or the API server writes.
fn is_free(path: Option<&str>, key: &str) -> bool {
    let name = key.to_ascii_lowercase();
    let is_whole = path == Some("metadata") || (path == Some("") && ["status", "data", "stringdata"].contains(&&*name));
    is_whole || ["labels", "annotations", "selector"].iter().any(|end| name.ends_with(end))
}

/// Where a node stands in a file.
pub(super) fn place(file: &Arc<str>, node: Node<'_>) -> Place {
    let Position { line, column } = node.position();
    Place { file: Arc::clone(file), line: line as u64, column: column as u64 }
}
