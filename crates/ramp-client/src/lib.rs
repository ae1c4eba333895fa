#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod answer;
mod cluster;
mod connection;
mod credentials;
mod error;
mod failure;
mod file;
mod form;
mod health;
mod http;
mod json;
mod limits;
mod node;
mod places;
mod refused;
pub mod remote;
mod resolve;
mod survey;
mod trust;
mod upload;
mod url;

pub use cluster::Cluster;
pub use credentials::Credentials;
pub use error::{ClientError, Undone};
pub use health::health;
pub use limits::ClientLimits;
pub use node::Node;
pub use refused::Refused;
pub use survey::{Survey, Warning};
pub use trust::Trust;
pub use upload::{Bundle, Event, Uploaded};
pub use url::ClusterUrl;
