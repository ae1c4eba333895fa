//! Keys and types, compared with what the packer knows.

use super::entries::{Manifest, Read};
use super::error::{ManifestError, ManifestProblem, ManifestWarning, Oddity};
use super::limits::QUOTED;
use ramp_core::metadata::fields::{self, Field, FieldType};
use ramp_core::metadata::{Kind, Value, called};
use ramp_core::text::shorten;

/// What the packer knows of a key; `None` for one that a manifest may not have.
fn known(key: &str) -> Option<&'static Field> {
    fields::field(key).filter(|field| field.manifest)
}

/// Keys that stand for what the packer itself works with: nothing but text can be packed.
const NOTHING_BUT_TEXT: [&str; 3] = ["architecture", "os", "module_file"];

/// Adds the warnings about keys and types, and what cannot be packed; sorts them all by their place.
///
/// A list or a mapping where there should be none, and the other way round, is an error: the reference ends with a
/// traceback, or packs what no node reads. Another scalar than the field has is packed there and here, with a warning.
pub(super) fn check(read: &mut Read) {
    let Manifest { entries, warnings, broken } = &mut read.manifest;
    let mut values = std::mem::take(&mut read.values).into_iter();
    entries.retain(|(key, value, position)| {
        let Some(written) = values.next() else { return true };
        let warning = |position, oddity| ManifestWarning { position, key: shorten(key, QUOTED).into_owned(), oddity };
        let Some(field) = known(key) else {
            let suggestion = called::manifest_key(key);
            let option = called::option(key).filter(|_| suggestion.is_none()).map(|option| option.long.as_str());
            warnings.push(warning(*position, Oddity::Unknown { suggestion, option }));
            return true;
        };
        if fits(field, value) {
            return true;
        }
        let (expected, found) = (field.field_type, value.kind());
        if has_shape(value, expected) && !is_refused(field, value) {
            let oddity = Oddity::WrongType { expected, found, value: quote(value), written: written.text };
            warnings.push(warning(written.position, oddity));
            return true;
        }
        let written_as = written.text.filter(|_| matches!(found, Kind::Integer | Kind::Float | Kind::Boolean));
        let problem = ManifestProblem::WrongType { key: key.clone(), expected, found, written: written_as };
        read.errors.push(ManifestError::new(written.position, problem));
        broken.push(key.clone());
        false
    });
    warnings.sort_by_key(|warning| warning.position);
    read.errors.sort_by_key(|error| error.position);
}

/// Whether it is no text where nothing else can be packed; nothing at all is as good as no key, but for a file's name.
fn is_refused(field: &Field, value: &Value) -> bool {
    NOTHING_BUT_TEXT.contains(&field.name.as_str()) && (value.kind() != Kind::Null || field.name == "module_file")
}

fn fits(field: &Field, value: &Value) -> bool {
    match (field.name.as_str(), field.field_type) {
        // Not set, which is its default.
        ("run_command_line_args", _) if value.kind() == Kind::Null => true,
        // A manifest may list what `module.json` has by name.
        (_, FieldType::Dependencies) if value.kind() == Kind::Array => FieldType::Commands.accepts(value),
        (_, field_type) => field_type.accepts(value),
    }
}

/// Whether it is a list, a mapping or neither, as the field is, and so are its items. Nothing at all has every shape.
fn has_shape(value: &Value, expected: FieldType) -> bool {
    let is_scalar = |value: &Value| !matches!(value.kind(), Kind::Array | Kind::Object);
    let all = |is_so: &dyn Fn(&Value) -> bool| value.as_array().is_some_and(|items| items.iter().all(is_so));
    let is_mapping = |value: &Value| value.kind() == Kind::Object;
    value.kind() == Kind::Null
        || match expected {
            FieldType::Strings | FieldType::Integers => all(&is_scalar),
            FieldType::Commands => all(&is_mapping),
            FieldType::Dependencies => is_mapping(value) || all(&is_mapping),
            FieldType::Crdb | FieldType::Platforms | FieldType::Object => is_mapping(value),
            _ => is_scalar(value),
        }
}

fn quote(value: &Value) -> String {
    match value {
        // Long arrays are not written out to be cut.
        Value::Array(_) | Value::Object(_) => value.kind().to_string(),
        Value::Number(number) => number.literal().chars().take(QUOTED).collect(),
        other => shorten(&other.to_string(), QUOTED).into_owned(),
    }
}
