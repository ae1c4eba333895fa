//! How the server is spoken to: connections and their certificates, bodies, and what is answered when something is refused.
//!
//! Nothing here knows an endpoint; those are in `routes`.

pub(crate) mod body;
mod certificate;
mod connection;
mod crowd;
mod cut_off;
pub(crate) mod descriptors;
mod fields;
mod forwarded;
pub(crate) mod host;
mod metrics;
mod network;
mod noting;
mod patience;
mod pieces;
mod refusal;
mod request_id;
mod self_made;
mod tls;

pub(crate) use certificate::Certificate;
pub(crate) use connection::{Connection, Here, Peer, bind, listen};
pub(crate) use crowd::Crowd;
pub(crate) use cut_off::CutOff;
pub(crate) use fields::Fields;
pub(crate) use forwarded::{Client, asking};
pub use forwarded::{NoNetwork, ProxyNetwork};
pub(crate) use metrics::{Metrics, Now, TEXT};
pub(crate) use network::network;
pub(crate) use noting::{Traced, note_module, note_user, short, span};
pub(crate) use patience::Patience;
pub(crate) use pieces::Pieces;
pub(crate) use refusal::{Refusal, Told};
pub(crate) use request_id::{RequestId, RequestIds, X_REQUEST_ID};
pub(crate) use self_made::FILES as SELF_MADE;
pub use tls::Transport;
pub(crate) use tls::{Acceptor, acceptor};
