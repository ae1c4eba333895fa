//! Why a request came to nothing, told apart by what somebody would do about it.

use std::error::Error;
use std::io;

use rustls::CertificateError;
use ureq::Timeout;

/// Why a request came to nothing.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Nobody answers there; nothing was sent.
    NotReached(Box<dyn Error + Send + Sync>),
    /// The certificate is not one that is trusted.
    NotTrusted(String),
    /// No TLS that is understood.
    NoTls(String),
    /// A time limit was hit.
    TimedOut,
    /// The connection failed in the middle, or what came is not HTTP.
    Interrupted(Box<dyn Error + Send + Sync>),
}

impl From<ureq::Error> for Failure {
    fn from(err: ureq::Error) -> Self {
        match err {
            ureq::Error::Rustls(err) => Self::of_tls(&err),
            ureq::Error::Tls(what) => Self::NoTls(what.to_owned()),
            ureq::Error::Io(err) => Self::from(err),
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect)
            | ureq::Error::HostNotFound
            | ureq::Error::ConnectionFailed => Self::NotReached(Box::new(err)),
            ureq::Error::Timeout(_) => Self::TimedOut,
            err => Self::Interrupted(Box::new(err)),
        }
    }
}

/// Of what reading a body gives too, which wraps the errors of requests.
impl From<io::Error> for Failure {
    fn from(err: io::Error) -> Self {
        if let Some(err) = err.get_ref().and_then(|err| err.downcast_ref()) {
            return Self::of_tls(err);
        }
        let is_wrapped = err.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<ureq::Error>);
        if is_wrapped {
            return match err.downcast::<ureq::Error>() {
                Ok(err) => Self::from(err),
                Err(err) => Self::Interrupted(Box::new(err)),
            };
        }
        if is_unreachable(&err) {
            return Self::NotReached(Box::new(err));
        }
        if err.kind() == io::ErrorKind::TimedOut {
            return Self::TimedOut;
        }
        Self::Interrupted(Box::new(err))
    }
}

impl Failure {
    /// What rustls says. A handshake that breaks off is no such error.
    fn of_tls(err: &rustls::Error) -> Self {
        let what = match err {
            // What `openssl req -x509` makes unless it is told otherwise, and curl takes.
            rustls::Error::InvalidCertificate(CertificateError::Other(other)) if is_authority(other) => {
                "it is that of an authority (`CA:TRUE`), which a server's own must not be; make one with \
                 `-addext basicConstraints=critical,CA:FALSE`"
                    .to_owned()
            }
            err => err.to_string(),
        };
        match err {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => Self::NotTrusted(what),
            _ => Self::NoTls(what),
        }
    }
}

/// Whether a certificate was refused since it is an authority's. Which error that is, is no part of what rustls promises; its name is.
fn is_authority(err: &rustls::OtherError) -> bool {
    format!("{:?}", err.0).contains("CaUsedAsEndEntity")
}

/// Whether it can only have happened before a connection was there.
fn is_unreachable(err: &io::Error) -> bool {
    use io::ErrorKind::{AddrNotAvailable, ConnectionRefused, HostUnreachable, NetworkUnreachable};

    matches!(err.kind(), ConnectionRefused | HostUnreachable | NetworkUnreachable | AddrNotAvailable)
        // A name that is not found has no kind of its own.
        || err.to_string().contains("lookup address")
}
