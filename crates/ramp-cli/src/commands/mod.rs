//! One file a command.

pub(crate) mod check;
#[cfg(feature = "cluster")]
pub(crate) mod cluster;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod init;
pub(crate) mod inspect;
#[cfg(feature = "serve")]
mod kept;
#[cfg(feature = "cluster")]
pub(crate) mod modules;
mod outcome;
pub(crate) mod pack;
pub(crate) mod pages;
pub(crate) mod probe;
#[cfg(feature = "cluster")]
mod question;
pub(crate) mod rehearse;
pub(crate) mod rules;
pub(crate) mod schema;
#[cfg(feature = "serve")]
pub(crate) mod serve;
#[cfg(feature = "serve")]
pub(crate) mod store;
pub(crate) mod target;
pub(crate) mod unpack;
#[cfg(feature = "cluster")]
pub(crate) mod upload;
#[cfg(feature = "serve")]
pub(crate) mod user;
pub(crate) mod validate;
pub(crate) mod version;
