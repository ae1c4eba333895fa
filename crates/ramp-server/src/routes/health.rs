//! `/healthz` for whoever restarts servers, `/metrics` for whoever watches them. Neither is a cluster's.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;

/// Whether the catalogue can be asked; open to all.
pub(super) async fn healthz(State(app): State<Arc<App>>) -> Result<Json<Value>, Refusal> {
    app.ask(|store| store.has_users()).await?;
    Ok(Json(json!({"status": "ok"})))
}

/// Counters in Prometheus' text format, for whoever may see the cluster.
pub(super) async fn metrics(State(app): State<Arc<App>>, caller: Caller) -> Result<impl IntoResponse, Refusal> {
    caller.must(Permission::ViewClusterInfo)?;
    let modules = app.ask(|store| store.modules()).await?.len();
    let text = app.metrics.text(modules, app.started.elapsed());
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text))
}
