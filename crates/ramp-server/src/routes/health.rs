//! `/healthz` for whoever restarts servers, `/readyz` for whoever sends requests to them, `/metrics` for whoever watches them. None of them is a
//! cluster's.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::guard::Caller;
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::http::{Now, Refusal, TEXT};
use crate::readiness::{Part, Parts, Space};
use crate::upload::Purpose;

/// That the server is alive.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Tells that the server answers; open to all. Nothing else is asked: what is away comes back by itself, and not by starting the server anew.
#[utoipa::path(
    get, path = "/healthz", operation_id = "health", tag = "server", security(()),
    responses((status = 200, description = "It is alive", body = Health))
)]
pub(super) async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the server can take an upload, and whether it has every bundle that it should have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Ready {
    /// `ready`; `degraded` where uploads can be taken, and something is lost; `not_ready`.
    status: &'static str,
    /// What is lost, where anything is: how many bundles are missing, damaged or unreadable, and how many records of the catalogue.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    /// The node is part of a cluster: without one it takes no upload.
    cluster: Part,
    /// The catalogue answers.
    catalogue: Part,
    /// Bundles can be kept: the storage can be written to, and is this server's.
    storage: Part,
    /// Uploads can be received in the data directory.
    incoming: Part,
    /// There is room.
    space: Space,
    /// How many bundles of the catalogue were not in the storage when it was last looked at: at the start, every ten minutes, and by each check on a schedule.
    bundles_missing: u64,
    /// How many bundles of the storage the catalogue did not know then. They are kept.
    bundles_unknown: u64,
    /// How many bundles the last check on a schedule found damaged; `null` where none has ended yet, or none is wanted.
    bundles_damaged: Option<u64>,
    /// How many it could not read; `null` as above.
    bundles_unreadable: Option<u64>,
    /// How many records of the catalogue it could not read; `null` as above.
    records_unreadable: Option<u64>,
    /// Whether another server has taken over the storage: then this one neither puts nor removes bundles.
    storage_taken: bool,
}

/// Tells whether an upload can be taken, and what of it cannot; open to all. It is looked at every few seconds at the most.
#[utoipa::path(
    get, path = "/readyz", operation_id = "ready", tag = "server", security(()),
    responses(
        (status = 200, description = "It can take an upload", body = Ready),
        (status = 503, description = "It cannot", body = Ready),
    )
)]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Response {
    let parts = app.readiness.look().await;
    let (bundles_missing, bundles_unknown) = (app.stock.missing(), app.stock.unknown());
    let storage_taken = app.tenure.is_over();
    let last = app.checks.last();
    let bundles_damaged = last.as_ref().map(|last| last.damaged);
    let bundles_unreadable = last.as_ref().map(|last| last.unreadable);
    let records_unreadable = last.as_ref().map(|last| last.faults);
    let problem = last.unwrap_or_default().problem(bundles_missing);
    let (status, code) = if !parts.are_ok() || storage_taken {
        ("not_ready", StatusCode::SERVICE_UNAVAILABLE)
    } else if problem.is_some() {
        ("degraded", StatusCode::OK)
    } else {
        ("ready", StatusCode::OK)
    };
    let Parts { cluster, catalogue, storage, incoming, space } = parts;
    let ready = Ready {
        status,
        problem,
        cluster,
        catalogue,
        storage,
        incoming,
        space,
        bundles_missing,
        bundles_unknown,
        bundles_damaged,
        bundles_unreadable,
        records_unreadable,
        storage_taken,
    };
    let mut response = (code, Json(ready)).into_response();
    if code == StatusCode::SERVICE_UNAVAILABLE {
        // Before that, the same would be answered.
        let seconds = app.limits.readiness_interval.as_secs().max(1);
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// What is counted and measured, in Prometheus' text format, for whoever may see the cluster.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "server",
    responses((status = 200, description = "The metrics", body = String, content_type = "text/plain"))
)]
pub(super) async fn metrics(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    caller.must(Permission::ViewClusterInfo)?;
    let modules = app.listing.count(&app.asking, app.cluster.release).await?;
    let parts = app.readiness.look().await;
    let space = [("data", parts.space.data_bytes), ("bundles", parts.space.bundles_bytes)];
    let now = Now {
        waiting: vec![
            ("passwords", app.users.waiting()),
            ("uploads", app.weighing.judging.waiting(Purpose::Upload)),
            ("validations", app.weighing.judging.waiting(Purpose::Validation)),
            ("catalogue", app.asking.waiting()),
            ("removals", app.leftovers.waiting()),
        ],
        modules: modules.try_into().unwrap_or(u64::MAX),
        missing: app.stock.missing(),
        unknown: app.stock.unknown(),
        used: app.stock.bytes(),
        ready: parts.all().to_vec(),
        free: space.into_iter().filter_map(|(place, bytes)| bytes.map(|bytes| (place, bytes))).collect(),
        hashed: app.users.hashed(),
        uptime: app.started.elapsed(),
    };
    // A text in memory can be written to.
    let text = app.metrics.text(&now).map_err(|_| ServerError::Task)?;
    Ok(([(header::CONTENT_TYPE, TEXT)], text))
}
