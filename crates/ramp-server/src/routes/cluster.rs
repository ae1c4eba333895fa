//! `/v1/cluster`: as much of it as a look before an upload wants.

use std::sync::{Arc, LazyLock};

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::{ALLOW_UPLOAD, App, MAX_SIZE_MB, PASSWORD_COMPLEXITY};
use crate::auth::Permission;
use crate::body;
use crate::openapi::refusals;

/// Largest limit that can be set, in MiB.
const MOST_SIZE_MB: u64 = 1024;

/// The capabilities that the documentation names, in its words; a test parses it.
static CAPABILITIES: LazyLock<Vec<Capability>> =
    LazyLock::new(|| serde_json::from_str(include_str!("../capabilities.json")).unwrap_or_default());

/// As much of the cluster's settings as this server plays.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Cluster {
    name: &'static str,
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

/// Something a module can declare to be capable of.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Capability {
    name: String,
    desc: String,
}

/// The capabilities that there are.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Capabilities {
    all_capabilities: &'static [Capability],
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

/// What stands behind the question mark, in order.
type Questions = Result<Query<Vec<(String, String)>>, QueryRejection>;

/// Changes settings, or checks only. What this server does not play is refused, not ignored.
#[utoipa::path(
    put, path = "/v1/cluster", operation_id = "update_cluster", tag = "cluster",
    params(("dry_run" = Option<String>, Query, description = "Where it is there, nothing is changed")),
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
    let body = body::small(&app, request).await?;
    let Query(questions) = questions.map_err(|err| bad(err.body_text()))?;
    // Documented as a string; that it is there counts.
    let dry_run = questions.iter().any(|(name, _)| name == "dry_run");
    let wanted: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|err| bad(format!("the body is no JSON object: {err}")))?;
    let mut settings = Vec::new();
    for (name, value) in wanted {
        settings.push((setting(&app, &name, &value)?, value));
    }
    if dry_run {
        let mut object = object(&app).await?;
        for (name, value) in settings {
            match name {
                ALLOW_UPLOAD => object.allow_modules_upload = value.as_bool(),
                PASSWORD_COMPLEXITY => object.password_complexity = value.as_bool().unwrap_or_default(),
                _ => object.module_upload_max_size_mb = value.as_u64().unwrap_or_default(),
            }
        }
        return Ok(Json(object));
    }
    app.ask(move |store| store.set_settings(&settings)).await?;
    Ok(Json(object(&app).await?))
}

fn setting(app: &App, name: &str, value: &Value) -> Result<&'static str, Refusal> {
    match name {
        ALLOW_UPLOAD if app.release.upload_gated.value && value.is_boolean() => Ok(ALLOW_UPLOAD),
        ALLOW_UPLOAD if app.release.upload_gated.value => Err(bad(format!("`{ALLOW_UPLOAD}` must be true or false"))),
        MAX_SIZE_MB if value.as_u64().is_some_and(|size| (1..=MOST_SIZE_MB).contains(&size)) => Ok(MAX_SIZE_MB),
        PASSWORD_COMPLEXITY if value.is_boolean() => Ok(PASSWORD_COMPLEXITY),
        PASSWORD_COMPLEXITY => Err(bad(format!("`{PASSWORD_COMPLEXITY}` must be true or false"))),
        MAX_SIZE_MB => Err(bad(format!("`{MAX_SIZE_MB}` must be an integer from 1 to {MOST_SIZE_MB}"))),
        _ => Err(bad(format!("this server does not play the setting `{}`", name.escape_debug()))),
    }
}

async fn object(app: &Arc<App>) -> Result<Cluster, Refusal> {
    let target = app.target().await?;
    let complexity = app.ask(|store| store.setting(PASSWORD_COMPLEXITY)).await?;
    Ok(Cluster {
        name: "ramp",
        module_upload_max_size_mb: target.max_module_bytes.unwrap_or_default() >> 20,
        password_complexity: complexity == Some(Value::Bool(true)),
        upgrade_mode: false,
        allow_modules_upload: app.release.upload_gated.value.then(|| target.takes_uploads().unwrap_or(false)),
    })
}

/// Lists what a bundle's `capabilities` can be held against.
#[utoipa::path(
    get, path = "/v1/cluster/module-capabilities", operation_id = "list_capabilities", tag = "cluster",
    responses((status = 200, description = "The capabilities", body = Capabilities))
)]
pub(super) async fn capabilities(caller: Caller) -> Result<Json<Capabilities>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    Ok(Json(Capabilities { all_capabilities: &CAPABILITIES }))
}

/// 400, "Bad content provided". The code is ours: none is documented for it here.
fn bad(description: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "invalid_schema", "Bad content provided", description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capabilities_are_those_of_the_table() {
        let names: Vec<&str> = CAPABILITIES.iter().map(|c| c.name.as_str()).collect();
        let table = ramp_core::knowledge::Knowledge::builtin().capabilities().iter();
        let reference = ramp_core::knowledge::CapabilityStanding::Reference;
        let known: Vec<&str> = table.filter(|c| c.standing == reference).map(|c| c.name.as_str()).collect();
        assert_eq!(names, known);
    }
}
