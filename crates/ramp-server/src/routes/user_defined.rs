//! `/v2/modules/user-defined`: the object of a module, before its artifacts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use ramp_core::{Endpoint, UploadErrorCode};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::guard::Caller;
use super::modules;
use super::parameters::Parameters;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;
use crate::object::Module;
use crate::openapi::refusals;
use crate::store::{ModuleRecord, NewModule};
use crate::{body, ids, intake, object};

/// What the body must contain; it may contain more.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked field by field")]
pub(super) struct Definition {
    module_name: String,
    /// major × 10000 + minor × 100 + patch; not zero.
    version: i64,
    semantic_version: String,
    display_name: String,
    commands: Vec<Map<String, Value>>,
    command_line_args: String,
    capabilities: Vec<String>,
    min_redis_version: String,
}

refusals!(NotDefined: 403 => ["modules_upload_disabled"], 406 => ["invalid_module", "module_exists"]);
refusals!(NotDeleted: 404 => ["module_delete_failed"], 406 => ["module_in_use"]);

/// The fields that the body must contain, and what each must be.
const REQUIRED: [(&str, Kind); 8] = [
    ("module_name", Kind::String),
    ("version", Kind::Integer),
    ("semantic_version", Kind::String),
    ("display_name", Kind::String),
    ("commands", Kind::Objects),
    ("command_line_args", Kind::String),
    ("capabilities", Kind::Strings),
    ("min_redis_version", Kind::String),
];

#[derive(Debug, Clone, Copy)]
enum Kind {
    String,
    Integer,
    Strings,
    Objects,
}

impl Kind {
    fn fits(self, value: &Value) -> bool {
        match self {
            Self::String => value.is_string(),
            Self::Integer => integer(value).is_some(),
            Self::Strings => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
            Self::Objects => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Strings => "an array of strings",
            Self::Objects => "an array of objects",
        }
    }
}

/// Lists the modules.
#[utoipa::path(
    get, path = "/v2/modules/user-defined", operation_id = "list_definitions", tag = "modules",
    responses((status = 200, description = "The objects", body = Vec<Module>))
)]
pub(super) async fn list(app: State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    modules::list(app, caller).await
}

/// Shows a module.
#[utoipa::path(
    get, path = "/v2/modules/user-defined/{uid}", operation_id = "show_definition", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses((status = 200, description = "The object", body = Module), modules::NoModule)
)]
pub(super) async fn show(app: State<Arc<App>>, caller: Caller, uid: Parameters<1>) -> Result<Json<Value>, Refusal> {
    modules::show(app, caller, uid).await
}

/// Makes the object of a module, whose artifact is uploaded to each node.
#[utoipa::path(
    post, path = "/v2/modules/user-defined", operation_id = "define_module", tag = "modules",
    request_body(content = Definition, content_type = "application/json"),
    responses((status = 200, description = "The object", body = Module), NotDefined)
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let request = caller.must_to_send(Permission::ManageClusterModules, request).await?;
    super::must_take_uploads(&app).await?;
    let body = body::small(&app, request).await?;
    let metadata: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|err| invalid(format!("the body is no JSON object: {err}")))?;
    let (module_name, version) = check(&metadata)?;
    let module = NewModule { uid: ids::uid()?, module_name, version, metadata: Value::Object(metadata) };
    let NewModule { uid, module_name, metadata, .. } = module.clone();
    if !app.ask(move |store| store.define(&module)).await? {
        let description = format!("the cluster has `{module_name}` in version {version}");
        return Err(Refusal::upload(UploadErrorCode::ModuleExists, Endpoint::UserDefined, description));
    }
    tracing::info!(module = module_name, version, uid, "defined");
    let record = ModuleRecord { uid, module_name, version, metadata, builds: Vec::new() };
    Ok(Json(object::module(&record, &app.release.name)))
}

/// Deletes the object of a module; the artifacts stay.
#[utoipa::path(
    delete, path = "/v2/modules/user-defined/{uid}", operation_id = "delete_definition", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses((status = 200, description = "It is deleted"), NotDeleted)
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::ManageClusterModules)?;
    modules::remove(&app, &uid).await.map(|_| StatusCode::OK)
}

/// Name and version of an object that has all it must.
fn check(metadata: &Map<String, Value>) -> Result<(String, i64), Refusal> {
    for (field, kind) in REQUIRED {
        match metadata.get(field) {
            None | Some(Value::Null) => return Err(invalid(format!("`{field}` is missing"))),
            Some(value) if !kind.fits(value) => return Err(invalid(format!("`{field}` is not {}", kind.name()))),
            Some(_) => {}
        }
    }
    let name = metadata.get("module_name").and_then(Value::as_str).unwrap_or_default();
    if let Some(what) = intake::bad_name(name) {
        return Err(invalid(format!("`module_name` {what}")));
    }
    match metadata.get("version").and_then(integer) {
        Some(version) if version != 0 => Ok((name.to_owned(), version)),
        _ => Err(invalid("`version` is zero".to_owned())),
    }
}

/// An integer, also in the form `80400.0` that the reference packer writes.
fn integer(value: &Value) -> Option<i64> {
    /// Beyond this not every integer is a float.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = value.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT);
    #[expect(clippy::cast_possible_truncation, reason = "it has no fraction, and fits")]
    value.as_i64().or_else(|| float.map(|float| float as i64))
}

fn invalid(description: String) -> Refusal {
    Refusal::upload(UploadErrorCode::InvalidModule, Endpoint::UserDefined, description)
}
