//! Who asks, and what they may.

mod complexity;
mod password;
mod role;
mod users;

pub(crate) use complexity::broken as complexity_broken;
pub use role::{Permission, Role};
pub use users::{Identity, Users};
