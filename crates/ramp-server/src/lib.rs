#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod app;
mod auth;
mod check;
mod config;
mod dependencies;
mod error;
mod http;
mod ids;
mod limits;
mod locations;
mod played;
mod private;
mod routes;
mod server;
mod start;
mod stock;
pub mod storage;
pub mod store;
mod tenure;
mod upload;

pub use check::{Checked, Fate, Strangers, check};
pub use config::Config;
pub use dependencies::{DependencySource, NoSource};
pub use error::ServerError;
pub use http::Transport;
pub use limits::ServerLimits;
pub use locations::{open_storage, open_store};
pub use server::{Server, run};
