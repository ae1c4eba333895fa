//! `/v1/actions`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::guard::Caller;
use crate::answer::Refusal;
use crate::app::App;
use crate::auth::Permission;
use crate::store::Action;

pub(super) async fn list(State(app): State<Arc<App>>, caller: Caller) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let actions = app.ask(|store| store.actions()).await?;
    let actions: Vec<Value> = actions.iter().map(object).collect();
    Ok(Json(json!({"actions": actions, "state-machines": []})))
}

pub(super) async fn show(
    State(app): State<Arc<App>>,
    caller: Caller,
    Path(uid): Path<String>,
) -> Result<Json<Value>, Refusal> {
    caller.must(Permission::ViewStatusOfClusterAction)?;
    let asked = uid.clone();
    let action = app.ask(move |store| store.action(&asked)).await?.ok_or_else(|| {
        Refusal::new(StatusCode::NOT_FOUND, "action_not_exist", "Action does not exist", format!("no action {uid}"))
    })?;
    Ok(Json(object(&action)))
}

/// The action as the documentation shows one; `progress` is a string there.
fn object(action: &Action) -> Value {
    json!({
        "action_uid": action.action_uid,
        "module_uid": action.module_uid,
        "name": action.name,
        "progress": "100",
        "status": action.status,
        "task_id": action.action_uid,
    })
}
