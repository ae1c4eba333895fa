//! `/v2/local/modules/user-defined/artifacts`: the bundles on this node.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use ramp_core::Endpoint;
use serde_json::{Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::leftovers::{self, Leftover};
use crate::{body, incoming, intake};

pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let node = app.owner.clone();
    let artifacts = app.ask(move |store| store.artifacts(&node)).await?;
    let objects = artifacts.into_iter().map(|artifact| {
        json!({
            "module_name": artifact.module_name,
            "version": artifact.version,
            "dependencies": artifact.details,
        })
    });
    Ok(Json(objects.collect()))
}

pub(super) async fn upload(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let request = caller.must_to_send(Permission::ManageClusterModules, request).await?;
    if let Err(refusal) = super::must_take_uploads(&app).await {
        let (head, unread) = request.into_parts();
        body::discard(&head.headers, unread).await;
        return Err(refusal);
    }
    let received = incoming::receive(&app, request, Endpoint::UserDefined).await?;
    let work = tokio::spawn(intake::artifact(app, received));
    work.await.map_err(|_| ServerError::Task)?.map(|()| StatusCode::OK)
}

pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path((module_name, version)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::ManageClusterModules)?;
    let nonexistent = Refusal::new(
        StatusCode::NOT_FOUND,
        "module_delete_failed",
        "Attempting to delete a non-existing module",
        format!("no artifact {module_name} {version} on this node"),
    );
    let Ok(version) = version.parse::<i64>() else { return Err(nonexistent) };
    let work = tokio::spawn(async move {
        let node = app.owner.clone();
        let blob = app.ask(move |store| store.remove_artifact(&module_name, version, &node)).await?;
        let Some(blob) = blob else { return Err(nonexistent) };
        leftovers::clear(&app, Leftover { claim: None, blob }).await;
        Ok(StatusCode::OK)
    });
    work.await.map_err(|_| ServerError::Task)?
}
