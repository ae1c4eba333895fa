//! `/v1/modules` and `/v2/modules`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use ramp_core::Endpoint;
use serde::Serialize;
use tokio::sync::oneshot;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::Parameters;
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::http::Refusal;
use crate::played::module::{self, Module, Shown, UploadedModule};
use crate::store::{ActionKind, ModuleRecord, Removed, StoreError};
use crate::upload::{Form, Leftover, Of, new_action};

/// The action that an answer speaks of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Started {
    action_uid: String,
}

refusals!(NoModule: 404 => ["module_not_exist"]);
refusals!(NotTakenByV1:
    400 => [
        "no_module", "invalid_module", "module_exists", "min_redis_pack_version", "unsupported_module_capabilities",
        "os_not_supported", "dependencies_not_supported", "invalid_dependency_data",
    ],
    422 => ["not_evaluated"],
);
refusals!(NotTakenByV2:
    400 => [
        "no_module", "invalid_module", "module_exists", "min_redis_pack_version", "unsupported_module_capabilities",
        "os_not_supported", "invalid_dependency_data",
    ],
    404 => ["dependency_not_found"],
    422 => ["not_evaluated"],
    500 => ["get_dependency_failed"],
);
refusals!(NotDeletedByV1: 404 => ["module_delete_failed"], 406 => ["dependencies_not_supported", "module_in_use"]);
refusals!(NotDeletedByV2: 404 => ["module_delete_failed"], 406 => ["module_in_use"]);

/// Lists the modules.
#[utoipa::path(
    get, path = "/v1/modules", operation_id = "list_modules", tag = "modules",
    responses((status = 200, description = "The objects", body = Vec<Module>))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let list = app.listing.modules(&app.asking, app.cluster.release).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], list))
}

/// Shows a module.
#[utoipa::path(
    get, path = "/v1/modules/{uid}", operation_id = "show_module", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses((status = 200, description = "The object", body = Module), NoModule)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Shown>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let module = find(&app, &uid).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "module_not_exist", "Module does not exist", format!("no module {uid}"))
    })?;
    Ok(Json(Shown::new(&module, app.cluster.release)?))
}

/// Uploads a module without dependencies. The documentation has no row for success; its object is answered.
#[utoipa::path(
    post, path = "/v1/modules", operation_id = "upload_v1", tag = "modules",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 200, description = "The object", body = Module), NotTakenByV1)
)]
pub(super) async fn upload_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    upload(app, caller, request, Endpoint::V1).await
}

/// Uploads a module, with its dependencies; the object has an `action_uid`.
#[utoipa::path(
    post, path = "/v2/modules", operation_id = "upload_v2", tag = "modules",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 200, description = "The object", body = UploadedModule), NotTakenByV2)
)]
pub(super) async fn upload_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Shown>, Refusal> {
    upload(app, caller, request, Endpoint::V2).await
}

async fn upload(app: Arc<App>, caller: Caller, request: Request, endpoint: Endpoint) -> Result<Json<Shown>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateCluster, request).await?;
    let received = app.receiving.receive(request, endpoint).await?;
    // Dropped with this, also where the client goes away.
    let (_here, asker) = oneshot::channel();
    let release = app.cluster.release;
    let work = tokio::spawn(async move { app.intake.module(&received, endpoint, asker).await });
    let stored = work.await.map_err(|_| ServerError::Task)??;
    let module = Shown::new(&stored.module, release)?;
    Ok(Json(if endpoint == Endpoint::V2 { module.with_action(stored.action_uid) } else { module }))
}

/// Deletes a module without dependencies.
#[utoipa::path(
    delete, path = "/v1/modules/{uid}", operation_id = "delete_v1", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses((status = 200, description = "It is deleted"), NotDeletedByV1)
)]
pub(super) async fn delete_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::UpdateCluster)?;
    let module = find(&app, &uid).await?.ok_or_else(|| nonexistent(&uid))?;
    let metadata = module::metadata(&module)?;
    if metadata.get("dependencies").and_then(|list| list.as_object()).is_some_and(|list| !list.is_empty()) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "dependencies_not_supported",
            "You can use the following API endpoint to delete this module with its dependencies: /v2/modules/<uid>",
            format!("DELETE /v2/modules/{uid} deletes it"),
        ));
    }
    remove(&app, &uid).await.map(|_| StatusCode::OK)
}

/// Deletes a module, with its dependencies; answers an `action_uid`.
#[utoipa::path(
    delete, path = "/v2/modules/{uid}", operation_id = "delete_v2", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses((status = 200, description = "It is deleted", body = Started), NotDeletedByV2)
)]
pub(super) async fn delete_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Started>, Refusal> {
    caller.must(Permission::UpdateCluster)?;
    remove(&app, &uid).await.map(|action_uid| Json(Started { action_uid }))
}

/// Takes a module out of the catalogue, then its blobs away; the uid of the action.
pub(super) async fn remove(app: &Arc<App>, uid: &str) -> Result<String, Refusal> {
    let action = new_action(ActionKind::Deletion, uid)?;
    let action_uid = action.action_uid.clone();
    let (app, uid) = (Arc::clone(app), uid.to_owned());
    // On a task of its own: a client that goes away does not stop it half way.
    let work = tokio::spawn(async move {
        app.must_have_storage().await?;
        let asked = uid.clone();
        let blobs = match app.ask(move |store| store.remove(&asked, Some(&action))).await? {
            Removed::Done(blobs) => blobs,
            Removed::Unknown => return Err(nonexistent(&uid)),
            Removed::InUse(databases) => return Err(Refusal::in_use(&format!("module {uid}"), &databases)),
        };
        for blob in blobs {
            app.leftovers.clear(Leftover { of: Of::Nobody, blob }).await;
        }
        tracing::info!(uid, "deleted");
        Ok(())
    });
    work.await.map_err(|_| ServerError::Task)?.map(|()| action_uid)
}

async fn find(app: &Arc<App>, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
    let uid = uid.to_owned();
    app.ask(move |store| store.module(&uid)).await
}

/// What deleting a module that is not there answers. The code was observed on a cluster of 8.0.10.
fn nonexistent(uid: &str) -> Refusal {
    Refusal::new(
        StatusCode::NOT_FOUND,
        "module_delete_failed",
        "Attempting to delete a nonexistent module",
        format!("no module {uid}"),
    )
}
