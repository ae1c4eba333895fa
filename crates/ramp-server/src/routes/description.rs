//! `/openapi.json`: what this server answers, for programs.

use std::sync::Arc;

use axum::Extension;
use axum::http::header;
use axum::response::IntoResponse;

/// The description, as it is sent.
#[derive(Debug, Clone)]
pub(super) struct Document(pub(super) Arc<str>);

/// This description; open to all, since it says nothing that the documentation does not.
#[utoipa::path(
    get, path = "/openapi.json", operation_id = "describe", tag = "server", security(()),
    responses((status = 200, description = "An OpenAPI 3.1 document", body = Object, content_type = "application/json"))
)]
pub(super) async fn show(Extension(Document(text)): Extension<Document>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], String::from(&*text))
}
