//! `/v1/nodes`: one node for each platform of the target. The first is this server.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use ramp_core::version;
use serde::Serialize;
use utoipa::ToSchema;

use super::guard::Caller;
use super::parameters::Parameters;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;
use crate::openapi::refusals;

/// A node, as far as it matters to a module.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Node {
    uid: u64,
    addr: &'static str,
    architecture: String,
    os_family: String,
    os_name: String,
    os_semantic_version: String,
    os_version: String,
    /// The cluster's version, `X.Y.Z-BUILD`.
    software_version: String,
    status: &'static str,
    supported_database_versions: Vec<DatabaseVersion>,
}

/// A version of Redis that databases can have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DatabaseVersion {
    db_type: &'static str,
    major: bool,
    redis_version: String,
    version: String,
}

refusals!(NoNode: 404 => ["node_not_exist"]);

/// Lists the nodes.
#[utoipa::path(
    get, path = "/v1/nodes", operation_id = "list_nodes", tag = "cluster",
    responses((status = 200, description = "The nodes", body = Vec<Node>))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Node>>, Refusal> {
    caller.must(Permission::ViewAllNodesInfo)?;
    Ok(Json(nodes(&app)))
}

/// Shows a node.
#[utoipa::path(
    get, path = "/v1/nodes/{uid}", operation_id = "show_node", tag = "cluster",
    params(("uid" = String, Path, description = "The node's `uid`")),
    responses((status = 200, description = "The node", body = Node), NoNode)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Node>, Refusal> {
    caller.must(Permission::ViewNodeInfo)?;
    let node = nodes(&app).into_iter().find(|node| uid.parse::<u64>().is_ok_and(|uid| node.uid == uid));
    node.map(Json).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "node_not_exist", "Node UID does not exist", format!("no node {uid}"))
    })
}

fn nodes(app: &App) -> Vec<Node> {
    let target = app.nodes();
    let platforms = target
        .operating_systems
        .iter()
        .flat_map(|os| target.architectures.iter().map(move |architecture| (os.as_str(), architecture.as_str())));
    (1..).zip(platforms).map(|(uid, (os, architecture))| node(app, uid, os, architecture)).collect()
}

fn node(app: &App, uid: u64, os: &str, architecture: &str) -> Node {
    let digits = os.find(|c: char| c.is_ascii_digit()).unwrap_or(os.len());
    let (family, major) = os.split_at(digits);
    let databases = app.nodes().databases().into_iter().map(|redis| DatabaseVersion {
        db_type: "redis",
        major: true,
        redis_version: version::short(&redis),
        version: redis.to_string(),
    });
    Node {
        uid,
        addr: "127.0.0.1",
        architecture: architecture.to_owned(),
        os_family: family.to_owned(),
        os_name: family.to_owned(),
        os_semantic_version: major.to_owned(),
        os_version: format!("{family} {major}"),
        software_version: software_version(app),
        status: "active",
        supported_database_versions: databases.collect(),
    }
}

/// `X.Y.Z-BUILD`, as clusters write it; where the target has no more than a release's name, its first version.
fn software_version(app: &App) -> String {
    let version = app.nodes().cluster_version.as_deref().unwrap_or(&app.release.line);
    let full = if version == app.release.name { app.release.line.as_str() } else { version };
    if full.contains('-') { full.to_owned() } else { format!("{full}-1") }
}
