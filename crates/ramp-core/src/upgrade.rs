//! One build of a module in the place of another: what is different, and what a cluster answers to the upgrade of a database.

mod answer;
mod arity;
mod build;
mod change;
mod commands;
mod compared;
mod loader;
mod metadata;
mod pair;
mod registered;

pub use answer::{UpgradeAnswer, UpgradeRefusal};
pub use build::Build;
pub use change::{Area, Change, ChangeKind, shown};
pub use pair::Upgrade;

pub(crate) use answer::{Cause, versions};
pub(crate) use arity::Arity;
