//! The built-in host: a process that a module is loaded into in place of a server.
//!
//! All unsafe code of the project is in this folder: what a module calls, it calls by C's rules.

mod api;
mod calls;
mod command_info;
mod commands;
mod descriptors;
mod fence;
mod files;
mod flags;
mod info;
mod keys;
mod life;
mod load;
mod process;
mod refused;
mod registry;
mod rights;
mod sandbox;
mod shared;
mod values;
mod variadic;

pub(crate) use fence::fence;
pub(crate) use process::run;
