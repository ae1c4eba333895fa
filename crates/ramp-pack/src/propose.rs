//! What a manifest could say of a module: the systems whose libraries fit it, and versions that all clusters have for which it is meant.

mod systems;
mod versions;

pub use systems::{Fit, Fits, SystemsError, has_nodes_of, systems};
pub use versions::{Databases, Versions, versions};
