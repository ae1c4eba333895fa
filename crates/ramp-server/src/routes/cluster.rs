//! `/v1/cluster`: as much of it as a look before an upload wants.

use std::sync::{Arc, LazyLock};

use axum::Json;
use axum::extract::{Query, Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::{ALLOW_UPLOAD, App, MAX_SIZE_MB, PASSWORD_COMPLEXITY};
use crate::auth::Permission;
use crate::body;

/// Largest limit that can be set, in MiB.
const MOST_SIZE_MB: u64 = 1024;

/// The capabilities that the documentation names, in its words; a test parses it.
static CAPABILITIES: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../capabilities.json")).unwrap_or_default());

pub(super) async fn show(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewClusterInfo)?;
    Ok(Json(object(&app).await?))
}

#[derive(Debug, Deserialize)]
pub(super) struct DryRun {
    /// Documented as a string; that it is there counts.
    dry_run: Option<String>,
}

/// `PUT /v1/cluster`, with `dry_run` to check only. What this server does not play is refused, not ignored.
pub(super) async fn update(
    State(app): State<Arc<App>>,
    caller: Caller,
    Query(DryRun { dry_run }): Query<DryRun>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let request = caller.must_to_send(Permission::UpdateCluster, request).await?;
    let body = body::small(&app, request).await?;
    let wanted: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|err| bad(format!("the body is no JSON object: {err}")))?;
    let mut settings = Vec::new();
    for (name, value) in wanted {
        settings.push((setting(&app, &name, &value)?, value));
    }
    if dry_run.is_some() {
        let mut object = object(&app).await?;
        for (name, value) in settings {
            object[name] = value;
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

async fn object(app: &Arc<App>) -> Result<Value, Refusal> {
    let target = app.target().await?;
    let complexity = app.ask(|store| store.setting(PASSWORD_COMPLEXITY)).await?;
    let mut object = json!({
        "name": "ramp",
        MAX_SIZE_MB: target.max_module_bytes.unwrap_or_default() >> 20,
        PASSWORD_COMPLEXITY: complexity.unwrap_or(Value::Bool(false)),
        "upgrade_mode": false,
    });
    if app.release.upload_gated.value {
        object[ALLOW_UPLOAD] = json!(target.takes_uploads().unwrap_or(false));
    }
    Ok(object)
}

/// The list that a bundle's `capabilities` can be held against.
pub(super) async fn capabilities(caller: Caller) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewClusterModules)?;
    Ok(Json(json!({"all_capabilities": *CAPABILITIES})))
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
        let names: Vec<&str> = CAPABILITIES.as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
        let table = ramp_core::knowledge::Knowledge::builtin().capabilities().iter();
        let reference = ramp_core::knowledge::CapabilityStanding::Reference;
        let known: Vec<&str> = table.filter(|c| c.standing == reference).map(|c| c.name.as_str()).collect();
        assert_eq!(names, known);
    }
}
