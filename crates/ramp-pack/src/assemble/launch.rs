//! How the module is to be loaded when it is asked.

use super::error::AssembleError;
use crate::manifest::Manifest;
use crate::options::Options;
use ramp_core::metadata::{Value, fields, python};

/// What the module is to be loaded with, to be asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Launch {
    /// The module's arguments, as they were given: [`expand`](crate::expand::expand) has yet to see them.
    pub module_args: String,
    /// The field that they are from: `run_command_line_args` or `command_line_args`.
    pub module_args_field: &'static str,
    /// The server's settings.
    pub redis_args: Vec<(String, String)>,
    /// The Redis versions that its metadata will say it is for, as they are written: `compatible_redis_version`, which databases go by,
    /// and `min_redis_version`.
    pub redis_versions: Vec<String>,
}

/// What the module is to be loaded with: `run_command_line_args` if it is set and not empty, else `command_line_args`.
///
/// A manifest may have a number or a truth value there: it is written as Python writes it.
///
/// # Errors
///
/// [`AssembleError::Type`] if they are lists or mappings, or `redis_args` is not a mapping to plain values.
///
/// ```
/// use ramp_pack::{Options, launch, manifest::Manifest};
///
/// let manifest = Manifest::read(b"command_line_args: A 1\nredis_args: {maxmemory: 1gb, databases: 4}\n").unwrap();
/// let launch = launch(&manifest, &Options::default())?;
/// assert_eq!(launch.module_args, "A 1");
/// assert_eq!(launch.redis_args[1], ("databases".to_owned(), "4".to_owned()));
/// assert_eq!(launch.redis_versions, ["7.4", "4.0"], "the defaults");
/// # Ok::<(), ramp_pack::AssembleError>(())
/// ```
pub fn launch(manifest: &Manifest, options: &Options) -> Result<Launch, AssembleError> {
    let (launch, errors) = launch_all(manifest, options);
    errors.into_iter().next().map_or(Ok(launch), Err)
}

/// What the module is to be loaded with, as [`launch()`] finds it, without what cannot be; and everything that is wrong.
pub fn launch_all(manifest: &Manifest, options: &Options) -> (Launch, Vec<AssembleError>) {
    let mut errors = Vec::new();
    let run = options.get("run_command_line_args").or_else(|| manifest.get("run_command_line_args"));
    let is_set = run.is_some_and(python::is_truthy);
    let module_args_field = if is_set { "run_command_line_args" } else { "command_line_args" };
    let module_args = match (options.text(module_args_field), manifest.get(module_args_field)) {
        (Some(text), _) => text.to_owned(),
        (None, Some(Value::String(text))) => text.clone(),
        (None, None | Some(Value::Null)) => String::new(),
        (None, Some(value @ (Value::Number(_) | Value::Bool(_)))) => python::str(value),
        (None, Some(other)) => {
            errors.push(AssembleError::wrong_type(module_args_field, "a string", other));
            String::new()
        }
    };
    let mut redis_args = Vec::new();
    match options.get("redis_args").or_else(|| manifest.get("redis_args")) {
        None | Some(Value::Null) => {}
        Some(Value::Object(object)) => {
            for (key, value) in object.iter() {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(_) => python::str(value),
                    Value::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                    other => {
                        let field = format!("redis_args/{key}");
                        errors.push(AssembleError::wrong_type(field, "a string or a number", other));
                        continue;
                    }
                };
                redis_args.push((key.to_owned(), text));
            }
        }
        Some(other) => errors.push(AssembleError::wrong_type("redis_args", "a mapping", other)),
    }
    // Whether they make sense is said where the metadata is made.
    let redis_versions = ["compatible_redis_version", "min_redis_version"].into_iter();
    let redis_versions = redis_versions.filter_map(|field| version(field, manifest, options)).collect();
    (Launch { module_args, module_args_field, redis_args, redis_versions }, errors)
}

/// A version as it comes to be in the metadata: by the option, the manifest, or its default.
fn version(field: &str, manifest: &Manifest, options: &Options) -> Option<String> {
    if let Some(text) = options.text(field) {
        return Some(text.to_owned());
    }
    match manifest.get(field) {
        Some(value) => value.as_str().map(str::to_owned),
        None => fields::field(field)?.default.as_ref()?.as_str().map(str::to_owned),
    }
}
