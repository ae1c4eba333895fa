//! The endpoints, by the generation of the release that is played.

mod actions;
mod artifacts;
mod cluster;
mod databases;
mod description;
mod gone;
mod guard;
mod health;
mod modules;
mod nodes;
mod page;
mod parameters;
mod user_defined;
mod users;
mod validate;

use std::sync::Arc;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use ramp_core::{Endpoint, UploadErrorCode};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::description::Document;
use crate::answer::Refusal;
use crate::app::App;
use crate::openapi;

/// All that this server answers.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let described = OpenApiRouter::with_openapi(openapi::Base::openapi())
        .routes(routes!(cluster::show, cluster::update))
        .routes(routes!(cluster::capabilities))
        .routes(routes!(nodes::list))
        .routes(routes!(nodes::show))
        .routes(routes!(actions::list))
        .routes(routes!(actions::show))
        .routes(routes!(databases::list, databases::create))
        .routes(routes!(databases::show, databases::delete))
        .routes(routes!(users::list, users::create))
        .routes(routes!(users::show, users::update, users::delete))
        .routes(routes!(validate::validate))
        .routes(routes!(description::show))
        .routes(routes!(page::index))
        .routes(routes!(page::style))
        .routes(routes!(page::icon))
        .routes(routes!(page::main))
        .routes(routes!(page::api))
        .routes(routes!(page::report))
        .routes(routes!(health::healthz))
        .routes(routes!(health::metrics))
        .merge(if app.release.offers(Endpoint::UserDefined) { since_8() } else { until_7() });
    let (router, paths) = described.split_for_parts();
    let document = Document(openapi::describe(paths, app.release).to_string().into());
    router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        // The first to see a request is the last that is added.
        .layer(Extension(document))
        .layer(from_fn_with_state(Arc::clone(app), guard::authenticate))
        .layer(from_fn(guard::keep_out_other_sites))
        .layer(from_fn_with_state(Arc::clone(app), guard::observe))
        .layer(from_fn(guard::headers))
        .with_state(Arc::clone(app))
}

/// Up to 7.22: bundles go to v1 and v2.
fn until_7() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(modules::list, modules::upload_v1))
        .routes(routes!(modules::show, modules::delete_v1))
        .routes(routes!(modules::upload_v2))
        .routes(routes!(modules::delete_v2))
}

/// From 8.0 on: an object for the cluster, an artifact for each node. Where bundles went before, 405 is answered.
#[expect(deprecated, reason = "it is how the description says that they are gone")]
fn since_8() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(modules::list, gone::upload_v1))
        .routes(routes!(modules::show, gone::delete_v1))
        .routes(routes!(gone::upload_v2))
        .routes(routes!(gone::delete_v2))
        .routes(routes!(user_defined::list, user_defined::create))
        .routes(routes!(user_defined::show, user_defined::delete))
        .routes(routes!(artifacts::list, artifacts::upload))
        .routes(routes!(artifacts::delete))
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
