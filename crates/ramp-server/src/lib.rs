//! The modules REST API of Redis Enterprise, on one machine.
//!
//! Plays a cluster of a release as far as uploading modules is concerned, for those who write or test what uploads: the
//! endpoints, statuses, `error_code`s and objects are the documentation's, and what a bundle is worth is decided by
//! `ramp-core`. It keeps modules; it runs none.
//!
//! ```no_run
//! use ramp_core::Target;
//! use ramp_server::{Config, Transport};
//!
//! let config = Config { transport: Transport::Plain, ..Config::new(Target::named("7.22")?, "/tmp/cluster") };
//! ramp_server::run(&config, |server| println!("listening on {}", server.address()))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod answer;
mod app;
mod asking;
pub mod auth;
mod bdb;
mod blobs;
mod body;
mod config;
mod dependencies;
mod descriptors;
mod error;
mod ids;
mod incoming;
mod intake;
mod judging;
mod leftovers;
mod listing;
mod metrics;
mod multipart;
mod object;
mod openapi;
mod routes;
mod server;
mod start;
pub mod store;
mod tls;

pub use blobs::Blobs;
pub use config::{Config, ServerLimits, Transport};
pub use dependencies::{DependencySource, NoSource};
pub use error::ServerError;
pub use server::{Server, run};
