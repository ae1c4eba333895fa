//! The module object that a release answers.
//!
//! Which fields it has is the documentation's: ramp-core's table of fields says since when and until when. Two fields of the
//! table stay away: `commands`, documented for the request of the user-defined endpoint and in no answer observed, and
//! `operating_systems`, documented nowhere.

use std::borrow::Cow;

use ramp_core::metadata::fields::{Field, FieldType, fields};
use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::store::{Build, ModuleRecord};

/// The object of a module, as the release of that name lists it.
pub(crate) fn module(record: &ModuleRecord, release: &str) -> Value {
    let object: Map<String, Value> =
        answered(release).map(|field| (field.name.clone(), value(record, field))).collect();
    Value::Object(object)
}

fn answered(release: &str) -> impl Iterator<Item = &'static Field> {
    fields().iter().filter(move |field| field.name != "commands" && field.is_documented_in(release))
}

/// Stands for the object in the descriptions of the endpoints; its schema depends on the release.
#[derive(Debug)]
pub(crate) struct Module;

/// Stands for the object with the `action_uid` of its upload.
#[derive(Debug)]
pub(crate) struct UploadedModule;

impl PartialSchema for Module {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl PartialSchema for UploadedModule {
    fn schema() -> RefOr<Schema> {
        RefOr::default()
    }
}

impl ToSchema for Module {
    fn name() -> Cow<'static, str> {
        "Module".into()
    }
}

impl ToSchema for UploadedModule {
    fn name() -> Cow<'static, str> {
        "UploadedModule".into()
    }
}

/// The JSON Schemas of [`Module`] and [`UploadedModule`] in a release, by name.
pub(crate) fn schemas(release: &str) -> [(Cow<'static, str>, Value); 2] {
    let properties: Map<String, Value> = answered(release).map(|field| (field.name.clone(), schema(field))).collect();
    let mut uploaded = properties.clone();
    uploaded.insert("action_uid".to_owned(), json!({"type": "string", "description": "The action of the upload."}));
    [(Module::name(), closed(&properties)), (UploadedModule::name(), closed(&uploaded))]
}

/// An object that has these properties, all of them and no others.
fn closed(properties: &Map<String, Value>) -> Value {
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

fn schema(field: &Field) -> Value {
    let mut schema = match (field.name.as_str(), field.field_type) {
        ("version", _) => json!({"type": "integer"}),
        ("platforms", _) => json!({
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "properties": {"dependencies": {"type": "object"}, "sha256": {"type": "string"}},
                "required": ["dependencies", "sha256"],
            },
        }),
        (_, FieldType::String) => json!({"type": "string"}),
        (_, FieldType::Number) => json!({"type": "number"}),
        (_, FieldType::Boolean) => json!({"type": "boolean"}),
        (_, FieldType::Strings) => json!({"type": "array", "items": {"type": "string"}}),
        (_, FieldType::Commands) => json!({"type": "array"}),
        (_, FieldType::Dependencies | FieldType::Object) => json!({"type": "object"}),
    };
    schema["description"] = json!(field.summary);
    schema
}

fn value(record: &ModuleRecord, field: &Field) -> Value {
    let given = |name: &str| record.metadata.get(name);
    match field.name.as_str() {
        "uid" => json!(record.uid),
        "version" => json!(record.version),
        "is_bundled" => json!(false),
        "platforms" => platforms(&record.builds),
        "os_list" => match given("os_list").or_else(|| given("operating_systems")) {
            Some(list) if fits(list, FieldType::Strings) => list.clone(),
            _ => json!([]),
        },
        name => match (given(name), field.field_type) {
            (Some(value), kind) if fits(value, kind) => value.clone(),
            (_, FieldType::Boolean) => json!(false),
            (_, FieldType::Strings | FieldType::Commands) => json!([]),
            (_, FieldType::Dependencies | FieldType::Object) => json!({}),
            (_, FieldType::Number) => json!(0),
            _ => json!(""),
        },
    }
}

fn fits(value: &Value, kind: FieldType) -> bool {
    match kind {
        FieldType::String => value.is_string(),
        FieldType::Number => value.is_number(),
        FieldType::Boolean => value.is_boolean(),
        FieldType::Strings => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        FieldType::Commands => value.is_array(),
        FieldType::Dependencies | FieldType::Object => value.is_object(),
    }
}

/// `{"rhel9/x86_64": {"dependencies": {}, "sha256": "…"}}`.
fn platforms(builds: &[Build]) -> Value {
    let named = builds.iter().filter(|build| build.place != Build::ANY_PLATFORM);
    Value::Object(named.map(|build| (build.place.clone(), build.details.clone())).collect())
}
