//! How the module is to be loaded when it is asked.

use super::error::AssembleError;
use crate::manifest::Manifest;
use crate::options::Options;
use ramp_core::metadata::{Value, python};

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
    /// The Redis versions that it is said to be for, as they are written.
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
/// assert!(launch.redis_versions.is_empty());
/// # Ok::<(), ramp_pack::AssembleError>(())
/// ```
pub fn launch(manifest: &Manifest, options: &Options) -> Result<Launch, AssembleError> {
    let args = |key: &str| match (options.text(key), manifest.get(key)) {
        (Some(text), _) => Ok(text.to_owned()),
        (None, Some(Value::String(text))) => Ok(text.clone()),
        (None, None | Some(Value::Null)) => Ok(String::new()),
        (None, Some(value @ (Value::Number(_) | Value::Bool(_)))) => Ok(python::str(value)),
        (None, Some(other)) => Err(AssembleError::wrong_type(key, "a string", other)),
    };
    let run = options.get("run_command_line_args").or_else(|| manifest.get("run_command_line_args"));
    let is_set = run.is_some_and(python::is_truthy);
    let module_args_field = if is_set { "run_command_line_args" } else { "command_line_args" };
    let module_args = args(module_args_field)?;
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
                        return Err(AssembleError::wrong_type(field, "a string or a number", other));
                    }
                };
                redis_args.push((key.to_owned(), text));
            }
        }
        Some(other) => return Err(AssembleError::wrong_type("redis_args", "a mapping", other)),
    }
    // Whether they make sense is said where the metadata is made.
    let version = |key| options.text(key).map(str::to_owned).or_else(|| manifest.get(key)?.as_str().map(str::to_owned));
    let redis_versions = ["compatible_redis_version", "min_redis_version"].into_iter().filter_map(version).collect();
    Ok(Launch { module_args, module_args_field, redis_args, redis_versions })
}
