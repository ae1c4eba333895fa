//! The modules that a cluster has: which there are, where, and who uses them.

mod delete;
mod difference;
mod list;
mod module;
mod presence;

pub use delete::Deleted;
pub(crate) use delete::delete;
pub use difference::Difference;
pub use list::ClusterModules;
pub(crate) use list::list;
pub use module::{Artifacts, ClusterModule, Database};
pub use presence::Presence;
