//! What of a document is not what the table of [`fields`](super::fields) says: of another type, out of range, in no such form.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::fields::{self, Allowed, FieldType};
use super::forms::Form;
use super::number::Number;
use super::value::{Kind, Object, Value};
use crate::layout::push_step;

/// How many problems are kept: enough for any person, and a bound.
pub const MAX_PROBLEMS: usize = 1000;

/// A value that is not what the table says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{pointer}: {problem}")]
#[non_exhaustive]
pub struct FieldProblem {
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    /// What is wrong with it.
    pub problem: Problem,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Problem {
    /// It is of another type.
    Type {
        /// What it should be.
        expected: Expected,
        /// What it is.
        found: Kind,
    },
    /// It is a number that is not whole, or out of range.
    Range {
        /// The least that it may be.
        least: i64,
        /// The greatest that it may be.
        greatest: i64,
    },
    /// It is a text that does not look like what it stands for.
    Form(Form),
    /// It is an object without a member that it must have.
    Missing {
        /// The member.
        member: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type { expected, found } => write!(f, "expected {expected}, found {found}"),
            Self::Range { least, greatest } => write!(f, "not a whole number from {least} to {greatest}"),
            Self::Form(form) => write!(f, "not of the form {form:?}"),
            Self::Missing { member } => write!(f, "no {member}"),
        }
    }
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
            Self::Integer => {
                value.as_number().is_some_and(|number| !number.is_float() || number.as_f64().fract() == 0.0)
            }
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

/// Whether a number is whole and in that range.
fn is_in_range(number: &Number, (least, greatest): (i64, i64)) -> bool {
    if !number.is_float() {
        return number.as_i64().is_some_and(|integer| (least..=greatest).contains(&integer));
    }
    let float = number.as_f64();
    #[expect(clippy::cast_precision_loss, reason = "the table's numbers are small")]
    let (least, greatest) = (least as f64, greatest as f64);
    float.fract() == 0.0 && (least..=greatest).contains(&float)
}

/// What is wrong with the values of a document, in the order of the fields, at most [`MAX_PROBLEMS`].
///
/// What is absent is not wrong, but for a member that its object must have.
pub(super) fn problems(root: &Value) -> Vec<FieldProblem> {
    let mut found = Problems::default();
    match root.as_object() {
        Some(object) => {
            for field in fields::fields() {
                found.look(Place::Key(&Place::Root, &field.name), field.allowed(), object.get(&field.name));
            }
        }
        None => drop(found.expect(Place::Root, Expected::Object, root)),
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
    fn add(&mut self, place: Place<'_>, problem: Problem) {
        if self.0.len() < MAX_PROBLEMS {
            self.0.push(FieldProblem { pointer: place.pointer(), problem });
        }
    }

    /// Whether a value is of its type; if not, that is a problem.
    fn expect(&mut self, place: Place<'_>, expected: Expected, value: &Value) -> bool {
        let fits = expected.accepts(value);
        if !fits {
            self.add(place, Problem::Type { expected, found: value.kind() });
        }
        fits
    }

    /// A text, and its form.
    fn text(&mut self, place: Place<'_>, form: Option<Form>, value: &Value) {
        if self.expect(place, Expected::String, value) {
            let text = value.as_str().unwrap_or_default();
            if let Some(form) = form.filter(|form| form.fault(text).is_some()) {
                self.add(place, Problem::Form(form));
            }
        }
    }

    fn look(&mut self, place: Place<'_>, allowed: Allowed, value: Option<&Value>) {
        let Some(value) = value.filter(|value| !(allowed.nullable && matches!(value, Value::Null))) else { return };
        let field_type = allowed.field_type;
        if field_type == FieldType::String {
            return self.text(place, allowed.form, value);
        }
        // RAMP's default for "none".
        let none = field_type == FieldType::Dependencies && value.as_array().is_some_and(<[Value]>::is_empty);
        if none || !self.expect(place, field_type.expected(), value) {
            return;
        }
        match field_type {
            FieldType::Number | FieldType::Integer => {
                let out = |range: &(i64, i64)| value.as_number().is_some_and(|number| !is_in_range(number, *range));
                if let Some((least, greatest)) = allowed.range.filter(out) {
                    self.add(place, Problem::Range { least, greatest });
                }
            }
            FieldType::Strings => {
                for (place, item) in items(&place, value) {
                    self.text(place, allowed.form, item);
                }
            }
            FieldType::Integers => {
                for (place, item) in items(&place, value) {
                    self.expect(place, Expected::Integer, item);
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
            FieldType::String | FieldType::Boolean | FieldType::Object => {}
        }
    }

    /// The members of an object of that sort.
    fn members(&mut self, place: Place<'_>, of: &'static str, value: &Value) {
        if !self.expect(place, Expected::Object, value) {
            return;
        }
        for member in fields::members(of) {
            match value.get(&member.name) {
                None if member.required => self.add(place, Problem::Missing { member: member.name.clone() }),
                found => self.look(Place::Key(&place, &member.name), member.allowed(), found),
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
