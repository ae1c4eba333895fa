//! The module object that a release answers.
//!
//! Which fields it has is the documentation's: ramp-core's table of fields says since when and until when. Two fields of the
//! table stay away: `commands`, documented for the request of the user-defined endpoint and in no answer observed, and
//! `operating_systems`, documented nowhere.

use ramp_core::metadata::fields::{Field, FieldType, fields};
use serde_json::{Map, Value, json};

use crate::store::{Build, ModuleRecord};

/// The object of a module, as the release of that name lists it.
pub(crate) fn module(record: &ModuleRecord, release: &str) -> Value {
    let documented = fields().iter().filter(|f| f.name != "commands" && f.is_documented_in(release));
    let object: Map<String, Value> = documented.map(|field| (field.name.clone(), value(record, field))).collect();
    Value::Object(object)
}

fn value(record: &ModuleRecord, field: &Field) -> Value {
    let given = |name: &str| record.metadata.get(name);
    match field.name.as_str() {
        "uid" => json!(record.uid),
        "version" => json!(record.version),
        "is_bundled" => json!(false),
        "platforms" => platforms(&record.builds),
        "os_list" => match given("os_list").or_else(|| given("operating_systems")) {
            Some(list @ Value::Array(_)) => list.clone(),
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
        FieldType::Strings | FieldType::Commands => value.is_array(),
        FieldType::Dependencies | FieldType::Object => value.is_object(),
        _ => false,
    }
}

/// `{"rhel9/x86_64": {"dependencies": {}, "sha256": "…"}}`.
fn platforms(builds: &[Build]) -> Value {
    let named = builds.iter().filter(|build| build.place != Build::ANY_PLATFORM);
    Value::Object(named.map(|build| (build.place.clone(), build.details.clone())).collect())
}
