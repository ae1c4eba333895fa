//! Who asks, and what they may.

mod password;
mod role;
mod users;

pub use role::{Permission, Role};
pub use users::{Identity, Users};
