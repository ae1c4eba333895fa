//! The built-in host: a process that a module is loaded into in place of a server.
//!
//! All unsafe code of the project is in this folder: what a module calls, it calls by C's rules.

mod api;
mod command_info;
mod commands;
mod fence;
mod flags;
mod info;
mod keys;
mod load;
mod process;
mod registry;
mod rights;
mod sandbox;
mod shared;
mod values;
mod variadic;

pub(crate) use fence::fence;
pub(crate) use process::run;
