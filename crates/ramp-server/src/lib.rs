#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod app;
mod auth;
mod backup;
mod bootstrap;
mod causes;
mod check;
mod checks;
mod config;
mod dependencies;
mod durable;
mod error;
mod fresh;
mod http;
mod ids;
mod limits;
mod locations;
mod played;
mod private;
mod readiness;
mod regular;
mod release;
mod reset;
mod routes;
mod server;
mod space;
mod start;
mod stock;
pub mod storage;
pub mod store;
mod tenure;
mod upload;
mod utc;

pub use backup::{BackedUp, BackupError, Occupied, backup, restore};
pub use check::{Checked, Fate, Strangers, check};
pub use config::Config;
pub use dependencies::{DependencySource, NoSource};
pub use error::ServerError;
pub use http::{NoNetwork, ProxyNetwork, Transport};
pub use limits::ServerLimits;
pub use locations::{open_storage, open_store};
pub use reset::{PasswordError, must_have_user, set_password};
pub use server::{Reload, Server, run};
