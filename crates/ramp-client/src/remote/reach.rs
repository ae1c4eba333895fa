//! Which addresses may be connected to: what somebody typed may be anywhere; where a server leads, no nearer than that server is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use ramp_core::address::Reach;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Of one server: from where its addresses may be reached at the least, and from where they are.
#[derive(Debug)]
pub(super) struct Reached {
    least: Reach,
    found: AtomicU8,
    refused: AtomicBool,
}

impl Reached {
    pub(super) fn at_least(least: Reach) -> Arc<Self> {
        Arc::new(Self { least, found: AtomicU8::new(least as u8), refused: AtomicBool::new(false) })
    }

    /// From where the server can be reached, by the farthest of its addresses.
    pub(super) fn found(&self) -> Reach {
        let found = self.found.load(Ordering::Relaxed);
        [Reach::Network, Reach::Public].into_iter().filter(|reach| *reach as u8 <= found).max().unwrap_or(self.least)
    }

    /// Whether all its addresses are nearer than it may be.
    pub(super) fn is_refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    pub(super) fn note(&self, reach: Reach) {
        self.found.fetch_max(reach as u8, Ordering::Relaxed);
    }
}

/// Answers with the addresses that may be connected to. What is looked at is what is connected to.
#[derive(Debug)]
pub(super) struct Looking(pub(super) Arc<Reached>);

impl Resolver for Looking {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = DefaultResolver::default().resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        for address in &found {
            let reach = Reach::of(address.ip());
            if reach >= self.0.least {
                self.0.note(reach);
                allowed.push(*address);
            }
        }
        if allowed.is_empty() {
            self.0.refused.store(true, Ordering::Relaxed);
            return Err(ureq::Error::HostNotFound);
        }
        Ok(allowed)
    }
}
