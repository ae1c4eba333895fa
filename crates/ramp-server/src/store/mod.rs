//! The catalogue: which modules there are, which databases use them, who may ask, and what was set.
//!
//! A [`Store`] decides who wins when two uploads want the same place, or when a module is deleted while a database is made
//! with it; no lock in the process does, so several servers can share one. Its methods block, and are called from threads that may.

mod actions;
mod asking;
mod bundled;
mod catalogue;
mod changes;
mod contents;
mod copies;
mod databases;
mod error;
pub(crate) mod json;
mod modules;
mod numbers;
mod redis;
mod sqlite;
mod users;

pub use actions::{Action, ActionKind, ActionObject, ActionStatus, MAX_ACTIONS, NewAction};
pub(crate) use asking::Asking;
pub(crate) use bundled::WithBundled;
pub use catalogue::Store;
pub use changes::{Changed, Changes};
pub use contents::{Contents, Fault};
pub use copies::{CopyForm, OWN_SETTINGS};
pub(crate) use copies::{RESTORE, TERMS};
pub use databases::{Database, DatabaseAdded, DatabaseChanged, DatabaseKind, DatabaseSpec, UsedModule};
pub use error::StoreError;
pub use modules::{ArtifactRecord, Build, Claim, ModuleRecord, NewBuild, NewModule, Removed, Reserved};
pub use numbers::LARGEST_UID;
pub use redis::RedisStore;
pub use sqlite::SqliteStore;
pub use users::{NewUser, Role, User, UserChange, UserPatch};
