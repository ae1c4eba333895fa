//! Actions as they are made and shown: tasks, which are about modules, and state machines, which are about databases.

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ServerError;
use crate::ids;
use crate::store::{Action, ActionKind, ActionObject, ActionStatus, NewAction};

/// An action that is done.
///
/// # Errors
///
/// [`ServerError::Random`] where the system has nothing to make its uid of.
pub(crate) fn done(name: ActionKind, object: ActionObject) -> Result<Action, ServerError> {
    new(name).map(|action| action.of(object))
}

/// The same, where what it is about is not known before.
///
/// # Errors
///
/// As [`done`].
pub(crate) fn new(name: ActionKind) -> Result<NewAction, ServerError> {
    Ok(NewAction { action_uid: ids::uuid()?, name, status: ActionStatus::Completed, creation_time: ids::now() })
}

/// A task, as the documentation shows one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Action)]
#[expect(clippy::struct_field_names, reason = "the names are the documentation's")]
pub(crate) struct Task {
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

/// An action of a database, as the documentation shows one.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StateMachine {
    action_uid: String,
    /// When it last went on, in seconds since 1970.
    heartbeat: u64,
    /// What was done.
    #[schema(value_type = String)]
    name: ActionKind,
    /// `bdb:` and the database's `uid`.
    object_name: String,
    /// A percentage.
    progress: f64,
    #[schema(value_type = String)]
    status: ActionStatus,
}

/// An action of either kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = AnyAction)]
pub(crate) enum Shown {
    /// Of a module.
    Task(Task),
    /// Of a database.
    StateMachine(StateMachine),
}

/// The action as the newer endpoint shows one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionV2)]
pub(crate) struct ShownV2 {
    /// `task`, or of a database `state-machine`.
    action_type: &'static str,
    action_uid: String,
    additional_info: About,
    /// When it began, in seconds since 1970.
    creation_time: u64,
    /// What was done.
    #[schema(value_type = String)]
    name: ActionKind,
    /// A percentage.
    progress: f64,
    #[schema(value_type = String)]
    status: ActionStatus,
}

/// What an action is about.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ActionInfo)]
struct About {
    /// `module` or `bdb`.
    object_type: &'static str,
    object_uid: String,
}

impl From<Action> for Shown {
    fn from(action: Action) -> Self {
        let Action { action_uid, name, status, object, creation_time } = action;
        match object {
            ActionObject::Module(module_uid) => {
                let task_id = action_uid.clone();
                Self::Task(Task { action_uid, module_uid, name, progress: "100", status, task_id })
            }
            ActionObject::Database(uid) => Self::StateMachine(StateMachine {
                action_uid,
                heartbeat: creation_time,
                name,
                object_name: format!("bdb:{uid}"),
                progress: 100.0,
                status,
            }),
        }
    }
}

impl From<Action> for ShownV2 {
    fn from(action: Action) -> Self {
        let Action { action_uid, name, status, object, creation_time } = action;
        let (action_type, object_type, object_uid) = match object {
            ActionObject::Module(uid) => ("task", "module", uid),
            ActionObject::Database(uid) => ("state-machine", "bdb", uid.to_string()),
        };
        let additional_info = About { object_type, object_uid };
        Self { action_type, action_uid, additional_info, creation_time, name, progress: 100.0, status }
    }
}
