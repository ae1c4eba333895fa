//! How a cluster and its nodes are reached, and who asks.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};

use ureq::tls::TlsConfig;

use crate::credentials::Credentials;
use crate::error::ClientError;
use crate::http::Peer;
use crate::limits::ClientLimits;
use crate::trust::Trust;
use crate::url::ClusterUrl;

/// How a cluster and its nodes are reached, and who asks.
pub(crate) struct Connection {
    url: ClusterUrl,
    authorization: String,
    tls: TlsConfig,
    limits: ClientLimits,
    peer: Peer,
}

impl Connection {
    /// Nothing is sent yet.
    pub(crate) fn new(
        url: ClusterUrl,
        credentials: &Credentials,
        trust: &Trust,
        limits: ClientLimits,
    ) -> Result<Self, ClientError> {
        let tls = trust.config()?;
        let authorization = credentials.basic();
        let peer = Peer::new(&url, None, tls.clone(), Some(&authorization), &limits);
        Ok(Self { url, authorization, tls, limits, peer })
    }

    pub(crate) const fn url(&self) -> &ClusterUrl {
        &self.url
    }

    /// The cluster as a whole.
    pub(crate) const fn peer(&self) -> &Peer {
        &self.peer
    }

    pub(crate) const fn limits(&self) -> &ClientLimits {
        &self.limits
    }

    /// A node, by its addresses.
    pub(crate) fn node(&self, called: String, addresses: Option<Vec<SocketAddr>>) -> Peer {
        let Some(addresses) = addresses else {
            return Peer::new(&self.url, None, self.tls.clone(), Some(&self.authorization), &self.limits)
                .called(called);
        };
        Peer::new(&self.url, Some((called, addresses)), self.tls.clone(), Some(&self.authorization), &self.limits)
    }

    /// The addresses that the cluster's name stands for; none where it has none, which a request will tell better.
    pub(crate) fn addresses(&self) -> Vec<IpAddr> {
        let found = (self.url.host(), self.url.port()).to_socket_addrs();
        found.map(|found| found.map(|address| address.ip()).collect()).unwrap_or_default()
    }
}
