//! The JSON Schema of a manifest, by which editors complete and check it, made of the table of fields.
//!
//! It says yes where [`Manifest::read`](super::Manifest::read) has nothing to say about keys and types and metadata can be made, and no
//! elsewhere; of forms it knows those that a regular expression can tell.

use ramp_core::knowledge::Knowledge;
use ramp_core::metadata::Form;
use ramp_core::metadata::fields::{Field, FieldType, Member, manifest_keys, members_of};
use ramp_core::module::Architecture;
use serde_json::{Map, Value, json};

/// What the schema's file is called where it lies beside a manifest, whose first line names it.
pub const SCHEMA_FILE: &str = "ramp.schema.json";

/// One to three numbers with dots between them, none above 255.
const VERSION: &str = r"^(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(\.(0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])){0,2}$";
/// The same, of a cluster.
const CLUSTER_VERSION: &str = r"^(0|[1-9]\d{0,8})(\.(0|[1-9]\d{0,8})){0,2}$";
const SHA256: &str = "^[0-9A-Fa-f]{64}$";
/// A system: its name, and a number in it.
const SYSTEM: &str = r"^[A-Za-z].*\d";
/// What names one file, with no way out of its folder.
const FILE: &str = r"^(?!\.{1,2}$)[^/\\\u0000-\u001f\u007f-\u009f]+$";

/// The schema, in draft 2020-12.
///
/// ```
/// let schema = ramp_pack::manifest::schema();
/// assert_eq!(schema["properties"]["min_redis_version"]["default"], "4.0");
/// assert_eq!(schema["additionalProperties"], false);
/// ```
pub fn schema() -> Value {
    let properties: Map<String, Value> = manifest_keys().map(|field| (field.name.clone(), property(field))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Manifest of a RAMP package (ramp.yml)",
        "description": "What `ramp pack MODULE --manifest ramp.yml` reads.",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

fn property(field: &Field) -> Value {
    let mut schema = of_field(field);
    schema.insert("description".to_owned(), describe(field).into());
    // What the module says has no default.
    if let Some(default) = field.default.as_ref().filter(|_| !field.from_module) {
        schema.insert("default".to_owned(), default.into());
    }
    if let Some(example) = &field.example {
        schema.insert("examples".to_owned(), json!([Value::from(example)]));
    }
    Value::Object(schema)
}

fn describe(field: &Field) -> String {
    let option = field.option.as_ref().map(|option| format!("Option of `ramp pack`: `{}`.", option.long));
    let parts = [Some(field.summary.clone()), field.purpose.clone(), option];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn of_field(field: &Field) -> Map<String, Value> {
    let schema = match (field.name.as_str(), field.field_type) {
        // Not set, which is its default.
        ("run_command_line_args", _) => json!({ "type": ["string", "null"] }),
        ("architecture", _) => json!({ "type": "string", "enum": architectures() }),
        ("module_file", _) => json!({ "type": "string", "pattern": FILE }),
        ("capabilities", _) => {
            json!({ "type": "array", "items": suggested(&capabilities(), &json!({ "type": "string" })) })
        }
        ("operating_systems", _) => {
            json!({ "type": "array", "items": suggested(&systems(), &json!({ "type": "string", "pattern": SYSTEM })) })
        }
        (_, FieldType::Number) => match field.range.filter(|_| !field.from_module) {
            Some((least, greatest)) if least == greatest => json!({ "const": least }),
            Some((least, greatest)) => json!({ "type": "integer", "minimum": least, "maximum": greatest }),
            None => json!({ "type": "number" }),
        },
        (_, FieldType::Boolean) => json!({ "type": "boolean" }),
        (_, FieldType::Strings) => json!({ "type": "array", "items": { "type": "string" } }),
        // What the module says in its place has other members checked.
        (_, FieldType::Commands) if field.from_module => json!({ "type": "array", "items": { "type": "object" } }),
        (_, FieldType::Commands) => json!({ "type": "array", "items": object(FieldType::Commands) }),
        (_, FieldType::Dependencies) => dependencies(field.name == "dependencies"),
        (_, FieldType::Crdb) => object(FieldType::Crdb),
        (_, FieldType::Object) => {
            json!({ "type": "object", "additionalProperties": { "type": ["string", "number", "boolean"] } })
        }
        _ => match field.form.filter(|_| !field.from_module).and_then(pattern) {
            Some(pattern) => json!({ "type": "string", "pattern": pattern }),
            None => json!({ "type": "string" }),
        },
    };
    match schema {
        Value::Object(schema) => schema,
        _ => Map::new(),
    }
}

/// The form as a regular expression, where one can tell it.
fn pattern(form: Form) -> Option<&'static str> {
    match form {
        Form::Version => Some(VERSION),
        Form::ClusterVersion => Some(CLUSTER_VERSION),
        Form::Sha256 => Some(SHA256),
        _ => None,
    }
}

/// An object with the members that the table knows.
fn object(field_type: FieldType) -> Value {
    let members = members_of(field_type);
    let properties: Map<String, Value> =
        members.clone().map(|member| (member.name.clone(), of_member(member))).collect();
    let required: Vec<&str> = members.filter(|member| member.required).map(|member| member.name.as_str()).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn of_member(member: &Member) -> Value {
    let integer = |range: Option<(i64, i64)>| match range {
        Some((least, greatest)) => json!({ "type": "integer", "minimum": least, "maximum": greatest }),
        None => json!({ "type": "integer" }),
    };
    let mut schema = match member.field_type {
        FieldType::Integer => integer(member.range),
        FieldType::Integers => json!({ "type": "array", "items": integer(member.range) }),
        FieldType::Strings => json!({ "type": "array", "items": { "type": "string" } }),
        _ => match member.form.and_then(pattern) {
            Some(pattern) => json!({ "type": "string", "pattern": pattern }),
            None => json!({ "type": "string" }),
        },
    };
    if ["command_name", "url"].contains(&&*member.name) {
        schema["minLength"] = 1.into();
    }
    schema["description"] = member.summary.clone().into();
    schema
}

/// By name, or as a list of objects that have it, or of objects by name.
///
/// What is packed needs only its path: its digest is made, and an address that a template left empty is none. What is not packed needs
/// its address and its digest.
fn dependencies(packs: bool) -> Value {
    let whole = object(FieldType::Dependencies);
    let members = |with: &[&str]| -> Map<String, Value> {
        with.iter().map(|key| ((*key).to_owned(), whole["properties"][*key].clone())).collect()
    };
    let mut described = whole.clone();
    described["properties"] = members(&["url", "sha256"]).into();
    described["required"] = json!(["url", "sha256"]);
    let mut packed = whole.clone();
    packed["required"] = json!(["local_path"]);
    packed["properties"]["url"] =
        json!({ "type": ["string", "null"], "description": whole["properties"]["url"]["description"] });
    packed["properties"]["sha256"] = json!({ "description": "Made by `ramp pack`." });
    let ways = if packs { vec![packed, described] } else { vec![described] };
    let with_name = ways.iter().cloned().map(|mut way| {
        way["properties"]["name"] = json!({ "type": "string", "pattern": FILE });
        if let Some(required) = way["required"].as_array_mut() {
            required.push("name".into());
        }
        way
    });
    let mut items: Vec<Value> = with_name.collect();
    let by_name =
        json!({ "type": "object", "propertyNames": { "pattern": FILE }, "additionalProperties": { "anyOf": ways } });
    items.push(by_name.clone());
    json!({ "anyOf": [by_name, { "type": "array", "items": { "anyOf": items } }] })
}

/// Words that editors offer; any other that the rest takes is taken too.
fn suggested(words: &[Value], rest: &Value) -> Value {
    json!({ "anyOf": [{ "oneOf": words }, rest] })
}

fn capabilities() -> Vec<Value> {
    let known = Knowledge::builtin().capabilities().iter();
    let real = known.filter(|capability| !capability.is_mistaken());
    real.map(|capability| json!({ "const": capability.name, "description": capability.description })).collect()
}

fn systems() -> Vec<Value> {
    let known = Knowledge::builtin().platforms().iter();
    known.map(|platform| json!({ "const": platform.id, "description": platform.title })).collect()
}

/// As clusters write them, and as others do where it is known what they mean.
fn architectures() -> Vec<&'static str> {
    let words = ["x86_64", "aarch64", "amd64", "arm64"];
    words.into_iter().filter(|word| Architecture::from_name(word).is_some()).collect()
}
