//! Who asks, and what they may.

mod complexity;
mod password;
mod permission;
mod queue;
mod tries;
mod users;

pub(crate) use complexity::broken as complexity_broken;
pub(crate) use permission::Permission;
pub(crate) use users::{Asker, Differs, Identity, LONGEST_PASSWORD, Users, claimed_name};
