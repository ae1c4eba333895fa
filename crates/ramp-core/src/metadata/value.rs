//! The tree that a document is read into.

use std::collections::HashMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::number::Number;
use crate::layout;

/// A JSON value. `Display` writes it as JSON (see [`Number`] for what JSON cannot say).
///
/// ```
/// use ramp_core::metadata::{Object, Value};
///
/// let mut object = Object::default();
/// object.insert("module_name", "hello");
/// object.insert("version", 10203);
/// object.insert("operating_systems", vec!["rhel9", "ubuntu22"]);
/// let value = Value::from(object);
/// assert_eq!(value.to_string(), r#"{"module_name":"hello","version":10203,"operating_systems":["rhel9","ubuntu22"]}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(Number),
    /// A string, with lone surrogates replaced by U+FFFD.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object, in the order of the text.
    Object(Object),
}

/// The JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean,
    /// A number without fraction and exponent.
    Integer,
    /// Any other number.
    Float,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Float => "float",
            Self::String => "string",
            Self::Array => "array",
            Self::Object => "object",
        })
    }
}

impl Value {
    /// Its type.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Boolean,
            Self::Number(number) if number.is_float() => Kind::Float,
            Self::Number(_) => Kind::Integer,
            Self::String(_) => Kind::String,
            Self::Array(_) => Kind::Array,
            Self::Object(_) => Kind::Object,
        }
    }

    /// The value of a member, if this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_object()?.get(key)
    }

    /// The value at a JSON pointer (RFC 6901); the empty pointer is the value itself.
    ///
    /// ```
    /// let document = ramp_core::metadata::json::read(br#"{"commands": [{"command_name": "a/b"}]}"#).unwrap();
    /// assert_eq!(document.root.pointer("/commands/0/command_name").unwrap().as_str(), Some("a/b"));
    /// assert_eq!(document.root.pointer("/commands/00"), None);
    /// ```
    pub fn pointer(&self, pointer: &str) -> Option<&Value> {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        layout::steps(pointer).try_fold(self, |value, token| match value {
            Self::Object(object) => object.get(&token),
            Self::Array(items) => items.get(index(&token)?),
            _ => None,
        })
    }

    /// The value at a JSON pointer, to be changed; as [`pointer`](Self::pointer).
    pub fn pointer_mut(&mut self, pointer: &str) -> Option<&mut Value> {
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return None;
        }
        layout::steps(pointer).try_fold(self, |value, token| match value {
            Self::Object(object) => object.get_mut(&token),
            Self::Array(items) => items.get_mut(index(&token)?),
            _ => None,
        })
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Self::Number(number) = self { Some(number) } else { None }
    }

    /// The items, if it is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// It as JSON; of a number the text that it was written as.
    pub fn literal(&self) -> String {
        self.as_number().map_or_else(|| self.to_string(), |number| number.literal().into_owned())
    }

    /// How deep arrays and objects are nested in it, itself included: 0 for a scalar, 1 for `[]`.
    pub fn depth(&self) -> usize {
        let (mut deepest, mut open) = (0, vec![(self, 0_usize)]);
        while let Some((value, around)) = open.pop() {
            let depth = match value {
                Self::Array(_) | Self::Object(_) => around.saturating_add(1),
                _ => around,
            };
            deepest = deepest.max(depth);
            match value {
                Self::Array(items) => open.extend(items.iter().map(|item| (item, depth))),
                Self::Object(object) => open.extend(object.iter().map(|(_, member)| (member, depth))),
                _ => {}
            }
        }
        deepest
    }
}

/// The place in an array that a step of a JSON pointer means.
fn index(step: &str) -> Option<usize> {
    let is_plain = step == "0" || !step.starts_with(['0', '+']);
    step.parse().ok().filter(|_| is_plain)
}

/// The members of an object, in the order of the text; a repeated key has its first place and its last value.
///
/// Keys are unique, except that keys of a document which differ only in lone surrogates look the same here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// From members whose keys are known to differ.
    pub(super) fn from_unique(members: Vec<(String, Value)>) -> Self {
        Self(members)
    }

    /// The value of a key. Looks at one member after the other: objects of metadata are small.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Whether it has the key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The members in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// How many members it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sets a member: in its place where the key is there already, else at the end. Answers the value that it had.
    ///
    /// Looks at one member after the other; many at once are better collected from an iterator.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        let (key, value) = (key.into(), value.into());
        match self.get_mut(&key) {
            Some(place) => Some(std::mem::replace(place, value)),
            None => {
                self.0.push((key, value));
                None
            }
        }
    }

    /// Takes a member out, and answers its value. Those after it keep their order.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// Gives a member another key, in its place; whether it is there, and no other member has that key.
    pub fn rename(&mut self, key: &str, to: &str) -> bool {
        if self.contains_key(to) {
            return false;
        }
        let member = self.0.iter_mut().find(|(name, _)| name == key);
        member.map(|(name, _)| to.clone_into(name)).is_some()
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// Of a key that is there more than once, the last value counts, in the first one's place.
///
/// ```
/// use ramp_core::metadata::Object;
///
/// let object: Object = [("a", 1), ("b", 2), ("a", 3)].into_iter().collect();
/// assert_eq!(object.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>(), ["a=3", "b=2"]);
/// ```
impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(members: I) -> Self {
        let members: Vec<(String, Value)> =
            members.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let mut first = HashMap::with_capacity(members.len());
        // For each member, the place of its key among those that differ.
        let places: Vec<usize> = members
            .iter()
            .map(|(key, _)| {
                let next = first.len();
                *first.entry(key.as_str()).or_insert(next)
            })
            .collect();
        if first.len() == members.len() {
            return Self(members);
        }
        let mut unique: Vec<(String, Value)> = Vec::with_capacity(first.len());
        for (member, place) in members.into_iter().zip(places) {
            match unique.get_mut(place) {
                Some((_, value)) => *value = member.1,
                None => unique.push(member),
            }
        }
        Self(unique)
    }
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
