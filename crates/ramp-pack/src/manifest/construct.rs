//! From a graph of nodes to values, as `PyYAML` constructs dictionaries and lists.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::compose::{CORE, Content, Graph, Node, NodeId, shown};
use super::entries::{Read, Written};
use super::error::{ManifestError, ManifestProblem, ManifestWarning, Oddity, Position};
use super::limits::{MAX_DEPTH, MAX_EXPANDED_BYTES, QUOTED};
use super::resolve::{Scalar, resolve};
use crate::json;
use ramp_core::metadata::{Kind, Number, Value};
use ramp_core::text::shorten;

/// What a merged member costs at least, in bytes.
const MEMBER_COST: usize = 8;

/// Writes the graph out.
pub(super) fn construct(graph: &Graph) -> Result<Read, ManifestError> {
    let mut constructor = Constructor { graph, spent: 0, warnings: Vec::new(), visited: HashSet::new() };
    constructor.top()
}

/// A member of a mapping. Keys are equal where Python's are: `1`, `1.0` and `true`.
struct Member {
    identity: String,
    key: String,
    position: Position,
    value: NodeId,
    merged: bool,
}

struct Constructor<'g> {
    graph: &'g Graph,
    /// How many bytes all that was written out would take as JSON.
    spent: usize,
    warnings: Vec<ManifestWarning>,
    /// The mappings whose duplicate keys were reported.
    visited: HashSet<NodeId>,
}

impl<'g> Constructor<'g> {
    fn top(&mut self) -> Result<Read, ManifestError> {
        let root = self.node(self.graph.root())?;
        let Content::Mapping(_) = &root.content else {
            let found = Self::kind(root)?;
            return Err(ManifestError::new(root.position, ManifestProblem::NotAMapping { found }));
        };
        Self::check_tag(root)?;
        let mut read = Read::default();
        for member in self.members(self.graph.root(), 1)? {
            let value = self.value(member.value, 1)?;
            read.manifest.entries.push((member.key, value, member.position));
            let node = self.node(member.value)?;
            let text = match &node.content {
                Content::Scalar { text, plain: true } => Some(shorten(text, QUOTED).into_owned()),
                _ => None,
            };
            read.values.push(Written { position: node.position, text });
        }
        read.manifest.warnings = std::mem::take(&mut self.warnings);
        Ok(read)
    }

    /// Every id comes from the graph, so this does not fail.
    fn node(&self, id: NodeId) -> Result<&'g Node, ManifestError> {
        self.graph.node(id).ok_or_else(|| ManifestError::new(Position::START, ManifestProblem::Empty))
    }

    fn kind(node: &Node) -> Result<Kind, ManifestError> {
        Ok(match &node.content {
            Content::Mapping(_) => Kind::Object,
            Content::Sequence(_) => Kind::Array,
            Content::Scalar { .. } => match Self::scalar(node)? {
                Scalar::Null => Kind::Null,
                Scalar::Bool(_) => Kind::Boolean,
                Scalar::Integer(_) => Kind::Integer,
                Scalar::Float(_) => Kind::Float,
                Scalar::String(_) => Kind::String,
            },
        })
    }

    fn scalar(node: &Node) -> Result<Scalar, ManifestError> {
        match &node.content {
            Content::Scalar { text, plain } => {
                resolve(text, *plain, node.tag.as_deref()).map_err(|problem| ManifestError::new(node.position, problem))
            }
            _ => Err(ManifestError::new(node.position, ManifestProblem::Key)),
        }
    }

    /// Refuses a tag that is not the one of the collection.
    fn check_tag(node: &Node) -> Result<(), ManifestError> {
        let Some(tag) = &node.tag else { return Ok(()) };
        let fits = match &node.content {
            Content::Mapping(_) => tag.strip_prefix(CORE) == Some("map"),
            Content::Sequence(_) => tag.strip_prefix(CORE) == Some("seq"),
            Content::Scalar { .. } => true,
        };
        if fits { Ok(()) } else { Err(ManifestError::new(node.position, ManifestProblem::Tag { tag: shown(tag) })) }
    }

    fn afford(&self, position: Position) -> Result<(), ManifestError> {
        if self.spent > MAX_EXPANDED_BYTES {
            return Err(ManifestError::new(position, ManifestProblem::TooMuch { limit: MAX_EXPANDED_BYTES }));
        }
        Ok(())
    }

    /// A node written out, which is paid for byte by byte as its JSON would stand.
    fn value(&mut self, id: NodeId, depth: usize) -> Result<Value, ManifestError> {
        let node = self.node(id)?;
        if depth > MAX_DEPTH {
            return Err(ManifestError::new(node.position, ManifestProblem::TooDeep { limit: MAX_DEPTH }));
        }
        Self::check_tag(node)?;
        let value = match &node.content {
            Content::Scalar { .. } => {
                let value = Self::scalar_value(node)?;
                self.spent += json_len(&value);
                value
            }
            Content::Sequence(items) => {
                self.spent += "[".len();
                let mut array = Vec::with_capacity(items.len());
                for (index, item) in items.iter().enumerate() {
                    self.spent += usize::from(index > 0);
                    array.push(self.value(*item, depth + 1)?);
                }
                self.spent += "]".len();
                Value::Array(array)
            }
            Content::Mapping(_) => {
                self.spent += "{".len();
                let members = self.members(id, depth)?;
                let mut object = Vec::with_capacity(members.len());
                for (index, member) in members.into_iter().enumerate() {
                    self.spent += usize::from(index > 0) + json::str_len(&member.key) + ":".len();
                    object.push((member.key, self.value(member.value, depth + 1)?));
                }
                self.spent += "}".len();
                Value::Object(object.into_iter().collect())
            }
        };
        self.afford(node.position)?;
        Ok(value)
    }

    fn scalar_value(node: &Node) -> Result<Value, ManifestError> {
        let number = |text: &str| {
            let too_large = |_| ManifestError::new(node.position, ManifestProblem::NumberTooLarge);
            text.parse::<Number>().map(Value::Number).map_err(too_large)
        };
        match Self::scalar(node)? {
            Scalar::Null => Ok(Value::Null),
            Scalar::Bool(value) => Ok(value.into()),
            Scalar::Integer(digits) => number(&digits),
            Scalar::Float(value) => number(&float(value)),
            Scalar::String(text) => Ok(text.into()),
        }
    }

    /// The members of a mapping: merged ones first, each key once, in its first place and with its last value.
    fn members(&mut self, id: NodeId, depth: usize) -> Result<Vec<Member>, ManifestError> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut members: Vec<Member> = Vec::new();
        // Of those that the mapping itself has several times: where each is first, and how often it is there.
        let mut several: BTreeMap<usize, (Position, usize)> = BTreeMap::new();
        let mut dropped = Vec::new();
        let report = self.visited.insert(id);
        for member in self.pairs(id, depth)? {
            let at = places.get(&member.identity).copied();
            match at.and_then(|at| Some((at, members.get_mut(at)?))) {
                Some((at, earlier)) => {
                    if report && !member.merged && !earlier.merged {
                        several.entry(at).or_insert((earlier.position, 1)).1 += 1;
                    }
                    dropped.push(earlier.value);
                    earlier.value = member.value;
                    earlier.position = member.position;
                    earlier.merged = member.merged;
                }
                None => {
                    places.insert(member.identity.clone(), members.len());
                    members.push(member);
                }
            }
        }
        for (at, (first, times)) in several {
            self.warnings.extend(members.get(at).map(|member| ManifestWarning {
                position: member.position,
                key: shorten(&member.key, QUOTED).into_owned(),
                oddity: Oddity::Duplicate { first: Some(first), times },
            }));
        }
        for value in dropped.into_iter().filter(|_| report) {
            self.check(value, depth + 1)?;
        }
        Ok(members)
    }

    /// Refuses a value that does not count, but could not be read if it did. Only dates are read and not written.
    fn check(&mut self, id: NodeId, depth: usize) -> Result<(), ManifestError> {
        match self.value(id, depth) {
            Ok(_) | Err(ManifestError { problem: ManifestProblem::Date { .. }, .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// What `<<` brings in, then the mapping's own members; the same key may be there more than once.
    fn pairs(&mut self, id: NodeId, depth: usize) -> Result<Vec<Member>, ManifestError> {
        let node = self.node(id)?;
        if depth > MAX_DEPTH {
            return Err(ManifestError::new(node.position, ManifestProblem::TooDeep { limit: MAX_DEPTH }));
        }
        let Content::Mapping(pairs) = &node.content else {
            return Err(ManifestError::new(node.position, ManifestProblem::Merge));
        };
        let (mut merged, mut own) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            let key = self.node(*key)?;
            match &key.content {
                Content::Scalar { text, plain: true } if text == "<<" && key.tag.is_none() => {
                    self.merge(*value, depth, &mut merged)?;
                }
                _ => own.push(Self::member(key, *value)?),
            }
        }
        merged.append(&mut own);
        Ok(merged)
    }

    /// The members of a mapping, or of those of a list, of which the earlier ones win.
    fn merge(&mut self, id: NodeId, depth: usize, merged: &mut Vec<Member>) -> Result<(), ManifestError> {
        let node = self.node(id)?;
        let sources = match &node.content {
            Content::Sequence(items) => items.iter().rev().copied().collect(),
            _ => vec![id],
        };
        for source in sources {
            for mut member in self.members(source, depth + 1)? {
                member.merged = true;
                self.spent += MEMBER_COST + member.key.len();
                self.afford(node.position)?;
                merged.push(member);
            }
        }
        Ok(())
    }

    fn member(key: &Node, value: NodeId) -> Result<Member, ManifestError> {
        let scalar = match &key.content {
            // Means something only where PyYAML looks for a value.
            Content::Scalar { text, plain: true } if text == "=" && key.tag.is_none() => Scalar::String("=".to_owned()),
            _ => Self::scalar(key)?,
        };
        let (kind, text) = match scalar {
            Scalar::Null => ('n', "null".to_owned()),
            Scalar::Bool(true) => ('1', "true".to_owned()),
            Scalar::Bool(false) => ('0', "false".to_owned()),
            Scalar::Integer(digits) => ('#', digits),
            Scalar::Float(value) => ('.', float(value)),
            Scalar::String(text) => ('s', text),
        };
        let identity = match kind {
            '0' | '1' => format!("#{kind}"),
            '.' => format!("#{}", text.strip_suffix(".0").unwrap_or(&text)),
            _ => format!("{kind}{text}"),
        };
        Ok(Member { identity, key: text, position: key.position, value, merged: false })
    }
}

fn float(value: f64) -> String {
    json::to_string(&Value::Number(Number::from(value)))
}

/// How long a scalar is as JSON.
fn json_len(scalar: &Value) -> usize {
    match scalar {
        Value::String(text) => json::str_len(text),
        other => json::to_string(other).len(),
    }
}
