//! `/v1/bootstrap`: whether the node is part of a cluster, and how it gets to be one.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ramp_core::Endpoint;
use serde::Serialize;
use utoipa::ToSchema;

use super::openapi::refusals;
use super::parameters::Parameters;
use crate::app::App;
use crate::bootstrap;
use crate::http::{Refusal, Traced, body};
use crate::played::bootstrap::Status;
use crate::played::configuration::{Action, ToMake, Wanted};
use crate::played::nodes::{self, LocalNode};

/// Under which everybody may ask until there is a cluster.
pub(super) const PATH: &str = "/v1/bootstrap";

/// How far the node is, and what it is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Bootstrapping {
    bootstrap_status: Status,
    local_node_info: LocalNode,
}

/// What is answered where all is well. No body is documented, and clients read JSON: an object with nothing in it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Valid {}

refusals!(NotBegun: 400 => ["invalid_schema"], 409 => ["bootstrap_in_progress"], 501 => ["not_simulated"]);
refusals!(NotValidated: 400 => ["invalid_schema"], 501 => ["not_simulated"]);

/// Shows how far this node is; without authentication until it is part of a cluster.
#[utoipa::path(
    get, path = "/v1/bootstrap", operation_id = "show_bootstrap", tag = "cluster", security((), ("basic" = [])),
    responses((status = 200, description = "The bootstrap status, and the node", body = Bootstrapping))
)]
pub(super) async fn show(State(app): State<Arc<App>>) -> Result<Json<Bootstrapping>, Refusal> {
    let bootstrap_status = app.bootstrap.status(&app.asking).await?;
    let is_part = app.bootstrap.has_cluster(&app.asking).await?;
    let local_node_info = nodes::local(&app.cluster, is_part, app.started.elapsed());
    Ok(Json(Bootstrapping { bootstrap_status, local_node_info }))
}

/// Begins to make a cluster of this node, for whoever asks first; its status says how far that is.
#[utoipa::path(
    post, path = "/v1/bootstrap/{action}", operation_id = "bootstrap", tag = "cluster", security((), ("basic" = [])),
    params(("action" = String, Path, description = "`create_cluster`; `join_cluster` and `recover_cluster` are not simulated")),
    request_body(content = ToMake, content_type = "application/json"),
    responses((status = 200, description = "It has begun"), NotBegun)
)]
pub(super) async fn begin(
    State(app): State<Arc<App>>,
    Parameters([action]): Parameters<1>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let traced = request.extensions().get::<Traced>().cloned();
    let body = body::small(&app.limits, request).await?;
    let action = played(&action)?;
    let wanted = Wanted::read(action, &body, app.cluster.offers(Endpoint::Bootstrap)).map_err(bad)?;
    bootstrap::begin(&app, wanted, traced).await.map(|()| StatusCode::OK)
}

/// Checks what a bootstrap would be asked for, and does nothing.
#[utoipa::path(
    post, path = "/v1/bootstrap/validate/{action}", operation_id = "validate_bootstrap", tag = "cluster", security((), ("basic" = [])),
    params(("action" = String, Path, description = "`create_cluster`; `join_cluster` and `recover_cluster` are not simulated")),
    request_body(content = ToMake, content_type = "application/json"),
    responses(
        (status = 200, description = "It could begin", body = Valid),
        (status = 406, description = "It could not: the state, with `error_code` and `error_details`", body = Status),
        NotValidated
    )
)]
pub(super) async fn validate(
    State(app): State<Arc<App>>,
    Parameters([action]): Parameters<1>,
    request: Request,
) -> Result<Response, Refusal> {
    let body = body::small(&app.limits, request).await?;
    let action = played(&action)?;
    match Wanted::read(action, &body, app.cluster.offers(Endpoint::Bootstrap)) {
        Ok(_) => Ok(Json(Valid {}).into_response()),
        Err(what) => {
            let status = app.bootstrap.status(&app.asking).await?;
            Ok((StatusCode::NOT_ACCEPTABLE, Json(status.objecting("config_error", what))).into_response())
        }
    }
}

/// The action of that name, if it is one that is played.
fn played(name: &str) -> Result<Action, Refusal> {
    match Action::named(name) {
        Some(Action::Create) => Ok(Action::Create),
        Some(action) => Err(Refusal::new(
            StatusCode::NOT_IMPLEMENTED,
            "not_simulated",
            "This server does not simulate the request",
            format!("`{}` is not simulated: there is one server, and it keeps no backups", action.as_str()),
        )),
        None => {
            let actions = "create_cluster, join_cluster and recover_cluster";
            Err(bad(format!("there is no action `{}`; the actions are {actions}", name.escape_debug())))
        }
    }
}

/// 400. The status and the code are ours: none is documented for a bad body.
fn bad(description: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_schema", "Bad content provided", description)
}
