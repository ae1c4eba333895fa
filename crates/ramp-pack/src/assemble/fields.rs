//! The fields of metadata while it is being made.

use std::borrow::Cow;

use super::error::{AssembleError, ClaimedBy, PackWarning, check_name};
use super::inputs::{Inputs, ModuleInput};
use crate::manifest::Manifest;
use crate::options::Options;
use ramp_core::layout::module_name_of;
use ramp_core::metadata::{Object, Value, fields};
use ramp_core::module::Architecture;

/// The items of a list; a null, which YAML makes of nothing, is an empty one.
pub(super) fn list<'a>(fields: &'a Object, key: &str, errors: &mut Vec<AssembleError>) -> &'a [Value] {
    match fields.get(key) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(other) => {
            errors.push(AssembleError::wrong_type(key, "a list", other));
            &[]
        }
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

/// The name of the module's file in the bundle.
pub(super) fn module_file(
    fields: &Object,
    inputs: &Inputs<'_>,
    warnings: &mut Vec<PackWarning>,
    errors: &mut Vec<AssembleError>,
) -> String {
    let own = || module_name_of(&inputs.module.file_name).into_owned();
    let given = match fields.get("module_file") {
        Some(Value::String(given)) => given,
        other => {
            errors.push(AssembleError::wrong_type("module_file", "a string", other.unwrap_or(&Value::Null)));
            return own();
        }
    };
    if let Err(error) = check_name("module_file", given) {
        errors.push(error);
        return own();
    }
    let packed = module_name_of(given).into_owned();
    if packed != *given {
        warnings.push(PackWarning::ModuleFile { given: given.clone(), packed: packed.clone() });
    }
    packed
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

/// What is written where nothing says what the module is for.
const USUAL: Architecture = Architecture::X86_64;

/// The module's architecture, in the spelling of clusters.
pub(super) fn architecture(
    inputs: &Inputs<'_>,
    warnings: &mut Vec<PackWarning>,
    errors: &mut Vec<AssembleError>,
) -> String {
    let actual = inputs.module.architecture.map(|architecture| architecture.as_str().into_owned());
    let usual = || actual.clone().unwrap_or_else(|| USUAL.as_str().into_owned());
    let (by, claimed) = match claim("architecture", inputs) {
        Ok(Some(claim)) => claim,
        Ok(None) => {
            errors.extend(actual.is_none().then_some(AssembleError::NoArchitecture));
            return usual();
        }
        Err(error) => {
            errors.push(error);
            return usual();
        }
    };
    let written = Architecture::from_name(claimed).map_or(Cow::Borrowed(claimed), |named| named.as_str());
    if let Some(actual) = actual.filter(|actual| **actual != *written) {
        errors.push(AssembleError::Architecture { by, claimed: claimed.to_owned(), actual: actual.clone() });
        return actual;
    }
    if written != claimed {
        let written = written.clone().into_owned();
        warnings.push(PackWarning::ArchitectureSpelling { claimed: claimed.to_owned(), written });
    }
    written.into_owned()
}

/// The kind of system the module is for.
pub(super) fn os(inputs: &Inputs<'_>, warnings: &mut Vec<PackWarning>, errors: &mut Vec<AssembleError>) -> String {
    let actual = inputs.module.os;
    let claim = claim("os", inputs).unwrap_or_else(|error| {
        errors.push(error);
        None
    });
    let Some((by, claimed)) = claim else { return actual.unwrap_or(ModuleInput::LINUX).to_owned() };
    let known = match claimed.to_ascii_lowercase().as_str() {
        "linux" => Some(ModuleInput::LINUX),
        "darwin" | "macos" => Some(ModuleInput::DARWIN),
        _ => None,
    };
    match (known, actual) {
        (Some(known), Some(actual)) if known != actual => {
            errors.push(AssembleError::Os { by, claimed: claimed.to_owned(), actual });
        }
        (None, _) => warnings
            .push(PackWarning::OsName { claimed: claimed.to_owned(), actual: actual.unwrap_or(ModuleInput::LINUX) }),
        _ => {}
    }
    claimed.to_owned()
}
