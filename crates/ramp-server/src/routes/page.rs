//! The page on `/`. Its files hold no data and no secrets, so anybody may have them; it signs in to the API like any client.

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName};
use axum::response::IntoResponse;

/// Where its files are.
pub(super) const PATHS: [&str; 6] =
    ["/", "/page/style.css", "/page/icon.svg", "/page/main.js", "/page/api.js", "/page/report.js"];

/// Only files of this server, none of them inside the markup, and text is never taken for markup.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

fn file(kind: &'static str, text: &'static str) -> impl IntoResponse {
    let headers: [(HeaderName, &str); 2] = [(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)];
    (headers, text)
}

/// A page that lists, judges, uploads and deletes modules.
#[utoipa::path(
    get, path = "/", operation_id = "page", tag = "page", security(()),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"))
)]
pub(super) async fn index() -> impl IntoResponse {
    file("text/html; charset=utf-8", include_str!("page/index.html"))
}

/// The style of the page.
#[utoipa::path(
    get, path = "/page/style.css", operation_id = "page_style", tag = "page", security(()),
    responses((status = 200, description = "A style sheet", body = String, content_type = "text/css"))
)]
pub(super) async fn style() -> impl IntoResponse {
    file("text/css; charset=utf-8", include_str!("page/style.css"))
}

/// The icon of the page.
#[utoipa::path(
    get, path = "/page/icon.svg", operation_id = "page_icon", tag = "page", security(()),
    responses((status = 200, description = "A picture", body = String, content_type = "image/svg+xml"))
)]
pub(super) async fn icon() -> impl IntoResponse {
    file("image/svg+xml", include_str!("page/icon.svg"))
}

/// What the page does.
#[utoipa::path(
    get, path = "/page/main.js", operation_id = "page_main", tag = "page", security(()),
    responses((status = 200, description = "A script", body = String, content_type = "text/javascript"))
)]
pub(super) async fn main() -> impl IntoResponse {
    file(SCRIPT, include_str!("page/main.js"))
}

/// How the page talks to the server.
#[utoipa::path(
    get, path = "/page/api.js", operation_id = "page_api", tag = "page", security(()),
    responses((status = 200, description = "A script", body = String, content_type = "text/javascript"))
)]
pub(super) async fn api() -> impl IntoResponse {
    file(SCRIPT, include_str!("page/api.js"))
}

/// How the page shows a report.
#[utoipa::path(
    get, path = "/page/report.js", operation_id = "page_report", tag = "page", security(()),
    responses((status = 200, description = "A script", body = String, content_type = "text/javascript"))
)]
pub(super) async fn report() -> impl IntoResponse {
    file(SCRIPT, include_str!("page/report.js"))
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
