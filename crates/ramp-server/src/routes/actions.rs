//! `/v1/actions`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::Parameters;
use crate::app::App;
use crate::auth::Permission;
use crate::http::Refusal;
use crate::store::{self, ActionKind, ActionStatus};

/// The action as the documentation shows one.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the documentation's")]
pub(super) struct Action {
    action_uid: String,
    module_uid: String,
    /// What was done.
    #[schema(value_type = String)]
    name: ActionKind,
    /// A percentage, written as a string.
    progress: &'static str,
    #[schema(value_type = String)]
    status: ActionStatus,
    task_id: String,
}

/// All actions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Actions {
    actions: Vec<Action>,
    /// Always empty: older actions, which this server has none of.
    #[serde(rename = "state-machines")]
    state_machines: Vec<Value>,
}

refusals!(NoAction: 404 => ["action_not_exist"]);

/// Lists the actions of uploads and deletions.
#[utoipa::path(
    get, path = "/v1/actions", operation_id = "list_actions", tag = "actions",
    responses((status = 200, description = "The actions", body = Actions))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Actions>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let actions = app.ask(|store| store.actions()).await?;
    Ok(Json(Actions { actions: actions.into_iter().map(object).collect(), state_machines: Vec::new() }))
}

/// Shows an action.
#[utoipa::path(
    get, path = "/v1/actions/{uid}", operation_id = "show_action", tag = "actions",
    params(("uid" = String, Path, description = "The `action_uid` that was answered")),
    responses((status = 200, description = "The action", body = Action), NoAction)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Action>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let asked = uid.clone();
    let action = app.ask(move |store| store.action(&asked)).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "action_not_exist", "Action does not exist", format!("no action {uid}"))
    })?;
    Ok(Json(object(action)))
}

fn object(action: store::Action) -> Action {
    Action {
        task_id: action.action_uid.clone(),
        action_uid: action.action_uid,
        module_uid: action.module_uid,
        name: action.name,
        progress: "100",
        status: action.status,
    }
}
