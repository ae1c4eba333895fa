//! Which address a name stands for: that of a node, under the name of the cluster.
//!
//! A cluster's certificate is for its name, and its nodes are known by their addresses. So a node is connected to by its
//! address, and must show the certificate of the name all the same.

use std::net::SocketAddr;

use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Addresses that are tried at most.
const MOST: usize = 8;

/// Answers with the addresses it was given, if any, whatever the name.
#[derive(Debug)]
pub(crate) struct Fixed(pub(crate) Option<Vec<SocketAddr>>);

impl Resolver for Fixed {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let Some(addresses) = &self.0 else { return DefaultResolver::default().resolve(uri, config, timeout) };
        let mut resolved = self.empty();
        for address in addresses.iter().take(MOST) {
            resolved.push(*address);
        }
        if resolved.is_empty() { Err(ureq::Error::HostNotFound) } else { Ok(resolved) }
    }
}
