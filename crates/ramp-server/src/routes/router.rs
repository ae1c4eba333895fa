//! Which endpoint is where, and what every request goes through.

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use ramp_core::Endpoint;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::Document;
use super::fallback::{method_not_allowed, not_found};
use super::{
    actions, artifacts, cluster, databases, description, gone, guard, health, modules, nodes, openapi, page,
    user_defined, users, validate,
};
use crate::app::App;

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
        .merge(if app.cluster.release.offers(Endpoint::UserDefined, None) { since_8() } else { until_7() });
    let (router, paths) = described.split_for_parts();
    let document = Document(openapi::describe(paths, app.cluster.release).to_string().into());
    router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        // The first to see a request is the last that is added.
        .layer(Extension(document))
        .layer(from_fn_with_state(Arc::clone(app), guard::authenticate))
        .layer(from_fn(guard::take_bodies_as_they_are))
        .layer(from_fn(guard::keep_out_other_sites))
        .layer(from_fn_with_state(Arc::clone(app), guard::keep_to_own_names))
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
