//! `/v1/modules` and `/v2/modules`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use ramp_core::Endpoint;
use serde_json::{Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::leftovers::{self, Leftover};
use crate::store::{ActionKind, ModuleRecord};
use crate::{incoming, intake, listing, object};

pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let list = listing::modules(&app).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], list))
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let module = find(&app, &uid).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "module_not_exist", "Module does not exist", format!("no module {uid}"))
    })?;
    Ok(Json(object::module(&module, &app.release.name)))
}

/// `POST /v1/modules`: the module alone. The documentation has no row for success; its object is answered.
pub(super) async fn upload_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    upload(app, caller, request, Endpoint::V1).await
}

/// `POST /v2/modules`: with dependencies; the object has an `action_uid`.
pub(super) async fn upload_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    upload(app, caller, request, Endpoint::V2).await
}

async fn upload(app: Arc<App>, caller: Caller, request: Request, endpoint: Endpoint) -> Result<Json<Value>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateCluster, request).await?;
    let received = incoming::receive(&app, request, endpoint).await?;
    let work = tokio::spawn(intake::module(Arc::clone(&app), received, endpoint));
    let stored = work.await.map_err(|_| ServerError::Task)??;
    let mut answer = object::module(&stored.module, &app.release.name);
    if let (Endpoint::V2, Value::Object(fields)) = (endpoint, &mut answer) {
        fields.insert("action_uid".to_owned(), stored.action_uid.into());
    }
    Ok(Json(answer))
}

/// `DELETE /v1/modules/{uid}`: 406 for a module with dependencies, which v2 takes.
pub(super) async fn delete_v1(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::UpdateCluster)?;
    let module = find(&app, &uid).await?.ok_or_else(|| nonexistent(&uid))?;
    if module.metadata.get("dependencies").and_then(Value::as_object).is_some_and(|d| !d.is_empty()) {
        return Err(Refusal::new(
            StatusCode::NOT_ACCEPTABLE,
            "dependencies_not_supported",
            "You can use the following API endpoint to delete this module with its dependencies: /v2/modules/<uid>",
            format!("DELETE /v2/modules/{uid} deletes it"),
        ));
    }
    remove(&app, &uid).await.map(|_| StatusCode::OK)
}

/// `DELETE /v2/modules/{uid}`: answers an `action_uid`.
pub(super) async fn delete_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::UpdateCluster)?;
    remove(&app, &uid).await.map(|action_uid| Json(json!({"action_uid": action_uid})))
}

/// Takes a module out of the catalogue, then its blobs away; the uid of the action.
pub(super) async fn remove(app: &Arc<App>, uid: &str) -> Result<String, Refusal> {
    let action = intake::new_action(ActionKind::Deletion, uid)?;
    let action_uid = action.action_uid.clone();
    let (app, uid) = (Arc::clone(app), uid.to_owned());
    // On a task of its own: a client that goes away does not stop it half way.
    let work = tokio::spawn(async move {
        let asked = uid.clone();
        let blobs = app.ask(move |store| store.remove(&asked, Some(&action))).await?;
        for blob in blobs.ok_or_else(|| nonexistent(&uid))? {
            leftovers::clear(&app, Leftover { claim: None, blob }).await;
        }
        tracing::info!(uid, "deleted");
        Ok(())
    });
    work.await.map_err(|_| ServerError::Task)?.map(|()| action_uid)
}

async fn find(app: &Arc<App>, uid: &str) -> Result<Option<ModuleRecord>, ServerError> {
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
