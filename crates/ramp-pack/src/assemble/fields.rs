//! The fields of metadata while it is being made.

use super::error::{AssembleError, ClaimedBy, PackWarning};
use super::{Inputs, ModuleInput};
use crate::manifest::{KEYS, Manifest};
use crate::options::Options;
use crate::value;
use ramp_core::metadata::{Kind, Value};

pub(super) const MIN_REDIS_VERSION: &str = "4.0";
pub(super) const MIN_REDIS_PACK_VERSION: &str = "5.2";
pub(super) const COMPATIBLE_REDIS_VERSION: &str = "7.4";

/// Members, each key once.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Value)>);

impl Fields {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(super) fn set(&mut self, key: &str, value: Value) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, place)) => *place = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    pub(super) fn remove(&mut self, key: &str) -> Option<Value> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    /// The items of a list; a null, which YAML makes of nothing, is an empty one.
    pub(super) fn list(&self, key: &str) -> Result<Vec<Value>, AssembleError> {
        match self.get(key) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items.clone()),
            Some(other) => Err(wrong_type(key, "a list", other.kind())),
        }
    }

    pub(super) fn into_value(self) -> Result<Value, AssembleError> {
        value::object(self.0.iter().map(|(key, value)| (key.as_str(), value))).ok_or(AssembleError::TooDeep)
    }
}

pub(super) fn wrong_type(field: impl Into<String>, expected: &'static str, found: Kind) -> AssembleError {
    AssembleError::Type { field: field.into(), expected, found }
}

/// The reference's defaults, then the manifest, then the options.
pub(super) fn layered(inputs: &Inputs<'_>) -> Fields {
    let mut fields = Fields::default();
    for key in [
        "module_name",
        "display_name",
        "capability_name",
        "author",
        "email",
        "description",
        "homepage",
        "license",
        "command_line_args",
        "config_command",
        "speedb_git_sha",
    ] {
        fields.set(key, value::string(""));
    }
    for key in [
        "capabilities",
        "dependencies",
        "optional-dependencies",
        "commands",
        "exclude_commands",
        "overide_command",
        "add_command",
    ] {
        fields.set(key, Value::Array(Vec::new()));
    }
    fields.set("min_redis_version", value::string(MIN_REDIS_VERSION));
    fields.set("min_redis_pack_version", value::string(MIN_REDIS_PACK_VERSION));
    fields.set("compatible_redis_version", value::string(COMPATIBLE_REDIS_VERSION));
    fields.set("bigstore_version_2_support", Value::Bool(false));
    fields.set("ramp_format_version", value::integer(1));
    fields.set("crdb", value::empty_object());
    fields.set("module_file", value::string(&inputs.module.file_name));
    fields.set("operating_systems", value::strings(inputs.operating_systems));
    for (key, value, _) in &inputs.manifest.entries {
        if KEYS.contains(&key.as_str()) {
            fields.set(key, value.clone());
        }
    }
    // Only the run-time ones of the command line stay in the metadata.
    fields.remove("run_command_line_args");
    fields.remove("redis_args");
    apply(&mut fields, inputs.options);
    fields
}

/// Sets what the options say.
pub(super) fn apply(fields: &mut Fields, options: &Options) {
    for (key, text) in options.texts() {
        if let Some(text) = text {
            fields.set(key, value::string(text));
        }
    }
    if let Some(args) = &options.run_command_line_args {
        fields.set("run_command_line_args", value::string(args));
    }
    if let Some(support) = options.bigstore_version_2_support {
        fields.set("bigstore_version_2_support", Value::Bool(support));
    }
    for (key, list) in [
        ("operating_systems", &options.operating_systems),
        ("capabilities", &options.capabilities),
        ("exclude_commands", &options.exclude_commands),
    ] {
        if !list.is_empty() {
            fields.set(key, value::strings(list));
        }
    }
    for (key, list) in [
        ("overide_command", &options.overide_command),
        ("add_command", &options.add_command),
        ("dependencies", &options.dependencies),
        ("optional-dependencies", &options.optional_dependencies),
    ] {
        if !list.is_empty() {
            fields.set(key, Value::Array(list.clone()));
        }
    }
}

/// Notes the versions that are defaults because nobody set them.
pub(super) fn note_defaults(manifest: &Manifest, options: &Options, warnings: &mut Vec<PackWarning>) {
    for (field, value, option) in [
        ("compatible_redis_version", COMPATIBLE_REDIS_VERSION, &options.compatible_redis_version),
        ("min_redis_version", MIN_REDIS_VERSION, &options.min_redis_version),
        ("min_redis_pack_version", MIN_REDIS_PACK_VERSION, &options.min_redis_pack_version),
    ] {
        if option.is_none() && manifest.get(field).is_none() {
            warnings.push(PackWarning::Default { field, value });
        }
    }
}

/// What somebody says of a field: the command line, else the manifest.
fn claim<'a>(
    field: &str,
    option: Option<&'a str>,
    manifest: &'a Manifest,
) -> Result<Option<(ClaimedBy, &'a str)>, AssembleError> {
    match (option, manifest.get(field)) {
        (Some(text), _) => Ok(Some((ClaimedBy::Option, text))),
        (None, Some(Value::String(text))) => Ok(Some((ClaimedBy::Manifest, text))),
        (None, None | Some(Value::Null)) => Ok(None),
        (None, Some(other)) => Err(wrong_type(field, "a string", other.kind())),
    }
}

/// The module's architecture, in the spelling of clusters.
pub(super) fn architecture(inputs: &Inputs<'_>, warnings: &mut Vec<PackWarning>) -> Result<String, AssembleError> {
    let claim = claim("architecture", inputs.options.architecture.as_deref(), inputs.manifest)?;
    let actual = inputs.module.architecture.map(|architecture| architecture.as_str().into_owned());
    let Some((by, claimed)) = claim else { return actual.ok_or(AssembleError::NoArchitecture) };
    let written = match claimed.to_ascii_lowercase().as_str() {
        "amd64" | "x64" | "x86-64" => "x86_64",
        "arm64" | "arm64v8" => "aarch64",
        "ppc64el" => "ppc64le",
        "i686" | "i586" | "x86" => "i386",
        _ => claimed,
    };
    if let Some(actual) = actual.filter(|actual| actual != written) {
        return Err(AssembleError::Architecture { by, claimed: claimed.to_owned(), actual });
    }
    if written != claimed {
        let written = written.to_owned();
        warnings.push(PackWarning::ArchitectureSpelling { claimed: claimed.to_owned(), written });
    }
    Ok(written.to_owned())
}

/// The kind of system the module is for.
pub(super) fn os(inputs: &Inputs<'_>, warnings: &mut Vec<PackWarning>) -> Result<String, AssembleError> {
    let actual = inputs.module.os;
    let Some((by, claimed)) = claim("os", inputs.options.os.as_deref(), inputs.manifest)? else {
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
        (None, _) => warnings.push(PackWarning::OsName { claimed: claimed.to_owned() }),
        _ => {}
    }
    Ok(claimed.to_owned())
}
