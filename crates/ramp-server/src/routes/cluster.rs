//! `/v1/cluster`: as much of it as a look before an upload wants.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::dry_run::is_dry;
use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::Questions;
use crate::app::App;
use crate::auth::Permission;
use crate::http::{Fields, Refusal, body};
use crate::played::bootstrap::Created;
use crate::played::capabilities::{self, Capability};
use crate::played::settings::{self, ALLOW_UPLOAD, PASSWORD_COMPLEXITY};

/// The cluster's settings, as far as this server supports them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cluster {
    /// What the bootstrap calls it; `ramp` where there was none.
    name: String,
    /// The limit on uploads, in MiB.
    module_upload_max_size_mb: u64,
    /// Whether the passwords of users must be hard to guess.
    password_complexity: bool,
    upgrade_mode: bool,
    /// Whether modules can be uploaded; from 8.2 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_modules_upload: Option<bool>,
}

/// The settings that can be changed; what is not given stays as it is.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it describes the body, which is checked setting by setting")]
pub(super) struct ClusterSettings {
    /// The limit on uploads, in MiB.
    #[schema(minimum = 1, maximum = 1024)]
    module_upload_max_size_mb: Option<u64>,
    /// Whether the passwords of users must be hard to guess.
    password_complexity: Option<bool>,
    /// Whether modules can be uploaded; from 8.2 on.
    allow_modules_upload: Option<bool>,
}

/// The capabilities that there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Capabilities {
    all_capabilities: Vec<Capability>,
}

refusals!(BadSettings: 400 => ["invalid_schema"]);

/// Shows the settings.
#[utoipa::path(
    get, path = "/v1/cluster", operation_id = "show_cluster", tag = "cluster",
    responses((status = 200, description = "The settings", body = Cluster))
)]
pub(super) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Cluster>, Refusal> {
    caller.must(Permission::ViewClusterInfo)?;
    Ok(Json(object(&app).await?))
}

/// Changes settings, or only checks them. What this server does not support is refused, not ignored.
#[utoipa::path(
    put, path = "/v1/cluster", operation_id = "update_cluster", tag = "cluster",
    params(("dry_run" = Option<String>, Query, description = "Changes nothing, and answers what it would be")),
    request_body(content = ClusterSettings, content_type = "application/json"),
    responses((status = 200, description = "The settings", body = Cluster), BadSettings)
)]
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    questions: Questions,
    request: Request,
) -> Result<Json<Cluster>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateCluster, request).await?;
    let body = body::small(&app.limits, request).await?;
    let dry_run = is_dry(&questions);
    let mut wanted = Vec::new();
    for (name, value) in Fields::read(&body).map_err(bad)? {
        wanted.push((settings::check(app.cluster.release, &name, &value).map_err(bad)?, value));
    }
    if dry_run {
        let mut object = object(&app).await?;
        for (name, value) in wanted {
            match name {
                ALLOW_UPLOAD => object.allow_modules_upload = value.as_bool(),
                PASSWORD_COMPLEXITY => object.password_complexity = value.as_bool().unwrap_or_default(),
                _ => object.module_upload_max_size_mb = value.as_u64().unwrap_or_default(),
            }
        }
        return Ok(Json(object));
    }
    let wanted: Vec<(&str, String)> = wanted.into_iter().map(|(name, value)| (name, value.to_string())).collect();
    let settings: Vec<&str> = wanted.iter().map(|(name, _)| *name).collect();
    app.ask(move |store| store.set_settings(&wanted)).await?;
    tracing::info!(?settings, "settings changed");
    Ok(Json(object(&app).await?))
}

async fn object(app: &Arc<App>) -> Result<Cluster, Refusal> {
    let target = app.cluster.target_now().await?;
    let complexity = app.ask(|store| settings::get(store, PASSWORD_COMPLEXITY)).await?;
    let created = Created::of(&app.asking).await?;
    Ok(Cluster {
        name: created.and_then(|created| created.name).unwrap_or_else(|| "ramp".to_owned()),
        module_upload_max_size_mb: target.max_module_bytes().unwrap_or_default() >> 20,
        password_complexity: complexity == Some(Value::Bool(true)),
        upgrade_mode: false,
        allow_modules_upload: app.cluster.release.upload_gated.value.then(|| target.takes_uploads().unwrap_or(false)),
    })
}

/// Lists the capabilities that a bundle can declare.
#[utoipa::path(
    get, path = "/v1/cluster/module-capabilities", operation_id = "list_capabilities", tag = "cluster",
    responses((status = 200, description = "The capabilities", body = Capabilities))
)]
pub(super) async fn capabilities(caller: Caller) -> Result<Json<Capabilities>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    Ok(Json(Capabilities { all_capabilities: capabilities::all() }))
}

/// 400, "Bad content provided". The code is ours: none is documented for it here.
fn bad(description: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_schema", "Bad content provided", description)
}
