//! The endpoints, by the generation of the release that is played.

mod actions;
mod artifacts;
mod cluster;
mod guard;
mod health;
mod modules;
mod nodes;
mod user_defined;
mod users;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, post};
use ramp_core::{Endpoint, UploadErrorCode};

use crate::answer::Refusal;
use crate::app::App;

/// All that this server answers.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let mut router = Router::new()
        .route("/v1/cluster", get(cluster::show).put(cluster::update))
        .route("/v1/cluster/module-capabilities", get(cluster::capabilities))
        .route("/v1/nodes", get(nodes::list))
        .route("/v1/nodes/{uid}", get(nodes::show))
        .route("/v1/actions", get(actions::list))
        .route("/v1/actions/{uid}", get(actions::show))
        .route("/v1/users", get(users::list).post(users::create))
        .route("/v1/users/{uid}", get(users::show).put(users::update).delete(users::delete));
    router = if app.release.offers(Endpoint::UserDefined) { since_8(router) } else { until_7(router) };
    router
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(health::metrics))
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        // The first to see a request is the last that is added.
        .layer(from_fn_with_state(Arc::clone(app), guard::authenticate))
        .layer(from_fn_with_state(Arc::clone(app), guard::observe))
        .layer(from_fn(guard::headers))
        .with_state(Arc::clone(app))
}

/// Up to 7.22: bundles go to v1 and v2.
fn until_7(router: Router<Arc<App>>) -> Router<Arc<App>> {
    router
        .route("/v1/modules", get(modules::list).post(modules::upload_v1))
        .route("/v1/modules/{uid}", get(modules::show).delete(modules::delete_v1))
        .route("/v2/modules", post(modules::upload_v2))
        .route("/v2/modules/{uid}", delete(modules::delete_v2))
}

/// From 8.0 on: an object for the cluster, an artifact for each node. Where bundles went before, 405 is answered.
fn since_8(router: Router<Arc<App>>) -> Router<Arc<App>> {
    router
        .route("/v1/modules", get(modules::list))
        .route("/v1/modules/{uid}", get(modules::show))
        .route("/v2/modules", any(method_not_allowed))
        .route("/v2/modules/{uid}", any(method_not_allowed))
        .route("/v2/modules/user-defined", get(modules::list).post(user_defined::create))
        .route("/v2/modules/user-defined/{uid}", get(modules::show).delete(user_defined::delete))
        .route("/v2/local/modules/user-defined/artifacts", get(artifacts::list).post(artifacts::upload))
        .route("/v2/local/modules/user-defined/artifacts/{module_name}/{version}", delete(artifacts::delete))
}

async fn method_not_allowed(request: Request) -> Refusal {
    let description = format!("{} {} is not there in this release", request.method(), request.uri().path());
    let (head, body) = request.into_parts();
    crate::body::discard(&head.headers, body).await;
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed", description)
}

async fn not_found(request: Request) -> Refusal {
    Refusal::not_found(format!("there is no {}", request.uri().path()))
}

/// Refuses where `allow_modules_upload` is off, whatever is sent.
async fn must_take_uploads(app: &Arc<App>) -> Result<(), Refusal> {
    if app.target().await?.takes_uploads() == Some(false) {
        let description = "set allow_modules_upload to true with PUT /v1/cluster";
        return Err(Refusal::upload(UploadErrorCode::ModulesUploadDisabled, Endpoint::UserDefined, description));
    }
    Ok(())
}
