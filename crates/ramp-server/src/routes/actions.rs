//! `/v1/actions`, and `/v2/actions` from 7.22 on.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::guard::Caller;
use super::openapi::refusals;
use super::parameters::{Parameters, number};
use crate::app::App;
use crate::auth::Permission;
use crate::http::Refusal;
use crate::played::action::{Shown, ShownV2, StateMachine, Task};
use crate::store::{Action, ActionObject, Store, StoreError};

/// All actions.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Actions {
    actions: Vec<Task>,
    /// The actions of databases.
    #[serde(rename = "state-machines")]
    state_machines: Vec<StateMachine>,
}

refusals!(NoAction: 404 => ["action_not_exist"]);
refusals!(NoDatabase: 404 => ["db_not_exist"]);

/// Lists the actions of uploads and deletions, and those of databases.
#[utoipa::path(
    get, path = "/v1/actions", operation_id = "list_actions", tag = "actions",
    responses((status = 200, description = "The actions", body = Actions))
)]
pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Actions>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let mut all = Actions { actions: Vec::new(), state_machines: Vec::new() };
    for action in app.ask(|store| store.actions()).await? {
        match Shown::from(action) {
            Shown::Task(task) => all.actions.push(task),
            Shown::StateMachine(machine) => all.state_machines.push(machine),
        }
    }
    Ok(Json(all))
}

/// Shows an action.
#[utoipa::path(
    get, path = "/v1/actions/{uid}", operation_id = "show_action", tag = "actions",
    params(("uid" = String, Path, description = "The `action_uid` that was answered")),
    responses((status = 200, description = "The action", body = Shown), NoAction)
)]
pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Shown>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    find(&app, uid).await.map(|action| Json(action.into()))
}

/// Lists the actions of uploads and deletions, and those of databases.
#[utoipa::path(
    get, path = "/v2/actions", operation_id = "list_actions_v2", tag = "actions",
    responses((status = 200, description = "The actions", body = Vec<ShownV2>))
)]
pub(super) async fn list_v2(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Vec<ShownV2>>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let actions = app.ask(|store| store.actions()).await?;
    Ok(Json(actions.into_iter().map(ShownV2::from).collect()))
}

/// Shows an action.
#[utoipa::path(
    get, path = "/v2/actions/{uid}", operation_id = "show_action_v2", tag = "actions",
    params(("uid" = String, Path, description = "The `action_uid` that was answered")),
    responses((status = 200, description = "The action", body = ShownV2), NoAction)
)]
pub(super) async fn show_v2(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<ShownV2>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    find(&app, uid).await.map(|action| Json(action.into()))
}

/// Lists the actions of a database: that it was made, its changes and its upgrades.
#[utoipa::path(
    get, path = "/v1/actions/bdb/{uid}", operation_id = "list_database_actions", tag = "actions",
    params(("uid" = String, Path, description = "The database's `uid`")),
    responses((status = 200, description = "The actions", body = Vec<StateMachine>), NoDatabase)
)]
pub(super) async fn of_database(
    State(app): State<Arc<App>>,
    caller: Caller,
    Parameters([uid]): Parameters<1>,
) -> Result<Json<Vec<Shown>>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let actions = match number(&uid) {
        Some(number) => app.ask(move |store| of_number(store, number)).await?,
        None => None,
    };
    actions.map(|actions| Json(actions.into_iter().map(Shown::from).collect())).ok_or_else(|| {
        let message = "Database UID does not exist";
        Refusal::new(StatusCode::NOT_FOUND, "db_not_exist", message, format!("no database {uid}"))
    })
}

/// The actions of the database of that number, newest first; none where there is no such database.
fn of_number(store: &dyn Store, uid: u32) -> Result<Option<Vec<Action>>, StoreError> {
    if store.database(uid)?.is_none() {
        return Ok(None);
    }
    let mut actions = store.actions()?;
    actions.retain(|action| action.object == ActionObject::Database(uid));
    Ok(Some(actions))
}

async fn find(app: &App, uid: String) -> Result<Action, Refusal> {
    let asked = uid.clone();
    app.ask(move |store| store.action(&asked)).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "action_not_exist", "Action does not exist", format!("no action {uid}"))
    })
}
