//! `/v1/nodes`: one node for each platform of the target. The first is this server.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ramp_core::version;
use serde_json::{Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;

pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewAllNodesInfo)?;
    Ok(Json(Value::Array(nodes(&app))))
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewNodeInfo)?;
    let node = nodes(&app).into_iter().find(|node| uid.parse::<u64>().is_ok_and(|uid| node["uid"] == uid));
    node.map(Json).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "node_not_exist", "Node UID does not exist", format!("no node {uid}"))
    })
}

fn nodes(app: &App) -> Vec<Value> {
    let target = app.nodes();
    let platforms = target
        .operating_systems
        .iter()
        .flat_map(|os| target.architectures.iter().map(move |architecture| (os.as_str(), architecture.as_str())));
    (1..).zip(platforms).map(|(uid, (os, architecture))| node(app, uid, os, architecture)).collect()
}

fn node(app: &App, uid: u64, os: &str, architecture: &str) -> Value {
    let digits = os.find(|c: char| c.is_ascii_digit()).unwrap_or(os.len());
    let (family, major) = os.split_at(digits);
    let databases = app.nodes().databases().into_iter().map(|redis| {
        json!({
            "db_type": "redis",
            "major": true,
            "redis_version": version::short(&redis),
            "version": redis.to_string(),
        })
    });
    json!({
        "uid": uid,
        "addr": "127.0.0.1",
        "architecture": architecture,
        "os_family": family,
        "os_name": family,
        "os_semantic_version": major,
        "os_version": format!("{family} {major}"),
        "software_version": software_version(app),
        "status": "active",
        "supported_database_versions": databases.collect::<Vec<_>>(),
    })
}

/// `X.Y.Z-BUILD`, as clusters write it; where the target has no more than a release's name, its first version.
fn software_version(app: &App) -> String {
    let version = app.nodes().cluster_version.as_deref().unwrap_or(&app.release.line);
    let full = if version == app.release.name { app.release.line.as_str() } else { version };
    if full.contains('-') { full.to_owned() } else { format!("{full}-1") }
}
