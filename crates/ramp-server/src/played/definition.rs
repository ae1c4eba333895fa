//! What somebody defines a module by: the body of `POST /v2/modules/user-defined`.
//!
//! Which fields it must have is in ramp-core's table of fields.

use std::borrow::Cow;

use ramp_core::metadata::fields::{Field, FieldType, fields};
use ramp_core::metadata::json;
use ramp_core::{Endpoint, UploadErrorCode};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::module::{self, bad_name};
use crate::http::{Fields, Refusal};

/// A definition that has all it must.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) module_name: String,
    pub(crate) version: i64,
    /// The body, as JSON.
    pub(crate) metadata: String,
}

impl Definition {
    /// Reads the body of a request.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let fields = Fields::read(body).map_err(invalid)?;
        for field in required() {
            match fields.get(&field.name) {
                None | Some(Value::Null) => return Err(invalid(format!("`{}` is missing", field.name))),
                Some(value) if fits(value, field) => {}
                Some(_) => return Err(invalid(format!("`{}` is not {}", field.name, kind(field)))),
            }
        }
        let module_name = fields.get("module_name").and_then(Value::as_str).unwrap_or_default().to_owned();
        if let Some(what) = bad_name(&module_name) {
            return Err(invalid(format!("`module_name` {what}")));
        }
        let version = fields.get("version").and_then(integer).unwrap_or_default();
        if version == 0 {
            return Err(invalid("`version` is zero".to_owned()));
        }
        // It takes all that was taken above, and keeps the order of keys everywhere.
        let document = json::read(body).map_err(|err| invalid(format!("the body is no JSON object: {err}")))?;
        Ok(Self { module_name, version, metadata: document.root.to_string() })
    }
}

impl PartialSchema for Definition {
    /// It is made of the table.
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl ToSchema for Definition {
    fn name() -> Cow<'static, str> {
        "Definition".into()
    }
}

/// The JSON Schema of [`Definition`], by name: what the body must contain; it may contain more.
pub(crate) fn schema() -> (Cow<'static, str>, Value) {
    let properties: Map<String, Value> = required().map(|field| (field.name.clone(), module::schema(field))).collect();
    let names: Vec<&str> = required().map(|field| field.name.as_str()).collect();
    (Definition::name(), json!({"type": "object", "properties": properties, "required": names}))
}

fn required() -> impl Iterator<Item = &'static Field> {
    fields().iter().filter(|field| field.required)
}

fn fits(value: &Value, field: &Field) -> bool {
    match field.field_type {
        FieldType::Number => integer(value).is_some(),
        other => other.accepts(&value.clone().into()),
    }
}

/// What a field must be, for people.
const fn kind(field: &Field) -> &'static str {
    match field.field_type {
        FieldType::Number => "an integer",
        FieldType::Strings => "an array of strings",
        FieldType::Commands => "an array of objects",
        FieldType::String => "a string",
        FieldType::Boolean => "true or false",
        _ => "an object",
    }
}

/// An integer, also in the form `80400.0` that the reference packer writes.
fn integer(value: &Value) -> Option<i64> {
    /// Beyond this not every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT);
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and fits")]
    value.as_i64().or_else(|| float.map(|float| float as i64))
}

fn invalid(description: String) -> Refusal {
    Refusal::upload(UploadErrorCode::InvalidModule, Endpoint::UserDefined, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_required_field_is_of_a_kind_that_is_checked() {
        let kinds: Vec<(&str, &str)> = required().map(|field| (field.name.as_str(), kind(field))).collect();
        assert_eq!(
            kinds,
            [
                ("module_name", "a string"),
                ("version", "an integer"),
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
