//! Which endpoint is where, and what every request goes through.

use std::sync::Arc;

use axum::middleware::{from_fn, from_fn_with_state};
use axum::{Extension, Router};
use ramp_core::Endpoint;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::description::Document;
use super::dry_run::{DryRuns, only_where_there_is_one};
use super::fallback::{method_not_allowed, not_found};
use super::{
    actions, artifacts, bootstrap, cluster, database_changes, databases, description, gone, guard, health, license,
    modules, nodes, observe, openapi, page, user_defined, users, validate,
};
use crate::app::App;
use crate::played::releases;

/// All that this server answers.
pub(crate) fn router(app: &Arc<App>) -> Router {
    let described = OpenApiRouter::with_openapi(openapi::Base::openapi())
        .routes(routes!(cluster::show, cluster::update))
        .routes(routes!(cluster::capabilities))
        .routes(routes!(bootstrap::show))
        .routes(routes!(bootstrap::begin))
        .routes(routes!(bootstrap::validate))
        .routes(routes!(license::show))
        .routes(routes!(nodes::list))
        .routes(routes!(nodes::show))
        .routes(routes!(actions::list))
        .routes(routes!(actions::show))
        .routes(routes!(databases::list, databases::create))
        .routes(routes!(databases::show, databases::delete, database_changes::change))
        .routes(routes!(databases::create_v2))
        .routes(routes!(database_changes::change_v2))
        .routes(routes!(database_changes::upgrade))
        .routes(routes!(database_changes::upgrade_modules))
        .routes(routes!(database_changes::configure))
        .merge(under_old_paths())
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
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(actions::of_database))
        .merge(if releases::has_second_actions(app.cluster.release) { actions_v2() } else { OpenApiRouter::new() })
        .merge(if app.cluster.release.offers(Endpoint::UserDefined, None) { since_8() } else { until_7() });
    let (router, paths) = described.split_for_parts();
    let dry_runs = DryRuns::of(&paths);
    let document = Document(openapi::describe(paths, app.cluster.release).to_string().into());
    router
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(not_found)
        // The first to see a request is the last that is added.
        .layer(Extension(document))
        .layer(from_fn_with_state(dry_runs, only_where_there_is_one))
        .layer(from_fn_with_state(Arc::clone(app), guard::authenticate))
        .layer(from_fn(guard::take_bodies_as_they_are))
        .layer(from_fn(guard::keep_out_other_sites))
        .layer(from_fn_with_state(Arc::clone(app), guard::keep_to_own_names))
        .layer(from_fn_with_state(Arc::clone(app), guard::keep_to_proxies))
        .layer(from_fn_with_state(Arc::clone(app), observe::observe))
        .layer(from_fn(guard::headers))
        .with_state(Arc::clone(app))
}

fn actions_v2() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(actions::list_v2)).routes(routes!(actions::show_v2))
}

/// What a second, newer path is for.
#[expect(deprecated, reason = "it is how the description says that there is a newer one")]
fn under_old_paths() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(database_changes::configure_old))
}

/// Up to 7.22: bundles go to v1 and v2.
#[expect(deprecated, reason = "it is how the description says that there is a newer path")]
fn until_7() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(modules::list, modules::upload_v1))
        .routes(routes!(modules::show, modules::delete_v1))
        .routes(routes!(modules::upload_v2))
        .routes(routes!(modules::delete_v2))
        .routes(routes!(database_changes::upgrade_modules_old))
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
