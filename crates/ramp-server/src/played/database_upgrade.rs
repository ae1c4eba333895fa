//! What requests say of upgrades of databases and of their modules, and of a module's arguments.

use axum::http::StatusCode;
use ramp_core::databases::{ModuleUpgrade, WantedUpgrade};
use serde_json::Value;
use utoipa::ToSchema;

use super::characters::wrong_arguments;
use super::database_wanted::{given, redis_version, too_many};
use crate::http::{Fields, Refusal};

/// An upgrade; further fields are ignored.
#[derive(Debug, ToSchema)]
#[schema(as = BdbUpgrade)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToUpgrade {
    /// A version that the release has; its newest if not given.
    redis_version: Option<String>,
    /// Whether the version of Redis stays.
    keep_redis_version: Option<bool>,
    /// Whether modules that still fit are upgraded, too; so it is from 7.8 on.
    latest_with_modules: Option<bool>,
    /// Modules whose new version is named.
    modules: Option<Vec<ModuleToUpgrade>>,
}

/// Modules to upgrade.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModulesUpgrade)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModulesToUpgrade {
    modules: Vec<ModuleToUpgrade>,
}

/// A module to upgrade.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModuleUpgrade)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleToUpgrade {
    /// The `uid` of the module that the database uses; or `module_name`.
    current_module: Option<String>,
    module_name: Option<String>,
    /// The `uid` of the module that it is to use.
    new_module: String,
    /// Its arguments; those that it has if not given.
    new_module_args: Option<String>,
}

/// Arguments of modules.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModulesConfig)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ToConfigure {
    modules: Vec<ModuleToConfigure>,
}

/// Arguments of a module.
#[derive(Debug, ToSchema)]
#[schema(as = BdbModuleConfig)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(crate) struct ModuleToConfigure {
    module_name: String,
    /// Without `&`, `<`, `>` and quotes.
    module_args: String,
}

/// Reads the body of an upgrade of a database.
pub(crate) fn upgrade(body: &[u8]) -> Result<WantedUpgrade, Refusal> {
    // "Malformed or bad command"; nothing has to be said.
    let fields = if body.trim_ascii().is_empty() { Fields::default() } else { Fields::read(body).map_err(bad)? };
    let flag = |name: &str| {
        let flag = given(&fields, name)
            .map(|flag| flag.as_bool().ok_or_else(|| bad(format!("`{name}` must be true or false"))));
        flag.transpose()
    };
    Ok(WantedUpgrade {
        redis_version: redis_version(&fields).map_err(bad)?,
        keep_redis_version: flag("keep_redis_version")?.unwrap_or_default(),
        latest_with_modules: flag("latest_with_modules")?,
        modules: given(&fields, "modules").map(steps).transpose()?.unwrap_or_default(),
    })
}

/// Reads the body of an upgrade of modules.
pub(crate) fn modules_upgrade(body: &[u8]) -> Result<Vec<ModuleUpgrade>, Refusal> {
    let fields = Fields::read(body).map_err(bad)?;
    let modules = fields.get("modules").ok_or_else(|| bad("`modules` is missing"))?;
    let steps = steps(modules)?;
    if steps.is_empty() { Err(bad("`modules` is empty")) } else { Ok(steps) }
}

fn steps(modules: &Value) -> Result<Vec<ModuleUpgrade>, Refusal> {
    let modules = modules.as_array().ok_or_else(|| bad("`modules` must be an array of objects"))?;
    if let Some(what) = too_many(modules) {
        return Err(bad(format!("`modules` {what}")));
    }
    modules.iter().enumerate().map(|(index, module)| step(index, module)).collect()
}

fn step(index: usize, module: &Value) -> Result<ModuleUpgrade, Refusal> {
    let at = |field: &str| format!("`modules[{index}].{field}`");
    let text = |field: &str| match module.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        // "args list for the new module"
        Some(Value::Array(parts)) if field == "new_module_args" => {
            let parts: Option<Vec<&str>> = parts.iter().map(Value::as_str).collect();
            parts.map(|parts| Some(parts.join(" "))).ok_or_else(|| bad(format!("{} must have strings", at(field))))
        }
        Some(_) => Err(bad(format!("{} must be a string", at(field)))),
    };
    let current = text("current_module")?.or(text("module_name")?);
    let args = text("new_module_args")?;
    if let Some(what) = args.as_deref().and_then(wrong_arguments) {
        return Err(bad(format!("{} {what}", at("new_module_args"))));
    }
    Ok(ModuleUpgrade {
        current: current.ok_or_else(|| bad(format!("{} is missing", at("current_module"))))?,
        new: text("new_module")?.ok_or_else(|| bad(format!("{} is missing", at("new_module"))))?,
        args,
    })
}

/// Reads the body of a configuration: names and arguments.
pub(crate) fn configuration(body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    let not_an_object = "JSON object received is not a dict object";
    let fields = Fields::read(body).map_err(|err| malformed("invalid_schema", not_an_object, err))?;
    let missing = |what: String| {
        malformed("missing_field", "\"module_name\" or \"module_args\" are not defined in request", what)
    };
    let modules = fields.get("modules").ok_or_else(|| missing("`modules` is missing".to_owned()))?;
    let modules = modules.as_array().ok_or_else(|| {
        malformed("invalid_schema", not_an_object, "`modules` must be an array of objects".to_owned())
    })?;
    if let Some(what) = too_many(modules) {
        return Err(param_error(format!("`modules` {what}")));
    }
    let argument = |(index, module): (usize, &Value)| {
        let text = |field: &str| match module.get(field) {
            None | Some(Value::Null) => Err(missing(format!("`modules[{index}].{field}` is missing"))),
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(param_error(format!("`modules[{index}].{field}` must be a string"))),
        };
        let (name, args) = (text("module_name")?, text("module_args")?);
        match wrong_arguments(&args) {
            Some(what) => Err(param_error(format!("`modules[{index}].module_args` {what}"))),
            None => Ok((name, args)),
        }
    };
    modules.iter().enumerate().map(argument).collect()
}

fn param_error(description: String) -> Refusal {
    malformed("param_error", "\"module_args\" parameter was not parsed properly", description)
}

/// 400. The code is ours: none is documented for it here.
fn bad(description: impl Into<String>) -> Refusal {
    malformed("invalid_schema", "Bad or missing configuration parameters", description.into())
}

fn malformed(code: &'static str, message: &'static str, description: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, code, message, description)
}
