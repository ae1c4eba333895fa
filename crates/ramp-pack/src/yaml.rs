//! YAML with the place of each node, for files that are not the packer's: several documents, and no types but those asked for.
//!
//! What is looked at is bounded: aliases can make a small file stand for more than anyone could look through.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

use std::cell::Cell;

use ramp_core::kubernetes::{Shape, Typed};

use crate::manifest::compose::{CORE, Content, Documents as Allowed, Graph, Node as Composed, NodeId, compose};
use crate::manifest::{MAX_DEPTH, ManifestError, ManifestProblem, Position, decode};

/// The largest text, in bytes. All that an operator is installed with has less than half of it.
pub const MAX_BYTES: usize = 4 << 20;

/// How many members and characters are looked at.
const MAX_WORK: usize = 4 << 20;

/// The documents of a text.
///
/// ```
/// use ramp_pack::yaml::Documents;
///
/// let documents = Documents::read(b"kind: Secret\n---\nkind: List\nitems: [{kind: Secret}]\n")?;
/// let kinds: Vec<_> = documents.iter().filter_map(|node| node.get("kind")?.text()).collect();
/// assert_eq!(kinds, ["Secret", "List"]);
/// let item = documents.iter().flat_map(|node| node.items("items")).next().unwrap();
/// assert_eq!(item.position().to_string(), "line 4 column 9");
/// documents.finish()?;
/// # Ok::<(), ramp_pack::manifest::ManifestError>(())
/// ```
#[derive(Debug)]
pub struct Documents {
    graph: Graph,
    /// How much may still be looked at.
    left: Cell<usize>,
}

/// A node in one of them.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    documents: &'a Documents,
    id: NodeId,
}

impl Documents {
    /// Reads a text.
    ///
    /// # Errors
    ///
    /// [`ManifestError`] says where, and what is wrong there.
    pub fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let graph = compose(decode(bytes, MAX_BYTES)?, Allowed::Any)?;
        Ok(Self { graph, left: Cell::new(MAX_WORK) })
    }

    /// What is at the top of each document.
    pub fn iter(&self) -> impl Iterator<Item = Node<'_>> {
        self.graph.roots.iter().map(|id| Node { documents: self, id: *id })
    }

    /// Ends the reading.
    ///
    /// # Errors
    ///
    /// [`ManifestProblem::TooMuch`] where not everything that was asked for was looked at.
    pub fn finish(&self) -> Result<(), ManifestError> {
        match self.left.get() {
            0 => Err(ManifestError::new(Position::START, ManifestProblem::TooMuch { limit: MAX_WORK })),
            _ => Ok(()),
        }
    }

    /// Pays for looking at so much; `None` where there is not enough left.
    fn pay(&self, work: usize) -> Option<()> {
        let left = self.left.get().saturating_sub(work.saturating_add(1));
        self.left.set(left);
        (left > 0).then_some(())
    }
}

impl<'a> Node<'a> {
    fn composed(self) -> Option<&'a Composed> {
        self.documents.graph.node(self.id)
    }

    /// Which of the nodes it is: what aliases stand for is the same again. Its position is no such thing, since a list without
    /// indentation and its first item begin at the same.
    pub fn number(self) -> usize {
        self.id
    }

    /// Where it begins.
    pub fn position(self) -> Position {
        self.composed().map_or(Position::START, |node| node.position)
    }

    /// What it is made of.
    pub fn shape(self) -> Shape {
        match self.composed().map(|node| &node.content) {
            Some(Content::Sequence(_)) => Shape::List,
            Some(Content::Mapping(_)) => Shape::Mapping,
            Some(Content::Scalar { text, plain }) if !is_null(text, *plain) => Shape::Scalar,
            Some(Content::Scalar { .. }) | None => Shape::Null,
        }
    }

    /// What is under a key, where this is a mapping that has it: its last value, else what `<<` brings in.
    pub fn get(self, key: &str) -> Option<Self> {
        self.find(key, 0)
    }

    fn find(self, key: &str, depth: usize) -> Option<Self> {
        let Content::Mapping(pairs) = &self.composed()?.content else { return None };
        self.documents.pay(pairs.len())?;
        let of = |id: &NodeId| Node { documents: self.documents, id: *id };
        let is = |id: &NodeId, name: &str| matches!(of(id).composed().map(|n| &n.content), Some(Content::Scalar { text, .. }) if text == name);
        if let Some((_, value)) = pairs.iter().rev().find(|(own, _)| is(own, key)) {
            return Some(of(value));
        }
        if depth >= MAX_DEPTH {
            return None;
        }
        pairs.iter().filter(|(own, _)| is(own, "<<")).find_map(|(_, merged)| match &of(merged).composed()?.content {
            Content::Sequence(sources) => {
                sources.iter().find_map(|source| of(source).find(key, depth.saturating_add(1)))
            }
            _ => of(merged).find(key, depth.saturating_add(1)),
        })
    }

    /// The items of the list that is under a key; none where there is no list.
    pub fn items(self, key: &str) -> impl Iterator<Item = Self> {
        self.get(key).into_iter().flat_map(Self::list).take_while(move |_| self.documents.pay(1).is_some())
    }

    /// The keys and values of a mapping, but for what `<<` brings in.
    pub fn pairs(self) -> impl Iterator<Item = (Self, Self)> {
        let pairs = match self.composed().map(|node| &node.content) {
            Some(Content::Mapping(pairs)) => pairs.as_slice(),
            _ => &[],
        };
        let of = move |id: NodeId| Node { documents: self.documents, id };
        pairs.iter().map(move |(key, value)| (of(*key), of(*value)))
    }

    /// The keys of a mapping, but for what `<<` brings in.
    pub fn keys(self) -> impl Iterator<Item = Self> {
        self.pairs().map(|(key, _)| key)
    }

    /// The items of the list that this is; none where it is something else.
    pub fn list(self) -> impl Iterator<Item = Self> {
        let items = match self.composed().map(|node| &node.content) {
            Some(Content::Sequence(items)) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |id| Node { documents: self.documents, id: *id })
    }

    /// The text of a scalar, whatever its type; nothing of one that is null.
    pub fn text(self) -> Option<&'a str> {
        let Content::Scalar { text, plain } = &self.composed()?.content else { return None };
        self.documents.pay(text.len())?;
        (!is_null(text, *plain)).then_some(text)
    }

    /// Its type, where it is not null.
    pub fn typed(self) -> Option<Typed> {
        Some(match &self.composed()?.content {
            Content::Sequence(_) => Typed::List,
            Content::Mapping(_) => Typed::Mapping,
            Content::Scalar { text, plain } => scalar(text, *plain, self.composed()?.tag.as_deref())?,
        })
    }
}

/// The type of a scalar, by its tag, or by its form where it is plain and has none.
fn scalar(text: &str, plain: bool, tag: Option<&str>) -> Option<Typed> {
    match tag.and_then(|tag| tag.strip_prefix(CORE)) {
        Some("bool") => return Some(Typed::Boolean(boolean(text).unwrap_or_default())),
        Some("int" | "float") => return Some(Typed::Number),
        Some("null") => return None,
        _ if is_null(text, plain) => return None,
        _ if tag.is_some() || !plain => return Some(Typed::String),
        _ => {}
    }
    Some(match boolean(text) {
        Some(value) => Typed::Boolean(value),
        None if is_number(text) => Typed::Number,
        None => Typed::String,
    })
}

/// Source: `resolve.go` of `sigs.k8s.io/yaml/goyaml.v2`, by which `kubectl` reads.
fn boolean(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Source: as above.
fn is_number(text: &str) -> bool {
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return false;
    }
    let text = text.replace('_', "");
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(&*text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return !digits.starts_with('+') && u64::from_str_radix(digits, radix).is_ok();
        }
    }
    // Rust's numbers have the same form, but for words such as `inf`; what is too large is not one.
    digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && digits.parse().is_ok_and(|number: f64| number.is_finite())
}

fn is_null(text: &str, plain: bool) -> bool {
    plain && matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn what_is_merged_in_is_found_behind_the_own_and_the_last_of_two_counts() {
        let text = "base: &base {a: 1, b: 2}\none:\n  <<: *base\n  b: 3\n  b: 4\ntwo:\n  <<: [{c: 5}, *base]\n";
        let documents = Documents::read(text.as_bytes()).unwrap();
        let top = documents.iter().next().unwrap();
        let find = |of: &str, key: &str| top.get(of)?.get(key)?.text();
        assert_eq!((find("one", "a"), find("one", "b"), find("one", "c")), (Some("1"), Some("4"), None));
        assert_eq!((find("two", "b"), find("two", "c")), (Some("2"), Some("5")));
        documents.finish().unwrap();
    }

    /// As `kubectl annotate --local` writes them out.
    #[test]
    fn types_are_those_that_kubectl_knows() {
        let typed = |text: &str| {
            let documents = Documents::read(format!("a: {text}\n").as_bytes()).unwrap();
            documents.iter().next().unwrap().get("a").unwrap().typed()
        };
        for text in ["y", "Y", "yes", "On", "TRUE", "!!bool yes"] {
            assert_eq!(typed(text), Some(Typed::Boolean(true)), "{text}");
        }
        for text in ["n", "N", "off", "False"] {
            assert_eq!(typed(text), Some(Typed::Boolean(false)), "{text}");
        }
        let numbers = "7.4 8 08 0o7 010 1_000 0x1F +0x1F -0b1 1e5 12e03 +5 -.5 1. 1_ 09.5 5e-7 .inf -.Inf .nan";
        for text in numbers.split(' ').chain(["!!float 7"]) {
            assert_eq!(typed(text), Some(Typed::Number), "{text}");
        }
        let strings = "1.2.3 8.0.6-54 10:30 190:20:30 2026-11-28 0xg 0o8 0x _1 1e 1e999 . tRue nUll 0x+1 -+1 +.nan";
        for text in strings.split(' ').chain(["\"7.4\"", "'y'", "!!str 7", "!mine 7", "''"]) {
            assert_eq!(typed(text), Some(Typed::String), "{text}");
        }
        for text in ["", "~", "null", "NULL", "!!null x"] {
            assert_eq!(typed(text), None, "{text}");
        }
        assert_eq!((typed("[a]"), typed("{a: b}")), (Some(Typed::List), Some(Typed::Mapping)));
    }

    /// `kubectl` reads all of them so.
    #[test]
    fn a_tab_separates_as_a_space_does() {
        for text in ["a:\tx-1\n", "a: \tx-1\n", "a:\t x-1\t# c\n", "{a:\tx-1,\tb: c}\n", "a:\t'x-1'\n", "a:\t|-\n  x-1"]
        {
            let documents = Documents::read(text.as_bytes()).unwrap();
            let found = documents.iter().next().unwrap().get("a").and_then(Node::text);
            assert_eq!(found, Some("x-1"), "{text:?}");
        }
        for text in ["a:\n\tb: c\n", "a:\tb: c\n", "a:\n  b: c\n\td: e\n"] {
            assert!(Documents::read(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_a_node_is_made_of() {
        let documents = Documents::read(b"a: [~, '', x, \"null\", [], {}]\nb:\n").unwrap();
        let top = documents.iter().next().unwrap();
        let found: Vec<Shape> = top.items("a").map(Node::shape).collect();
        assert_eq!(found, [Shape::Null, Shape::Scalar, Shape::Scalar, Shape::Scalar, Shape::List, Shape::Mapping]);
        assert_eq!(top.get("b").map(Node::shape), Some(Shape::Null));
        let keys: Vec<_> = top.keys().filter_map(|key| Some((key.text()?, key.position().line))).collect();
        assert_eq!(keys, [("a", 1), ("b", 2)]);
    }

    #[test]
    fn what_aliases_amount_to_is_bounded() {
        let keys: Vec<String> = (0..1000).map(|n| format!("k{n}: {n}")).collect();
        let mut text = format!("a: &a {{{}}}\nitems: [", keys.join(","));
        text.push_str(&"*a,".repeat(200_000));
        text.push_str("]\n");
        let documents = Documents::read(text.as_bytes()).unwrap();
        let found = documents.iter().flat_map(|top| top.items("items")).filter(|item| item.get("x").is_some()).count();
        assert_eq!(found, 0);
        let error = documents.finish().unwrap_err();
        assert_eq!(error.problem, ManifestProblem::TooMuch { limit: MAX_WORK });
    }

    #[test]
    fn a_chain_of_merges_ends() {
        let mut text = String::from("a0: &a0 {x: 1}\n");
        for n in 1..5000 {
            writeln!(text, "a{n}: &a{n} {{<<: *a{}}}", n - 1).unwrap();
        }
        let documents = Documents::read(text.as_bytes()).unwrap();
        let top = documents.iter().next().unwrap();
        assert!(top.get("a9").and_then(|node| node.get("x")).is_some());
        assert!(top.get("a4999").and_then(|node| node.get("x")).is_none());
    }
}
