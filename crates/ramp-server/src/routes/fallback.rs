//! What is answered where no endpoint is.

use axum::extract::Request;
use axum::http::StatusCode;

use crate::http::{Refusal, body};

/// For a method that the path does not have.
pub(super) async fn method_not_allowed(request: Request) -> Refusal {
    let description = format!("{} {} does not exist in this release", request.method(), request.uri().path());
    body::discard(request).await;
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", description)
}

/// For a path that is not there.
pub(super) async fn not_found(request: Request) -> Refusal {
    Refusal::not_found(format!("there is no {}", request.uri().path()))
}
