//! `/v2/local/modules/user-defined/artifacts`: the bundles on this node.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use ramp_core::Endpoint;
use serde::Serialize;
use tracing::Instrument as _;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, number};
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::http::{Refusal, body, note_module};
use crate::store::{Removed, StoreError, json};
use crate::upload::{Form, Leftover, Of, Purpose};

/// A bundle on this node.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Artifact {
    module_name: String,
    version: i64,
    /// The files under `deps/`.
    dependencies: Vec<String>,
}

/// What is answered to an upload. No body is documented, and clients read JSON: an object with nothing in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Stored {}

refusals!(NotTaken:
    400 => ["no_module"],
    403 => ["modules_upload_disabled"],
    406 => [
        "invalid_module", "module_exists", "unsupported_module_capabilities",
        "os_not_supported", "invalid_dependency_data",
    ],
    422 => ["not_evaluated"],
    503 => ["too_many_bundles"],
);
refusals!(NotDeleted: 404 => ["module_delete_failed"], 406 => ["module_in_use"]);

/// Lists the bundles on this node.
#[utoipa::path(
    get, path = "/v2/local/modules/user-defined/artifacts", operation_id = "list_artifacts", tag = "modules",
    responses((status = 200, description = "The artifacts", body = Vec<Artifact>))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Artifact>>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    let node = app.owner.clone();
    let artifacts = app.ask(move |store| store.artifacts(&node)).await?;
    let objects = artifacts.into_iter().map(|artifact| {
        let dependencies = json::read("artifact", &artifact.details)?;
        Ok(Artifact { module_name: artifact.module_name, version: artifact.version, dependencies })
    });
    Ok(Json(objects.collect::<Result<_, StoreError>>()?))
}

/// Uploads a bundle to this node.
#[utoipa::path(
    post, path = "/v2/local/modules/user-defined/artifacts", operation_id = "upload_artifact", tag = "modules",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 200, description = "It is stored", body = Stored), NotTaken)
)]
pub(super) async fn upload(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Stored>, Refusal> {
    let request = caller.must_to_send(Permission::ManageClusterModules, request).await?;
    if let Err(refusal) = app.must_take_uploads().await {
        body::discard(request).await;
        return Err(refusal);
    }
    let received = app.receive(request, Endpoint::UserDefined, Purpose::Upload, caller.uid()).await?;
    let work = tokio::spawn(async move { app.intake.artifact(&received).await }.in_current_span());
    work.await.map_err(|_| ServerError::Task)?.map(|()| Json(Stored {}))
}

/// Deletes a bundle from this node.
#[utoipa::path(
    delete, path = "/v2/local/modules/user-defined/artifacts/{module_name}/{version}",
    operation_id = "delete_artifact", tag = "modules",
    params(
        ("module_name" = String, Path, description = "Name of the module"),
        ("version" = i64, Path, description = "Its `version`, the number"),
    ),
    responses((status = 200, description = "It is deleted"), NotDeleted)
)]
pub(super) async fn delete(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([module_name, version]): Parameters<2>,
) -> Result<StatusCode, Refusal> {
    caller.must(Permission::ManageClusterModules)?;
    let nonexistent = Refusal::new(
        StatusCode::NOT_FOUND,
        "module_delete_failed",
        "Attempting to delete a non-existing module",
        format!("no artifact {module_name} {version} on this node"),
    );
    let Some(version) = number::<i64>(&version) else { return Err(nonexistent) };
    note_module(&module_name, version);
    let work = async move {
        app.must_have_storage().await?;
        let node = app.owner.clone();
        let what = format!("artifact {module_name} {version}");
        let blob = match app.ask(move |store| store.remove_artifact(&module_name, version, &node)).await? {
            Removed::Done(blob) => blob,
            Removed::Unknown => return Err(nonexistent),
            Removed::InUse(databases) => return Err(Refusal::in_use(&what, &databases)),
        };
        app.leftovers.clear(Leftover { of: Of::Nobody, blob }).await;
        tracing::info!("artifact deleted");
        Ok(StatusCode::OK)
    };
    tokio::spawn(work.in_current_span()).await.map_err(|_| ServerError::Task)?
}
