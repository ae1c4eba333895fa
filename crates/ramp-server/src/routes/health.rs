//! `/healthz` for whoever restarts servers, `/metrics` for whoever watches them. Neither is a cluster's.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use crate::app::App;
use crate::auth::Permission;
use crate::http::Refusal;

refusals!(Ill: 500 => ["internal_error"], 503 => ["store_unavailable"]);

/// That the server serves, and whether it has every bundle that it should have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`; `degraded` where bundles are missing, or the storage is another server's.
    status: &'static str,
    /// How many bundles of the catalogue were not in the storage when it was last looked at: at the start, and every ten minutes.
    bundles_missing: u64,
    /// How many bundles of the storage the catalogue did not know then. They are kept.
    bundles_unknown: u64,
    /// Whether another server has taken over the storage: then this one neither puts nor removes bundles.
    storage_taken: bool,
}

/// Tells whether the catalogue can be asked, and what is missing in the storage; open to all.
#[utoipa::path(
    get, path = "/healthz", operation_id = "health", tag = "server", security(()),
    responses((status = 200, description = "It can be asked", body = Health), Ill)
)]
pub(super) async fn healthz(State(app): State<Arc<App>>) -> Result<Json<Health>, Refusal> {
    app.ask(|store| store.has_users()).await?;
    let (bundles_missing, bundles_unknown) = (app.stock.missing(), app.stock.unknown());
    let storage_taken = app.tenure.is_over();
    let status = if bundles_missing > 0 || storage_taken { "degraded" } else { "ok" };
    Ok(Json(Health { status, bundles_missing, bundles_unknown, storage_taken }))
}

/// Counters in Prometheus' text format, for whoever may see the cluster.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "server",
    responses((status = 200, description = "The counters", body = String, content_type = "text/plain"))
)]
pub(super) async fn metrics(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    caller.must(Permission::ViewClusterInfo)?;
    let modules = app.ask(|store| store.modules()).await?.len();
    let bundles = [app.stock.missing(), app.stock.unknown()];
    let text = app.metrics.text(modules, app.users.hashed(), bundles, app.started.elapsed());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}
