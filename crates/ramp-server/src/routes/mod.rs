//! The endpoints, by the generation of the release that is played.

mod actions;
mod artifacts;
mod bootstrap;
mod cluster;
mod database_changes;
mod databases;
mod description;
mod dry_run;
mod fallback;
mod gone;
mod guard;
mod health;
mod license;
mod modules;
mod nodes;
mod observe;
mod openapi;
mod page;
mod parameters;
mod router;
mod user_defined;
mod users;
mod validate;

pub(crate) use router::router;
