//! The fields of metadata while it is being made.

use std::borrow::Cow;

use super::error::{AssembleError, ClaimedBy, PackWarning};
use super::inputs::{Inputs, ModuleInput};
use crate::manifest::Manifest;
use crate::options::Options;
use ramp_core::metadata::{Object, Value, fields};
use ramp_core::module::Architecture;

/// The items of a list; a null, which YAML makes of nothing, is an empty one.
pub(super) fn list<'a>(fields: &'a Object, key: &str) -> Result<&'a [Value], AssembleError> {
    match fields.get(key) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(other) => Err(AssembleError::wrong_type(key, "a list", other)),
    }
}

/// The defaults, then the manifest, then the options.
pub(super) fn layered(inputs: &Inputs<'_>) -> Object {
    let known = fields::fields().iter();
    let mut fields: Object = known.filter_map(|field| Some((field.name.as_str(), field.default.clone()?))).collect();
    fields.insert("module_file", inputs.module.file_name.as_str());
    fields.insert("operating_systems", inputs.operating_systems.iter().map(String::as_str).collect::<Value>());
    for (key, value, _) in &inputs.manifest.entries {
        if fields::field(key).is_some_and(|field| field.manifest) {
            fields.insert(key.as_str(), value.clone());
        }
    }
    // Only the run-time ones of the command line stay in the metadata.
    fields.remove("run_command_line_args");
    for (key, value) in inputs.options.iter() {
        fields.insert(key, value.clone());
    }
    fields.remove("redis_args");
    fields
}

/// Notes the versions that are defaults because nobody set them.
pub(super) fn note_defaults(manifest: &Manifest, options: &Options, warnings: &mut Vec<PackWarning>) {
    for field in ["compatible_redis_version", "min_redis_version", "min_redis_pack_version"] {
        let default = fields::field(field).and_then(|field| field.default.as_ref()).and_then(Value::as_str);
        if let Some(value) = default.filter(|_| options.get(field).is_none() && manifest.get(field).is_none()) {
            warnings.push(PackWarning::Default { field, value });
        }
    }
}

/// What somebody says of a field: the command line, else the manifest.
fn claim<'a>(field: &str, inputs: &Inputs<'a>) -> Result<Option<(ClaimedBy, &'a str)>, AssembleError> {
    match (inputs.options.text(field), inputs.manifest.get(field)) {
        (Some(text), _) => Ok(Some((ClaimedBy::Option, text))),
        (None, Some(Value::String(text))) => Ok(Some((ClaimedBy::Manifest, text))),
        (None, None | Some(Value::Null)) => Ok(None),
        (None, Some(other)) => Err(AssembleError::wrong_type(field, "a string", other)),
    }
}

/// The module's architecture, in the spelling of clusters.
pub(super) fn architecture(inputs: &Inputs<'_>, warnings: &mut Vec<PackWarning>) -> Result<String, AssembleError> {
    let claim = claim("architecture", inputs)?;
    let actual = inputs.module.architecture.map(|architecture| architecture.as_str().into_owned());
    let Some((by, claimed)) = claim else { return actual.ok_or(AssembleError::NoArchitecture) };
    let written = Architecture::from_name(claimed).map_or(Cow::Borrowed(claimed), |named| named.as_str());
    if let Some(actual) = actual.filter(|actual| **actual != *written) {
        return Err(AssembleError::Architecture { by, claimed: claimed.to_owned(), actual });
    }
    if written != claimed {
        let written = written.clone().into_owned();
        warnings.push(PackWarning::ArchitectureSpelling { claimed: claimed.to_owned(), written });
    }
    Ok(written.into_owned())
}

/// The kind of system the module is for.
pub(super) fn os(inputs: &Inputs<'_>, warnings: &mut Vec<PackWarning>) -> Result<String, AssembleError> {
    let actual = inputs.module.os;
    let Some((by, claimed)) = claim("os", inputs)? else {
        return Ok(actual.unwrap_or(ModuleInput::LINUX).to_owned());
    };
    let known = match claimed.to_ascii_lowercase().as_str() {
        "linux" => Some(ModuleInput::LINUX),
        "darwin" | "macos" => Some(ModuleInput::DARWIN),
        _ => None,
    };
    match (known, actual) {
        (Some(known), Some(actual)) if known != actual => {
            return Err(AssembleError::Os { by, claimed: claimed.to_owned(), actual });
        }
        (None, _) => warnings
            .push(PackWarning::OsName { claimed: claimed.to_owned(), actual: actual.unwrap_or(ModuleInput::LINUX) }),
        _ => {}
    }
    Ok(claimed.to_owned())
}
