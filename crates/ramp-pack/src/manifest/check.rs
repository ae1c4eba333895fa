//! Keys and types, compared with what the packer knows.

use super::error::{ManifestError, ManifestProblem, ManifestWarning, Oddity, Position};
use super::{QUOTED, Read, cut};
use ramp_core::metadata::fields::{self, FieldType};
use ramp_core::metadata::{Kind, Value};

/// The keys of a manifest: what the reference has a default for. It drops all others with a word on stderr.
pub const KEYS: [&str; 33] = [
    "add_command",
    "architecture",
    "author",
    "bigstore_version_2_support",
    "capabilities",
    "capability_name",
    "command_line_args",
    "commands",
    "compatible_redis_version",
    "config_command",
    "crdb",
    "dependencies",
    "description",
    "display_name",
    "email",
    "exclude_commands",
    "homepage",
    "license",
    "min_redis_pack_version",
    "min_redis_version",
    "module_file",
    "module_name",
    "operating_systems",
    "optional-dependencies",
    "os",
    "overide_command",
    "ramp_format_version",
    "redis_args",
    "run_command_line_args",
    "semantic_version",
    "sha256",
    "speedb_git_sha",
    "version",
];

/// Adds the warnings about keys and types, and sorts them all by their place.
///
/// A list or a mapping where there should be none, and the other way round, is an error: the reference ends with a
/// traceback, or packs what no node reads. Another scalar than the field has is packed there and here, with a warning.
pub(super) fn check(read: &mut Read) -> Result<(), ManifestError> {
    let manifest = &mut read.manifest;
    for ((key, value, position), value_position) in manifest.entries.iter().zip(&read.values) {
        let warning =
            |position: &Position, oddity| ManifestWarning { position: *position, key: cut(key).into_owned(), oddity };
        if !KEYS.contains(&key.as_str()) {
            manifest.warnings.push(warning(position, Oddity::Unknown { suggestion: suggest(key) }));
        } else if let Some(expected) = expected(key).filter(|expected| !fits(key, value, *expected)) {
            if !has_shape(value, expected) {
                let problem = ManifestProblem::WrongType { key: key.clone(), expected, found: value.kind() };
                return Err(ManifestError::new(*value_position, problem));
            }
            let oddity = Oddity::WrongType { expected, found: value.kind(), value: quote(value) };
            manifest.warnings.push(warning(value_position, oddity));
        }
    }
    manifest.warnings.sort_by_key(|warning| warning.position);
    Ok(())
}

fn suggest(key: &str) -> Option<&'static str> {
    // What the module object of older clusters calls it.
    if key == "os_list" {
        return Some("operating_systems");
    }
    fields::suggest(key).filter(|meant| KEYS.contains(meant))
}

fn expected(key: &str) -> Option<FieldType> {
    fields::field(key).map(|field| field.field_type)
}

fn fits(key: &str, value: &Value, expected: FieldType) -> bool {
    let all = |kind: Kind| value.as_array().is_some_and(|items| items.iter().all(|item| item.kind() == kind));
    match (key, expected, value.kind()) {
        // Not set, which is its default.
        ("run_command_line_args", _, Kind::Null) => true,
        (_, FieldType::String, kind) => kind == Kind::String,
        (_, FieldType::Number, kind) => matches!(kind, Kind::Integer | Kind::Float),
        (_, FieldType::Boolean, kind) => kind == Kind::Boolean,
        (_, FieldType::Strings, _) => all(Kind::String),
        (_, FieldType::Commands, _) => all(Kind::Object),
        (_, FieldType::Dependencies, kind) => kind == Kind::Object || all(Kind::Object),
        (_, FieldType::Object, kind) => kind == Kind::Object,
    }
}

/// Whether it is a list, a mapping or neither, as the field is, and so are its items. Nothing at all has every shape.
fn has_shape(value: &Value, expected: FieldType) -> bool {
    let is_scalar = |value: &Value| !matches!(value.kind(), Kind::Array | Kind::Object);
    let all = |is_so: &dyn Fn(&Value) -> bool| value.as_array().is_some_and(|items| items.iter().all(is_so));
    let is_mapping = |value: &Value| value.kind() == Kind::Object;
    value.kind() == Kind::Null
        || match expected {
            FieldType::String | FieldType::Number | FieldType::Boolean => is_scalar(value),
            FieldType::Strings => all(&is_scalar),
            FieldType::Commands => all(&is_mapping),
            FieldType::Dependencies => is_mapping(value) || all(&is_mapping),
            FieldType::Object => is_mapping(value),
        }
}

fn quote(value: &Value) -> String {
    match value {
        // Long arrays are not written out to be cut.
        Value::Array(_) | Value::Object(_) => value.kind().to_string(),
        Value::Number(number) => number.literal().chars().take(QUOTED).collect(),
        other => cut(&other.to_string()).into_owned(),
    }
}
