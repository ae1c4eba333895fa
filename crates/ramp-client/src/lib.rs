#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod action;
mod answer;
mod asking;
mod cluster;
mod connection;
mod credentials;
mod error;
mod event;
mod failure;
mod file;
mod form;
mod health;
mod http;
mod json;
mod limits;
mod modules;
mod node;
mod object;
mod places;
mod refused;
pub mod remote;
mod resolve;
mod segment;
mod survey;
mod trust;
mod upload;
mod url;
mod warning;

pub use cluster::Cluster;
pub use credentials::Credentials;
pub use error::{ClientError, Undone};
pub use event::Event;
pub use health::health;
pub use limits::ClientLimits;
pub use modules::{Artifacts, ClusterModule, ClusterModules, Database, Deleted, Difference, Presence};
pub use node::Node;
pub use object::ClusterBuild;
pub use refused::Refused;
pub use survey::Survey;
pub use trust::Trust;
pub use upload::{Bundle, Uploaded};
pub use url::ClusterUrl;
pub use warning::Warning;
