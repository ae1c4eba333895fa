//! From all that is known to metadata: defaults < manifest < options < the module itself < options once more.

mod assembled;
mod commands;
mod dependencies;
mod error;
mod fields;
mod inputs;
mod launch;

pub use assembled::{Assembled, EmbeddedDependency};
pub use error::{AssembleError, ClaimedBy, PackWarning, Unused};
pub use inputs::{Inputs, ModuleInput};
pub use launch::{Launch, launch, launch_all};

use crate::manifest::Manifest;
use ramp_core::metadata::json::MAX_DEPTH;
use ramp_core::metadata::{Value, python};
use ramp_core::version;

/// Makes metadata.
///
/// # Errors
///
/// [`AssembleError`] if what is claimed contradicts the module, or a field cannot be worked with.
///
/// ```
/// use ramp_core::module::{Architecture, Discovery};
/// use ramp_pack::{Inputs, ModuleInput, Options, assemble, manifest::Manifest};
///
/// let module = ModuleInput {
///     file_name: "hello.so".into(),
///     sha256: "00ff".into(),
///     architecture: Some(Architecture::Aarch64),
///     os: Some(ModuleInput::LINUX),
/// };
/// let manifest = Manifest::read(b"compatible_redis_version: \"7.2\"\n")?;
/// let mut options = Options::default();
/// options.set("module_name", "hi")?;
/// let discovery = Discovery { module_name: "hello".into(), version: 10203, commands: vec![] };
/// let assembled = assemble(&Inputs::new(&module, &manifest, &options, &discovery))?;
/// let field = |key| assembled.metadata.get(key).unwrap().to_string();
/// assert_eq!(field("module_name"), r#""hi""#);
/// assert_eq!(field("version"), "10203");
/// assert_eq!(field("semantic_version"), r#""1.2.3""#);
/// assert_eq!(field("architecture"), r#""aarch64""#);
/// assert_eq!(assembled.warnings[0].to_string(), "`min_redis_version` is not set; its default is 4.0");
/// let last = assembled.warnings.last().unwrap().to_string();
/// assert_eq!(last, "`module_name` is \"hi\", as the option says; the module itself says \"hello\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assemble(inputs: &Inputs<'_>) -> Result<Assembled, AssembleError> {
    let (assembled, errors) = assemble_all(inputs);
    errors.into_iter().next().map_or(Ok(assembled), Err)
}

/// Makes metadata, as [`assemble()`] does, and finds everything that keeps it from being made: where there is something, the metadata is
/// not to be packed, but what is in it can be judged. What cannot be worked with is left out of it.
pub fn assemble_all(inputs: &Inputs<'_>) -> (Assembled, Vec<AssembleError>) {
    let Inputs { module, manifest, options, discovery, git_sha, .. } = *inputs;
    let (mut warnings, mut errors) = (Vec::new(), Vec::new());
    fields::note_defaults(manifest, options, &mut warnings);
    let mut fields = fields::layered(inputs);
    fields.insert("architecture", fields::architecture(inputs, &mut warnings, &mut errors));
    fields.insert("os", fields::os(inputs, &mut warnings, &mut errors));
    let module_file = fields::module_file(&fields, inputs, &mut warnings, &mut errors);
    fields.insert("module_file", module_file);

    let version = options.module_version.unwrap_or(discovery.version);
    let semantic = version::of_number(version).map(|semantic| semantic.to_string());
    if semantic.is_none() {
        errors.push(AssembleError::NegativeVersion { version });
    }
    let name = options.text("module_name").unwrap_or(&discovery.module_name);
    let of_options = [
        ("module_name", options.text("module_name").map(Value::from), Value::from(discovery.module_name.as_str())),
        ("version", options.module_version.map(Value::from), Value::from(discovery.version)),
    ];
    // What was not asked has no name.
    for (field, given, said) in of_options.into_iter().filter(|_| !discovery.module_name.is_empty()) {
        // What is no name is told where the bundle is judged, with what went wrong.
        let is_name = |given: &Value| given.as_str().is_none_or(|name| !name.is_empty() && !name.starts_with('-'));
        if let Some(given) = given.filter(|given| *given != said && is_name(given)) {
            let (given, module) = (given.to_string(), said.to_string());
            warnings.push(PackWarning::NotOfModule { field, given, module });
        }
    }
    for (field, counts) in [
        ("module_name", Value::from(name)),
        ("version", version.into()),
        ("semantic_version", semantic.unwrap_or_default().into()),
        ("sha256", module.sha256.as_str().into()),
    ] {
        overrule(field, manifest, &counts, &mut warnings);
        fields.insert(field, counts);
    }

    let commands = commands::commands(&fields, discovery, &mut warnings, &mut errors);
    fields.insert("commands", commands);
    let (normal, dependencies) = dependencies::normalise("dependencies", fields.get("dependencies"), &mut errors);
    fields.insert("dependencies", normal);
    let optional = fields.get("optional-dependencies");
    let optional = dependencies::normalise_optional(optional, &mut warnings, &mut errors);
    fields.insert("optional-dependencies", optional);
    if let Some(sha) = git_sha {
        fields.insert("git_sha", sha);
    }
    let metadata = Value::Object(fields);
    if metadata.depth() > MAX_DEPTH {
        errors.push(AssembleError::TooDeep);
    }
    (Assembled { metadata, warnings, dependencies }, errors)
}

/// Notes that the manifest says something else than what counts.
fn overrule(field: &'static str, manifest: &Manifest, counts: &Value, warnings: &mut Vec<PackWarning>) {
    // Nothing after a key says nothing.
    let Some(given) = manifest.get(field).filter(|given| **given != Value::Null) else { return };
    if python::str(given) != python::str(counts) {
        let (manifest, module) = (given.to_string(), counts.to_string());
        warnings.push(PackWarning::Overruled { field, manifest, module });
    }
}
