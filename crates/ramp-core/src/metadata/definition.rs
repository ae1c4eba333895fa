//! What `POST /v2/modules/user-defined` wants of a module's object.
//!
//! Which fields it must contain, and of which type, is in the table of [`fields`](super::fields). The page of the REST API has no
//! list of codes; a live 8.0.10 cluster answers 406 `invalid_module` to an object without fields.

use std::fmt;

use super::fields::{Field, FieldType, fields};
use super::python;
use super::value::Value;

/// What is wrong with a field of a module's object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DefinitionFlaw {
    /// The name of the field.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: DefinitionProblem,
}

/// In which way a field is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DefinitionProblem {
    /// It is not there, or null.
    Missing,
    /// It is of another type.
    Type {
        /// What it must be.
        expected: &'static str,
    },
    /// The name is empty, or the version zero: a module is known by the two.
    Nothing,
}

impl fmt::Display for DefinitionFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = self.field;
        match self.problem {
            DefinitionProblem::Missing => write!(f, "`{field}` is missing"),
            DefinitionProblem::Type { expected } => write!(f, "`{field}` is not {expected}"),
            DefinitionProblem::Nothing if field == "version" => write!(f, "`{field}` is zero"),
            DefinitionProblem::Nothing => write!(f, "`{field}` is empty"),
        }
    }
}

/// The version of the object that is made of a `module.json`: the integer that the unpacker reads, since nodes know the artifact by it.
/// `None` where it reads none, or none of 64 bits.
///
/// ```
/// use ramp_core::metadata::{definition::version, json};
///
/// let of = |text: &str| version(&json::read(format!("{{\"version\": {text}}}").as_bytes()).unwrap().root);
/// assert_eq!((of("10203.0"), of("\" 10_203.9 \""), of("true")), (Some(10203), Some(10203), Some(1)));
/// assert_eq!((of("1e308"), of("\"8.4.0\""), of("null")), (None, None, None));
/// ```
pub fn version(metadata: &Value) -> Option<i64> {
    integer(metadata.get("version")?)
}

fn integer(value: &Value) -> Option<i64> {
    // What is beyond 64 bits is cut off at the ends.
    python::int_of_float(value).ok().filter(|integer| ![i64::MIN, i64::MAX].contains(integer))
}

/// The object that is made of a `module.json`: that, with its [`version`] as an integer where it has one.
pub fn object(metadata: &Value) -> Value {
    let mut object = metadata.clone();
    if let (Value::Object(members), Some(version)) = (&mut object, version(metadata)) {
        members.insert("version", version);
    }
    object
}

/// The integer that must be sent in place of the `version` that a `module.json` writes, since the endpoint does not take that; `None`
/// where what is written can be sent, or where nothing can.
///
/// ```
/// use ramp_core::metadata::{definition::sent_version, json};
///
/// let of = |text: &str| sent_version(&json::read(format!("{{\"version\": {text}}}").as_bytes()).unwrap().root);
/// assert_eq!((of("\"10203\""), of("10203.7"), of("true")), (Some(10203), Some(10203), Some(1)));
/// assert_eq!((of("10203"), of("10203.0"), of("\"8.4.0\"")), (None, None, None));
/// ```
pub fn sent_version(metadata: &Value) -> Option<i64> {
    let is_flaw = flaws(metadata).any(|flaw| flaw.field == "version");
    version(metadata).filter(|_| is_flaw)
}

/// What would keep the [`object`] that is made of a `module.json` from being taken.
pub fn flaws_of_metadata(metadata: &Value) -> impl Iterator<Item = DefinitionFlaw> + '_ {
    let version = version(metadata).map(Value::from);
    required().filter_map(move |field| {
        let converted = version.as_ref().filter(|_| field.name == "version");
        flaw(field, converted.or_else(|| metadata.get(&field.name)))
    })
}

/// What keeps an object from being taken, in the order of the documentation's table; nothing where it is.
///
/// ```
/// use ramp_core::metadata::{definition::flaws, json};
///
/// let object = json::read(br#"{"module_name": 5, "version": 10203.0}"#)?.root;
/// let flaws: Vec<String> = flaws(&object).map(|flaw| flaw.to_string()).collect();
/// assert_eq!(flaws[0], "`module_name` is not a string");
/// assert_eq!(flaws[1], "`semantic_version` is missing");
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
pub fn flaws(object: &Value) -> impl Iterator<Item = DefinitionFlaw> + '_ {
    required().filter_map(|field| flaw(field, object.get(&field.name)))
}

fn flaw(field: &'static Field, value: Option<&Value>) -> Option<DefinitionFlaw> {
    Some(DefinitionFlaw { field: &field.name, problem: problem(field, value)? })
}

/// The fields that an object must have.
pub fn required() -> impl Iterator<Item = &'static Field> {
    fields().iter().filter(|field| field.required)
}

fn problem(field: &Field, value: Option<&Value>) -> Option<DefinitionProblem> {
    // The table says what a `module.json` may have: `version` is documented as an integer here.
    let wanted = if field.field_type == FieldType::Number { FieldType::Integer } else { field.field_type };
    let value = match value {
        None | Some(Value::Null) => return Some(DefinitionProblem::Missing),
        Some(value) => value,
    };
    if !wanted.accepts(value) || (wanted == FieldType::Integer && integer(value).is_none()) {
        return Some(DefinitionProblem::Type { expected: words(wanted) });
    }
    let is_nothing = match field.name.as_str() {
        "module_name" => value.as_str() == Some(""),
        "version" => value.as_number().is_some_and(|number| number.as_f64() == 0.0),
        _ => false,
    };
    is_nothing.then_some(DefinitionProblem::Nothing)
}

/// A type, for people.
const fn words(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::String => "a string",
        FieldType::Number => "a number",
        FieldType::Integer => "an integer of 64 bits",
        FieldType::Boolean => "true or false",
        FieldType::Strings => "an array of strings",
        FieldType::Integers => "an array of integers",
        FieldType::Commands => "an array of objects",
        FieldType::Dependencies | FieldType::Crdb | FieldType::Platforms | FieldType::Object => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_required_field_is_of_a_kind_that_is_checked() {
        let empty = Value::Object(crate::metadata::Object::default());
        let missing: Vec<&str> = flaws(&empty).map(|flaw| flaw.field).collect();
        let kinds: Vec<(&str, &str)> = required().map(|field| (field.name.as_str(), words(field.field_type))).collect();
        assert_eq!(missing, kinds.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        assert_eq!(
            kinds,
            [
                ("module_name", "a string"),
                ("version", "a number"),
                ("semantic_version", "a string"),
                ("display_name", "a string"),
                ("command_line_args", "a string"),
                ("capabilities", "an array of strings"),
                ("commands", "an array of objects"),
                ("min_redis_version", "a string"),
            ]
        );
    }
}
