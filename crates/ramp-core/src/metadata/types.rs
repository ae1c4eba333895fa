//! What of a document is not of the type that the table of [`fields`](super::fields) gives it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::{self, FieldType};
use super::value::{Kind, Object, Value};
use crate::layout::push_step;

/// How many problems are kept: enough for any person, and a bound.
pub const MAX_PROBLEMS: usize = 1000;

/// A value that is not of the type it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{pointer}: expected {expected}, found {found}")]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    /// What it should be.
    pub expected: Expected,
    /// What it is.
    pub found: Kind,
}

/// What a value should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Expected {
    /// A string.
    String,
    /// Any number.
    Number,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An array.
    Array,
    /// An object.
    Object,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Array => "array",
            Self::Object => "object",
        })
    }
}

impl Expected {
    fn accepts(self, value: &Value) -> bool {
        match self {
            Self::String => value.as_str().is_some(),
            Self::Number => value.as_number().is_some(),
            Self::Integer => value.as_number().is_some_and(|number| {
                let float = number.as_f64();
                let whole = float.fract() == 0.0 && float.abs() < 9e15;
                number.as_i64().is_some() || (number.is_float() && whole)
            }),
            Self::Boolean => value.as_bool().is_some(),
            Self::Array => value.as_array().is_some(),
            Self::Object => value.as_object().is_some(),
        }
    }
}

impl FieldType {
    /// Whether a value is of the type, and so is each item of an array; not what is in the objects, see `problems`.
    ///
    /// ```
    /// use ramp_core::metadata::Value;
    /// use ramp_core::metadata::fields::FieldType;
    ///
    /// assert!(FieldType::Strings.accepts(&vec!["types", "flash"].into()));
    /// assert!(!FieldType::Strings.accepts(&vec![1, 2].into()));
    /// assert!(!FieldType::String.accepts(&Value::Null));
    /// ```
    pub fn accepts(self, value: &Value) -> bool {
        let all = |item: Expected| value.as_array().is_some_and(|items| items.iter().all(|value| item.accepts(value)));
        match self {
            Self::Strings => all(Expected::String),
            Self::Integers => all(Expected::Integer),
            Self::Commands => all(Expected::Object),
            _ => self.expected().accepts(value),
        }
    }

    fn expected(self) -> Expected {
        match self {
            Self::String => Expected::String,
            Self::Number => Expected::Number,
            Self::Integer => Expected::Integer,
            Self::Boolean => Expected::Boolean,
            Self::Strings | Self::Integers | Self::Commands => Expected::Array,
            Self::Dependencies | Self::Crdb | Self::Platforms | Self::Object => Expected::Object,
        }
    }
}

/// What is wrong with the types of a document, in the order of the fields, at most [`MAX_PROBLEMS`].
///
/// What is absent or null is not wrong, but for a null in an array or among dependencies.
pub(super) fn problems(root: &Value) -> Vec<FieldProblem> {
    let mut found = Problems::default();
    match root.as_object() {
        Some(object) => {
            for field in fields::fields() {
                found.look(Place::Key(&Place::Root, &field.name), field.field_type, object.get(&field.name));
            }
        }
        None => found.add(Place::Root, Expected::Object, root),
    }
    found.0
}

/// Where a value is: its pointer is only written out when there is something to say about it.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    Root,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                let mut pointer = parent.pointer();
                push_step(&mut pointer, key, usize::MAX);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

#[derive(Debug, Default)]
struct Problems(Vec<FieldProblem>);

impl Problems {
    fn add(&mut self, place: Place<'_>, expected: Expected, found: &Value) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(FieldProblem { pointer: place.pointer(), expected, found: found.kind() });
        }
    }

    /// Whether a value is what it should be; if not, that is a problem.
    fn expect(&mut self, place: Place<'_>, expected: Expected, value: &Value) -> bool {
        let fits = expected.accepts(value);
        if !fits {
            self.add(place, expected, value);
        }
        fits
    }

    /// A null is as good as nothing.
    fn look(&mut self, place: Place<'_>, field_type: FieldType, value: Option<&Value>) {
        let Some(value) = value.filter(|value| !matches!(value, Value::Null)) else { return };
        // RAMP's default for "none".
        let none = field_type == FieldType::Dependencies && value.as_array().is_some_and(<[Value]>::is_empty);
        if none || !self.expect(place, field_type.expected(), value) {
            return;
        }
        match field_type {
            FieldType::Strings => {
                for (place, item) in items(&place, value) {
                    self.expect(place, Expected::String, item);
                }
            }
            FieldType::Integers => {
                for (place, item) in items(&place, value) {
                    self.look(place, FieldType::Integer, Some(item));
                }
            }
            FieldType::Commands => {
                for (place, item) in items(&place, value) {
                    self.members(place, "command", item);
                }
            }
            FieldType::Dependencies => {
                for (place, item) in entries(&place, value) {
                    self.members(place, "dependency", item);
                }
            }
            FieldType::Platforms => {
                for (place, item) in entries(&place, value).filter(|(_, item)| !matches!(item, Value::Null)) {
                    self.members(place, "platform", item);
                }
            }
            FieldType::Crdb => self.members(place, "crdb", value),
            FieldType::String | FieldType::Number | FieldType::Integer | FieldType::Boolean | FieldType::Object => {}
        }
    }

    /// The members of an object of that sort.
    fn members(&mut self, place: Place<'_>, of: &'static str, value: &Value) {
        if self.expect(place, Expected::Object, value) {
            for member in fields::members(of) {
                self.look(Place::Key(&place, &member.name), member.field_type, value.get(&member.name));
            }
        }
    }
}

fn items<'p>(place: &'p Place<'p>, value: &'p Value) -> impl Iterator<Item = (Place<'p>, &'p Value)> {
    let items = value.as_array().unwrap_or_default().iter().enumerate();
    items.map(move |(index, item)| (Place::Index(place, index), item))
}

fn entries<'p>(place: &'p Place<'p>, value: &'p Value) -> impl Iterator<Item = (Place<'p>, &'p Value)> {
    let entries = value.as_object().into_iter().flat_map(Object::iter);
    entries.map(move |(key, item)| (Place::Key(place, key), item))
}
