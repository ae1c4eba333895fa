//! `/v1/nodes`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, number};
use crate::app::App;
use crate::auth::Permission;
use crate::http::Refusal;
use crate::played::nodes::{self, Node};

refusals!(NoNode: 404 => ["node_not_exist"]);

/// Lists the nodes.
#[utoipa::path(
    get, path = "/v1/nodes", operation_id = "list_nodes", tag = "cluster",
    responses((status = 200, description = "The nodes", body = Vec<Node>))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<Node>>, Refusal> {
    caller.must(Permission::ViewAllNodesInfo)?;
    Ok(Json(nodes::all(&app.cluster)))
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
    let node = nodes::all(&app.cluster).into_iter().find(|node| number(&uid) == Some(node.uid()));
    node.map(Json).ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "node_not_exist", "Node UID does not exist", format!("no node {uid}"))
    })
}
