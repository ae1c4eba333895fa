//! What a server sends beside what is asked for: heads, trailers, what frames chunks. A reader of the body never sees it, so whoever
//! reads the connection has to count it.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ureq::unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport};

/// How many bytes may come before there are some of the body, or none at all.
const MOST: u64 = 1 << 20;

/// What came of one server since something of use did.
#[derive(Debug)]
pub(super) struct Watch {
    within: Duration,
    since: Mutex<Instant>,
    bytes: AtomicU64,
}

impl Watch {
    pub(super) fn new(within: Duration) -> Arc<Self> {
        Arc::new(Self { within, since: Mutex::new(Instant::now()), bytes: AtomicU64::new(0) })
    }

    /// Something of use came, or is asked for.
    pub(super) fn begin(&self) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.bytes.store(0, Ordering::Relaxed);
    }

    fn came(&self, bytes: usize) -> Result<(), io::Error> {
        let more = bytes as u64;
        if self.bytes.fetch_add(more, Ordering::Relaxed).saturating_add(more) > MOST {
            return Err(io::Error::other("the server sends more and more beside the file"));
        }
        let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.elapsed() > self.within { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }
}

/// Watches the connections that come before it in a chain.
#[derive(Debug)]
pub(super) struct Watching(pub(super) Arc<Watch>);

impl<In: Transport> Connector<In> for Watching {
    type Out = Watched<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Self::Out>, ureq::Error> {
        Ok(chained.map(|inner| Watched { inner, watch: Arc::clone(&self.0) }))
    }
}

/// A connection whose bytes are counted.
#[derive(Debug)]
pub(super) struct Watched<In> {
    inner: In,
    watch: Arc<Watch>,
}

impl<In: Transport> Transport for Watched<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let before = self.inner.buffers().input().len();
        let came = self.inner.await_input(timeout)?;
        let more = self.inner.buffers().input().len().saturating_sub(before);
        self.watch.came(more).map_err(ureq::Error::Io)?;
        Ok(came)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
