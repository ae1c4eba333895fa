//! What becomes of uploads and deletions, and of databases, as it is kept.

use serde::{Deserialize, Serialize};

/// How many actions a store keeps.
pub const MAX_ACTIONS: usize = 1000;

/// What an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ActionKind {
    /// A module was uploaded. The name is documented.
    #[serde(rename = "module_installation")]
    Installation,
    /// A module was deleted. The name is ours: none is documented.
    #[serde(rename = "module_deletion")]
    Deletion,
    /// A database was made. The name is that of the documentation's example.
    #[serde(rename = "SMCreateBDB")]
    Creation,
    /// A database was changed. The name is that of the documentation's example.
    #[serde(rename = "SMUpdateBDB")]
    Change,
    /// A database was upgraded. The name is that of the state machine which `rladmin upgrade db` is documented to follow.
    #[serde(rename = "SMUpgradeBDB")]
    Upgrade,
}

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ActionStatus {
    /// Done. This server does its work before it answers, so there is no other.
    Completed,
}

/// What an action is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ActionObject {
    /// A module, by its uid.
    #[serde(rename = "module_uid")]
    Module(String),
    /// A database, by its number.
    #[serde(rename = "bdb_uid")]
    Database(u32),
}

/// Something that takes its time on a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// A UUID.
    pub action_uid: String,
    /// What it does.
    pub name: ActionKind,
    /// How far it is.
    pub status: ActionStatus,
    /// What it is about: a field of its own, with the name of its kind.
    #[serde(flatten)]
    pub object: ActionObject,
    /// When it began, in seconds since 1970.
    pub creation_time: u64,
}

/// An action that is not about anything yet: of a database that gets its number in the step that keeps the action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewAction {
    /// A UUID.
    pub action_uid: String,
    /// What it does.
    pub name: ActionKind,
    /// How far it is.
    pub status: ActionStatus,
    /// When it began, in seconds since 1970.
    pub creation_time: u64,
}

impl NewAction {
    /// The action, once it is known what it is about.
    pub fn of(self, object: ActionObject) -> Action {
        let Self { action_uid, name, status, creation_time } = self;
        Action { action_uid, name, status, object, creation_time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The texts are in catalogues and in backups: what they say of modules is as it was before actions were about databases, too.
    #[test]
    fn an_action_is_kept_with_the_field_of_what_it_is_about() {
        let action = |name, object| Action {
            action_uid: "a".to_owned(),
            name,
            status: ActionStatus::Completed,
            object,
            creation_time: 7,
        };
        for (action, text) in [
            (
                action(ActionKind::Installation, ActionObject::Module("m".to_owned())),
                r#"{"action_uid":"a","name":"module_installation","status":"completed","module_uid":"m","creation_time":7}"#,
            ),
            (
                action(ActionKind::Upgrade, ActionObject::Database(1)),
                r#"{"action_uid":"a","name":"SMUpgradeBDB","status":"completed","bdb_uid":1,"creation_time":7}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&action).unwrap(), text);
            assert_eq!(serde_json::from_str::<Action>(text).unwrap(), action);
        }
        let nothing = r#"{"action_uid":"a","name":"SMUpgradeBDB","status":"completed","creation_time":7}"#;
        serde_json::from_str::<Action>(nothing).unwrap_err();
    }
}
