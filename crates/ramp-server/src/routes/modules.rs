//! `/v1/modules` and `/v2/modules`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use ramp_core::Endpoint;
use serde::Serialize;
use tokio::sync::oneshot;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, Questions, fields};
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::http::{Refusal, note_module};
use crate::played::action;
use crate::played::module::{self, Module, ModuleView, Shown, UploadedModule};
use crate::store::{ActionKind, ActionObject, ModuleRecord, Removed, StoreError};
use crate::upload::{Form, Leftover, Of, Purpose};

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
    503 => ["too_many_bundles"],
);
refusals!(NotTakenByV2:
    400 => [
        "no_module", "invalid_module", "module_exists", "min_redis_pack_version", "unsupported_module_capabilities",
        "os_not_supported", "invalid_dependency_data",
    ],
    404 => ["dependency_not_found"],
    422 => ["not_evaluated"],
    500 => ["get_dependency_failed"],
    503 => ["too_many_bundles"],
);
refusals!(NotDeletedByV1: 404 => ["module_delete_failed"], 406 => ["dependencies_not_supported", "module_delete_failed", "module_in_use"]);
refusals!(NotDeletedByV2: 404 => ["module_delete_failed"], 406 => ["module_delete_failed", "module_in_use"]);

/// Lists the modules.
#[utoipa::path(
    get, path = "/v1/modules", operation_id = "list_modules", tag = "modules",
    params(("fields" = Option<String>, Query, description = "The fields to answer, separated by commas")),
    responses((status = 200, description = "The objects", body = Vec<ModuleView>))
)]
pub(super) async fn list(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
) -> Result<Response, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let release = app.cluster.release;
    let asked = fields(&questions);
    if asked.is_all() {
        let list = app.listing.modules(&app.asking, release).await?;
        return Ok(([(header::CONTENT_TYPE, "application/json")], list).into_response());
    }
    let list = app.ask(move |store| {
        let shown = |module| Ok(Shown::new(module, release)?.with_fields(asked.clone()));
        store.modules()?.iter().map(shown).collect::<Result<Vec<_>, StoreError>>()
    });
    Ok(Json(list.await?).into_response())
}

/// Shows a module.
#[utoipa::path(
    get, path = "/v1/modules/{uid}", operation_id = "show_module", tag = "modules",
    params(
        ("uid" = String, Path, description = "The module's `uid`"),
        ("fields" = Option<String>, Query, description = "The fields to answer, separated by commas"),
    ),
    responses((status = 200, description = "The object", body = ModuleView), NoModule)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
    questions: Questions,
) -> Result<Json<Shown>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let module = find(&app, &uid).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "module_not_exist", "Module does not exist", format!("no module {uid}"))
    })?;
    Ok(Json(Shown::new(&module, app.cluster.release)?.with_fields(fields(&questions))))
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
    let received = app.receive(request, endpoint, Purpose::Upload, caller.uid()).await?;
    // Dropped with this, also where the client goes away.
    let (_here, asker) = oneshot::channel();
    let release = app.cluster.release;
    let work = tokio::spawn(async move { app.intake.module(&received, endpoint, asker).await }.in_current_span());
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
    let module = deletable(&app, &uid).await?;
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
    delete(&app, &uid).await.map(|action_uid| Json(Started { action_uid }))
}

/// Deletes the module of that uid; the uid of the action.
pub(super) async fn delete(app: &Arc<App>, uid: &str) -> Result<String, Refusal> {
    deletable(app, uid).await?;
    remove(app, uid).await
}

/// Takes a module out of the catalogue, then its blobs away; the uid of the action.
async fn remove(app: &Arc<App>, uid: &str) -> Result<String, Refusal> {
    let action = action::done(ActionKind::Deletion, ActionObject::Module(uid.to_owned()))?;
    let action_uid = action.action_uid.clone();
    let (app, uid) = (Arc::clone(app), uid.to_owned());
    // On a task of its own: a client that goes away does not stop it half way.
    let work = async move {
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
    };
    tokio::spawn(work.in_current_span()).await.map_err(|_| ServerError::Task)?.map(|()| action_uid)
}

/// The module of that uid, which the request is about then.
async fn find(app: &Arc<App>, uid: &str) -> Result<Option<ModuleRecord>, StoreError> {
    let uid = uid.to_owned();
    let found = app.ask(move |store| store.module(&uid)).await?;
    if let Some(module) = &found {
        note_module(&module.module_name, module.version);
    }
    Ok(found)
}

/// The module of that uid, unless it came with the cluster. What a cluster answers then is not documented; the code is that of a deletion
/// that fails, with the status of one that is not allowed.
async fn deletable(app: &Arc<App>, uid: &str) -> Result<ModuleRecord, Refusal> {
    let module = find(app, uid).await?.ok_or_else(|| nonexistent(uid))?;
    if module.is_bundled {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "module_delete_failed",
            "A module that comes with the cluster cannot be deleted",
            format!("module {uid} is bundled"),
        ));
    }
    Ok(module)
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
