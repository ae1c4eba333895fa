//! Actions, as the scripts are given them.

use serde::Serialize;

use crate::store::actions::{Action, MAX_ACTIONS, NewAction};
use crate::store::error::StoreError;
use crate::store::json;

/// Three arguments of a script that keeps an action beside what it does: its uid and its text, both empty where there is no action, and how
/// many actions are kept.
pub(super) type Kept = (String, String, usize);

pub(super) fn kept(action: Option<&Action>) -> Result<Kept, StoreError> {
    arguments(action.map(|action| (&action.action_uid, action)))
}

/// Of one that the script has to say what it is about.
pub(super) fn kept_new(action: Option<&NewAction>) -> Result<Kept, StoreError> {
    arguments(action.map(|action| (&action.action_uid, action)))
}

fn arguments(action: Option<(&String, &impl Serialize)>) -> Result<Kept, StoreError> {
    let Some((uid, action)) = action else { return Ok((String::new(), String::new(), MAX_ACTIONS)) };
    Ok((uid.clone(), json::write("action", action)?, MAX_ACTIONS))
}
