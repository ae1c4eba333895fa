//! How the server is spoken to: connections and their certificates, bodies, and what is answered when something is refused.
//!
//! Nothing here knows an endpoint; those are in `routes`.

pub(crate) mod body;
mod connection;
mod crowd;
pub(crate) mod descriptors;
mod fields;
pub(crate) mod host;
mod metrics;
mod network;
mod patience;
mod refusal;
mod tls;

pub(crate) use connection::{Connection, Here, Peer, listen};
pub(crate) use crowd::Crowd;
pub(crate) use fields::Fields;
pub(crate) use metrics::Metrics;
pub(crate) use network::network;
pub(crate) use patience::Patience;
pub(crate) use refusal::Refusal;
pub use tls::Transport;
pub(crate) use tls::{Acceptor, acceptor};
