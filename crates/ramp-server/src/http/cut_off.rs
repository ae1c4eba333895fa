//! What becomes of requests that are still under way when a server that was told to stop has waited long enough.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Whether requests are being cut off, and how many were.
#[derive(Debug, Default)]
pub(crate) struct CutOff {
    has_begun: AtomicBool,
    requests: AtomicU64,
}

impl CutOff {
    /// From now on it is the server that ends a request, and not its client.
    pub(crate) fn begin(&self) {
        self.has_begun.store(true, Ordering::SeqCst);
    }

    /// Notes a request that ends without an answer; whether the server has ended it.
    pub(crate) fn note(&self) -> bool {
        let has_begun = self.has_begun.load(Ordering::SeqCst);
        if has_begun {
            self.requests.fetch_add(1, Ordering::SeqCst);
        }
        has_begun
    }

    /// How many requests were cut off.
    pub(crate) fn requests(&self) -> u64 {
        self.requests.load(Ordering::SeqCst)
    }
}
