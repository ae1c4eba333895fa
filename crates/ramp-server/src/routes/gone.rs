//! Where bundles went up to 7.22, from 8.0 on.

use axum::extract::Request;

use super::fallback::method_not_allowed;
use super::openapi::refusals;
use crate::http::Refusal;

refusals!(Gone: 405 => ["method_not_allowed"]);

/// Uploaded a module up to 7.22.
#[utoipa::path(post, path = "/v1/modules", operation_id = "upload_v1", tag = "modules", responses(Gone))]
#[deprecated]
pub(super) async fn upload_v1(request: Request) -> Refusal {
    method_not_allowed(request).await
}

/// Deleted a module up to 7.22.
#[utoipa::path(
    delete, path = "/v1/modules/{uid}", operation_id = "delete_v1", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses(Gone)
)]
#[deprecated]
pub(super) async fn delete_v1(request: Request) -> Refusal {
    method_not_allowed(request).await
}

/// Uploaded a module with its dependencies up to 7.22.
#[utoipa::path(post, path = "/v2/modules", operation_id = "upload_v2", tag = "modules", responses(Gone))]
#[deprecated]
pub(super) async fn upload_v2(request: Request) -> Refusal {
    method_not_allowed(request).await
}

/// Deleted a module with its dependencies up to 7.22.
#[utoipa::path(
    delete, path = "/v2/modules/{uid}", operation_id = "delete_v2", tag = "modules",
    params(("uid" = String, Path, description = "The module's `uid`")),
    responses(Gone)
)]
#[deprecated]
pub(super) async fn delete_v2(request: Request) -> Refusal {
    method_not_allowed(request).await
}
