//! The endpoints, by the generation of the release that is played.

mod actions;
mod artifacts;
mod cluster;
mod databases;
mod description;
mod fallback;
mod gone;
mod guard;
mod health;
mod modules;
mod nodes;
mod openapi;
mod page;
mod parameters;
mod router;
mod user_defined;
mod users;
mod validate;

pub(crate) use router::router;
