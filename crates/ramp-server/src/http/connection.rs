//! A connection: taken, made safe, and spoken HTTP on.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::Watcher;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use super::crowd::Place;
use super::metrics::Metrics;
use super::patience::{Patience, Patient};
use super::tls::Acceptor;
use crate::causes::causes;

/// How many connections may wait to be taken.
const BACKLOG: u32 = 4096;
/// What the system holds of an answer that a client does not take, in bytes. It is asked for more only once a good part of it is gone, so
/// with much of it a client that is slow could not be told from one that takes nothing.
const UNREAD: u32 = 128 << 10;
/// Most of a request's head, and of a body that is read at a time, in bytes.
const BUFFER: usize = 64 << 10;

/// Takes an address, at which nobody is answered yet.
pub(crate) fn bind(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Elsewhere that would let another process listen too.
    if cfg!(unix) {
        socket.set_reuseaddr(true)?;
    }
    // Connections have it of who listens. What is more than the system grants it cuts by itself.
    socket.set_send_buffer_size(UNREAD)?;
    socket.bind(address)?;
    Ok(socket)
}

/// Listens there.
pub(crate) fn listen(socket: TcpSocket) -> std::io::Result<TcpListener> {
    socket.listen(BACKLOG)
}

/// Who is at the other end of the connection that a request came by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Where the connection was taken by which a request came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Here(pub(crate) SocketAddr);

/// Both ends of a connection.
type Ends = (Option<Here>, Option<Peer>);

/// A connection that was taken.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) router: Router,
    pub(crate) acceptor: Option<Acceptor>,
    /// How long a client may take to agree on TLS, and to send the head of a request.
    pub(crate) head_timeout: Duration,
    /// How long it may take to take what it is answered.
    pub(crate) patience: Patience,
    pub(crate) metrics: Arc<Metrics>,
}

impl Connection {
    /// Serves it until its end, or until the watcher tells it to end, or others need the place.
    pub(crate) async fn serve(self, stream: TcpStream, watcher: Watcher, place: Place) {
        // Answers are small and whole; waiting for more to send only delays them.
        let _ = stream.set_nodelay(true);
        let ends = (stream.local_addr().ok().map(Here), stream.peer_addr().ok().map(Peer));
        let metrics = Arc::clone(&self.metrics);
        let place = Arc::new(place);
        let stream = Patient::new(stream, self.patience, place.behind());
        metrics.connections.inc();
        tokio::select! {
            () = self.agree(stream, ends, watcher, Arc::clone(&place)) => {}
            () = place.is_needed() => tracing::debug!("a connection without a request makes room for others"),
        }
        metrics.connections.dec();
    }

    /// Speaks, once it is agreed how.
    async fn agree(self, stream: Patient<TcpStream>, ends: Ends, watcher: Watcher, place: Arc<Place>) {
        match self.acceptor.clone() {
            None => self.speak(stream, ends, watcher, place).await,
            Some(Acceptor { tls, .. }) => match tokio::time::timeout(self.head_timeout, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream, ends, watcher, place).await,
                Ok(Err(err)) => tracing::debug!(error = causes(&err), "the TLS handshake failed"),
                Err(_) => tracing::debug!("the TLS handshake took too long"),
            },
        }
    }

    async fn speak(
        self,
        stream: impl AsyncRead + AsyncWrite + Unpin + 'static,
        (here, peer): Ends,
        watcher: Watcher,
        place: Arc<Place>,
    ) {
        let router = TowerToHyperService::new(self.router);
        let service = service_fn(move |mut request: Request<Incoming>| {
            let busy = place.begin();
            if let Some(here) = here {
                request.extensions_mut().insert(here);
            }
            if let Some(peer) = peer {
                request.extensions_mut().insert(peer);
            }
            let answer = router.call(request);
            async move {
                let answer = answer.await;
                drop(busy);
                answer
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_timeout)
            .max_buf_size(BUFFER)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(err) = watcher.watch(connection).await {
            tracing::debug!(error = causes(&err), "a connection ended badly");
        }
    }
}
