//! `/v1/license`: a trial that does not end.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::guard::Caller;
use super::openapi::refusals;
use crate::app::App;
use crate::auth::Permission;
use crate::http::Refusal;
use crate::played::license::License;
use crate::store::DatabaseKind;

refusals!(NoLicense: 404 => []);

/// Shows the license: a trial, which never expires here.
#[utoipa::path(
    get, path = "/v1/license", operation_id = "show_license", tag = "cluster",
    responses((status = 200, description = "The license", body = License), NoLicense)
)]
pub(super) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<License>, Refusal> {
    caller.must(Permission::ViewLicense)?;
    let databases = app.ask(|store| store.databases()).await?;
    let shards = databases.iter().filter(|database| database.spec.kind == DatabaseKind::Redis).count();
    let status = app.bootstrap.status(&app.asking).await?;
    Ok(Json(License::trial(status.end_time, shards, app.cluster.release)))
}
