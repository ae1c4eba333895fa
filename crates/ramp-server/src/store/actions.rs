//! What becomes of uploads and deletions, as it is kept.

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
}

/// How far an action is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ActionStatus {
    /// Done. This server does its work before it answers, so there is no other.
    Completed,
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
    /// The module it is about.
    pub module_uid: String,
    /// When it began, in seconds since 1970.
    pub creation_time: u64,
}
