//! `/v2/modules/user-defined`: the object of a module, before its artifacts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use ramp_core::Endpoint;

use super::guard::Caller;
use super::modules;
use super::openapi::refusals;
use super::parameters::{Parameters, Questions};
use crate::app::App;
use crate::auth::Permission;
use crate::http::{Refusal, body, note_module};
use crate::ids;
use crate::played::definition::Definition;
use crate::played::module::{Module, ModuleView, Shown};
use crate::store::{ModuleRecord, NewModule};

refusals!(NotDefined: 403 => ["modules_upload_disabled"], 406 => ["invalid_module", "module_exists"]);
refusals!(NotDeleted: 404 => ["module_delete_failed"], 406 => ["module_delete_failed", "module_in_use"]);

/// Lists the modules.
#[utoipa::path(
    get, path = "/v2/modules/user-defined", operation_id = "list_definitions", tag = "modules",
    params(("fields" = Option<String>, Query, description = "The fields to answer, separated by commas")),
    responses((status = 200, description = "The objects", body = Vec<ModuleView>))
)]
pub(super) async fn list(app: State<Arc<App>>, caller: Caller, questions: Questions) -> Result<Response, Refusal> {
    modules::list(app, caller, questions).await
}

/// Shows a module.
#[utoipa::path(
    get, path = "/v2/modules/user-defined/{uid}", operation_id = "show_definition", tag = "modules",
    params(
        ("uid" = String, Path, description = "The module's `uid`"),
        ("fields" = Option<String>, Query, description = "The fields to answer, separated by commas"),
    ),
    responses((status = 200, description = "The object", body = ModuleView), modules::NoModule)
)]
pub(super) async fn show(
    app: State<Arc<App>>,
    caller: Caller,
    uid: Parameters<1>,
    questions: Questions,
) -> Result<Json<Shown>, Refusal> {
    modules::show(app, caller, uid, questions).await
}

/// Creates the object of a module, whose artifact is uploaded to each node.
#[utoipa::path(
    post, path = "/v2/modules/user-defined", operation_id = "define_module", tag = "modules",
    request_body(content = Definition, content_type = "application/json"),
    responses((status = 200, description = "The object", body = Module), NotDefined)
)]
pub(super) async fn create(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::ManageClusterModules, request).await?;
    app.must_take_uploads().await?;
    let definition = Definition::read(&body::small(&app.limits, request).await?)?;
    let Definition { module_name, version, metadata } = definition;
    note_module(&module_name, version);
    let module = NewModule { uid: ids::uid()?, module_name, version, metadata };
    let NewModule { uid, module_name, metadata, .. } = module.clone();
    if !app.ask(move |store| store.define(&module)).await? {
        return Err(Refusal::module_exists(Endpoint::UserDefined, &module_name, version));
    }
    tracing::info!(uid, "defined");
    let record = ModuleRecord { uid, module_name, version, metadata, builds: Vec::new(), is_bundled: false };
    Ok(Json(Shown::new(&record, app.cluster.release)?))
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
    modules::delete(&app, &uid).await.map(|_| StatusCode::OK)
}
