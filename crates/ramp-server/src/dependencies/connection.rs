//! One request to an address that was looked at before: what is checked is what is connected to.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use hyper::body::{Body as _, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use url::{Host, Position, Url};

use super::failure::Failure;
use crate::error::ServerError;

/// Most of an answer's head, and of what is read at a time, in bytes.
const BUFFER: usize = 64 << 10;
/// Addresses of a host that are tried at most.
const MOST_ADDRESSES: usize = 4;
/// What this server calls itself.
const USER_AGENT: HeaderValue = HeaderValue::from_static(concat!("ramp/", env!("CARGO_PKG_VERSION")));

/// A turn to download, which is over when nothing that was begun in it is under way any more.
pub(super) type Turn = Arc<OwnedSemaphorePermit>;

/// What was answered.
pub(super) enum Answer {
    /// What was asked for.
    Content(Content),
    /// It is somewhere else.
    Elsewhere(String),
}

/// The body of an answer.
pub(super) struct Content {
    body: Incoming,
    /// The least that it says it has, in bytes.
    pub(super) announced: u64,
    /// Ends with it.
    _connection: JoinSet<hyper::Result<()>>,
}

impl Content {
    /// The next piece; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut self.body).poll_frame(context)).await;
            let Some(frame) = frame.transpose().map_err(broken)? else { return Ok(None) };
            // What is not data is a trailer.
            if let Ok(data) = frame.into_data() {
                return Ok(Some(data));
            }
        }
    }
}

/// What makes TLS of a connection; the system's authorities are believed.
pub(super) fn tls() -> Result<TlsConnector, ServerError> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!("the system has no certificates to trust; dependencies can be downloaded over http only");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|err| ServerError::Tls { what: err.to_string() })?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsConnector::from(Arc::new(config)))
}

/// The addresses of a host.
pub(super) async fn resolve(
    host: &Host<&str>,
    port: u16,
    limit: Duration,
    turn: &Turn,
) -> Result<Vec<SocketAddr>, Failure> {
    let name = match host {
        Host::Ipv4(ip) => return Ok(vec![(*ip, port).into()]),
        Host::Ipv6(ip) => return Ok(vec![(*ip, port).into()]),
        Host::Domain(name) => (*name).to_owned(),
    };
    let turn = Arc::clone(turn);
    // The system cannot be told to give up, and a thread waits for it. So the turn is not over before.
    let found = tokio::spawn(async move {
        let found = lookup_host((name, port)).await.map(Vec::from_iter);
        drop(turn);
        found
    });
    let found = timeout(limit, found).await.map_err(|_| Failure::Unknown(std::io::ErrorKind::TimedOut.into()))?;
    let found = found.map_err(|err| Failure::Unknown(std::io::Error::other(err)))?;
    found.map_err(Failure::Unknown)
}

/// Connects to the first address that answers.
pub(super) async fn connect(addresses: &[SocketAddr], limit: Duration) -> Result<TcpStream, Failure> {
    let mut failure = std::io::ErrorKind::AddrNotAvailable.into();
    for address in addresses.iter().take(MOST_ADDRESSES) {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(err)) => failure = err,
            Err(_) => failure = std::io::ErrorKind::TimedOut.into(),
        }
    }
    Err(Failure::Unreachable(failure))
}

/// Asks for what the URL names. A name or a password in it does not go along, only what is given.
pub(super) async fn get(
    stream: TcpStream,
    url: &Url,
    authorization: Option<HeaderValue>,
    tls: &TlsConnector,
    limit: Duration,
) -> Result<Answer, Failure> {
    if url.scheme() == "http" {
        return ask(stream, url, authorization).await;
    }
    let name = match url.host() {
        Some(Host::Domain(name)) => ServerName::try_from(name.to_owned()).map_err(|_| Failure::NoAddress)?,
        Some(Host::Ipv4(ip)) => ServerName::from(std::net::IpAddr::from(ip)),
        Some(Host::Ipv6(ip)) => ServerName::from(std::net::IpAddr::from(ip)),
        None => return Err(Failure::NoAddress),
    };
    let secured = timeout(limit, tls.connect(name, stream)).await;
    let secured = secured.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
    ask(secured.map_err(Failure::Tls)?, url, authorization).await
}

async fn ask<S>(stream: S, url: &Url, authorization: Option<HeaderValue>) -> Result<Answer, Failure>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let host =
        HeaderValue::from_str(&url[Position::BeforeHost..Position::AfterPort]).map_err(|_| Failure::NoAddress)?;
    let mut request = Request::get(&url[Position::BeforePath..Position::AfterQuery])
        .header(header::HOST, host)
        .header(header::USER_AGENT, USER_AGENT)
        .header(header::ACCEPT, "*/*")
        // The bytes that the SHA-256 is of.
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::CONNECTION, "close")
        .body(Body::empty())
        .map_err(|_| Failure::NoAddress)?;
    if let Some(authorization) = authorization {
        request.headers_mut().insert(header::AUTHORIZATION, authorization);
    }
    let (mut sender, connection) =
        http1::Builder::new().max_buf_size(BUFFER).handshake(TokioIo::new(stream)).await.map_err(broken)?;
    let mut connections = JoinSet::new();
    connections.spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status();
    match status {
        StatusCode::OK => {
            let announced = response.body().size_hint().lower();
            Ok(Answer::Content(Content { body: response.into_body(), announced, _connection: connections }))
        }
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
            location.map(|to| Answer::Elsewhere(to.to_owned())).ok_or(Failure::Status(status))
        }
        _ => Err(Failure::Status(status)),
    }
}

fn broken(error: hyper::Error) -> Failure {
    Failure::Http(error.into())
}
