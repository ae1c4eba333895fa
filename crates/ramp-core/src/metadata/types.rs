//! What of a document is not what the table of [`fields`](super::fields) says: of another type, out of range, in no such form, or
//! under a key that it does not have.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::called;
use super::fields::{self, Allowed, FieldType};
use super::forms::Form;
use super::json::MAX_POINTER;
use super::number::Number;
use super::value::{Kind, Object, Value};
use crate::layout::push_step;

/// How many problems are kept: enough for any person, and a bound.
pub const MAX_PROBLEMS: usize = 1000;

/// After how many bytes of their pointers no more problems are kept: a key can be as long as the document, and have many in it.
const MAX_POINTERS: usize = 1 << 20;

/// How many unknown keys of objects inside are kept.
const MAX_UNKNOWN_INSIDE: usize = 1000;

/// For how many unknown keys a suggestion is looked for.
const MAX_SUGGESTIONS: usize = 256;

/// A key that neither RAMP nor Redis know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UnknownKey {
    /// Where it is, as a JSON pointer, of a long one the front.
    pub pointer: String,
    /// The key.
    pub key: String,
    /// The known one it was probably meant to be.
    pub suggestion: Option<Cow<'static, str>>,
}

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
    /// Its key does not look like what it stands for.
    Key(Form),
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
            Self::Key(form) => write!(f, "its key is not of the form {form:?}"),
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

/// Where a value is: its pointer is only written out when there is something to say about it.
#[derive(Debug, Clone, Copy)]
enum Place<'p> {
    Root,
    Key(&'p Place<'p>, &'p str),
    Index(&'p Place<'p>, usize),
}

impl Place<'_> {
    /// Its pointer, as far as `limit` bytes and a little more.
    fn pointer(&self, limit: usize) -> String {
        match self {
            Self::Root => String::new(),
            Self::Key(parent, key) => {
                let mut pointer = parent.pointer(limit);
                push_step(&mut pointer, key, limit);
                pointer
            }
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer(limit)),
        }
    }
}

/// What the table says to a document.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// What is wrong with its values, in the order of the fields, at most [`MAX_PROBLEMS`].
    pub(super) problems: Vec<FieldProblem>,
    /// The keys that are not known, at the top first; of those in objects inside, at most [`MAX_UNKNOWN_INSIDE`].
    pub(super) unknown: Vec<UnknownKey>,
    /// How many of them are inside.
    inside: usize,
    /// How many bytes the pointers of the problems have.
    pointers: usize,
}

impl Looked {
    /// Looks at a document. What is absent is not wrong, but for a member that its object must have.
    pub(super) fn at(root: &Value) -> Self {
        let mut found = Self::default();
        match root.as_object() {
            Some(object) => {
                found.keys(Place::Root, object, |key| fields::field(key).is_some(), called::field);
                for field in fields::fields() {
                    found.look(Place::Key(&Place::Root, &field.name), field.allowed(), object.get(&field.name));
                }
            }
            None => drop(found.expect(Place::Root, Expected::Object, root)),
        }
        found
    }

    fn keys(
        &mut self,
        place: Place<'_>,
        object: &Object,
        is_known: impl Fn(&str) -> bool,
        suggest: impl Fn(&str) -> Option<&'static str>,
    ) {
        for key in object.keys().filter(|key| !is_known(key)) {
            if !matches!(place, Place::Root) {
                if self.inside >= MAX_UNKNOWN_INSIDE {
                    return;
                }
                self.inside += 1;
            }
            let suggestion = if self.unknown.len() < MAX_SUGGESTIONS { suggest(key).map(Cow::Borrowed) } else { None };
            let pointer = Place::Key(&place, key).pointer(MAX_POINTER);
            self.unknown.push(UnknownKey { pointer, key: key.to_owned(), suggestion });
        }
    }

    fn add(&mut self, place: Place<'_>, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS && self.pointers < MAX_POINTERS {
            let pointer = place.pointer(usize::MAX);
            self.pointers = self.pointers.saturating_add(pointer.len());
            self.problems.push(FieldProblem { pointer, problem });
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
    fn text(&mut self, place: Place<'_>, allowed: Allowed, value: &Value) {
        if self.expect(place, Expected::String, value) {
            let text = value.as_str().unwrap_or_default();
            let is_none = allowed.nullable && text.is_empty();
            if let Some(form) = allowed.form.filter(|form| !is_none && form.fault(text).is_some()) {
                self.add(place, Problem::Form(form));
            }
        }
    }

    /// A number that is of its type, and its range.
    fn number(&mut self, place: Place<'_>, allowed: Allowed, value: &Value) {
        let out = |range: &(i64, i64)| value.as_number().is_some_and(|number| !is_in_range(number, *range));
        if let Some((least, greatest)) = allowed.range.filter(out) {
            self.add(place, Problem::Range { least, greatest });
        }
    }

    fn look(&mut self, place: Place<'_>, allowed: Allowed, value: Option<&Value>) {
        let Some(value) = value.filter(|value| !(allowed.nullable && matches!(value, Value::Null))) else { return };
        let field_type = allowed.field_type;
        if field_type == FieldType::String {
            return self.text(place, allowed, value);
        }
        // RAMP's default for "none".
        let none = field_type == FieldType::Dependencies && value.as_array().is_some_and(<[Value]>::is_empty);
        if none || !self.expect(place, field_type.expected(), value) {
            return;
        }
        match field_type {
            FieldType::Number | FieldType::Integer => self.number(place, allowed, value),
            FieldType::Strings => {
                for (place, item) in items(&place, value) {
                    self.text(place, allowed, item);
                }
            }
            FieldType::Integers => {
                for (place, item) in items(&place, value) {
                    if self.expect(place, Expected::Integer, item) {
                        self.number(place, allowed, item);
                    }
                }
            }
            FieldType::Commands => {
                for (place, item) in items(&place, value) {
                    self.members(place, "command", item);
                }
            }
            FieldType::Dependencies => self.entries(place, allowed, "dependency", value),
            FieldType::Platforms => self.entries(place, allowed, "platform", value),
            FieldType::Crdb => self.members(place, "crdb", value),
            FieldType::String | FieldType::Boolean | FieldType::Object => {}
        }
    }

    /// Objects of that sort by their names.
    fn entries(&mut self, place: Place<'_>, allowed: Allowed, of: &'static str, value: &Value) {
        for (key, item) in value.as_object().into_iter().flat_map(Object::iter) {
            let place = Place::Key(&place, key);
            if let Some(form) = allowed.keys.filter(|form| form.fault(key).is_some()) {
                self.add(place, Problem::Key(form));
            }
            self.members(place, of, item);
        }
    }

    /// The members of an object of that sort.
    fn members(&mut self, place: Place<'_>, of: &'static str, value: &Value) {
        if !self.expect(place, Expected::Object, value) {
            return;
        }
        if let Some(object) = value.as_object() {
            let is_known = |key: &str| fields::members(of).any(|member| member.name == key);
            self.keys(place, object, is_known, |key| called::member(of, key));
        }
        for member in fields::members(of) {
            match value.get(&member.name) {
                None if member.required => self.add(place, Problem::Missing { member: member.name.clone() }),
                found => self.look(Place::Key(&place, &member.name), member.allowed(), found),
            }
        }
    }
}

/// Whether a value is what a place may have, with all that is in it.
pub(super) fn fits(allowed: Allowed, value: &Value) -> bool {
    let mut found = Looked::default();
    found.look(Place::Root, allowed, Some(value));
    found.problems.is_empty()
}

fn items<'p>(place: &'p Place<'p>, value: &'p Value) -> impl Iterator<Item = (Place<'p>, &'p Value)> {
    let items = value.as_array().unwrap_or_default().iter().enumerate();
    items.map(move |(index, item)| (Place::Index(place, index), item))
}
