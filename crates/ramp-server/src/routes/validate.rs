//! `/ramp/v1/validate`: what an upload would be answered, and everything else that is wrong. Not a cluster's.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use ramp_core::Endpoint;
use tracing::Instrument as _;

use super::guard::Caller;
use super::openapi::refusals;
use crate::app::App;
use crate::auth::Permission;
use crate::error::ServerError;
use crate::http::Refusal;
use crate::upload::{Form, Judgement, Purpose};

refusals!(NotJudged: 400 => ["no_module", "invalid_module"], 422 => ["not_evaluated"], 503 => ["too_many_bundles"]);

/// Judges a bundle against this cluster as it is now, and keeps nothing of it.
///
/// The answer is one result of `ramp validate --format json`.
#[utoipa::path(
    post, path = "/ramp/v1/validate", operation_id = "validate", tag = "server",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses((status = 200, description = "The report", body = Judgement), NotJudged)
)]
pub(super) async fn validate(
    State(app): State<Arc<App>>,
    caller: Caller,
    request: Request,
) -> Result<Json<Judgement>, Refusal> {
    let request = caller.must_to_send(Permission::ViewClusterModules, request).await?;
    let received = app.receive(request, Endpoint::V2, Purpose::Validation, caller.uid()).await?;
    let work = tokio::spawn(async move { app.weighing.report(&received).await }.in_current_span());
    Ok(Json(work.await.map_err(|_| ServerError::Task)??))
}
