//! What keeps a bundle at a URL from being read.

use std::error::Error;
use std::io;

use ramp_core::text::count;

use crate::failure::Failure;

/// Why a bundle at a URL cannot be read.
///
/// URLs in it have no user, password or query, which may be secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RemoteError {
    /// The text is no URL that can be read from; nothing was asked.
    #[error("`{url}` is not a URL to read from: {what}")]
    Url {
        /// The text, without what may be secret in it.
        url: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Nobody answers there.
    #[error("cannot read `{at}`: {host} cannot be reached")]
    NotReached {
        /// The URL.
        at: String,
        /// The server.
        host: String,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The certificate is not one that is trusted.
    #[error("cannot read `{at}`: its certificate is not trusted: {what}")]
    NotTrusted {
        /// The URL.
        at: String,
        /// Why not.
        what: String,
    },
    /// What answers there speaks no TLS that is understood.
    #[error("cannot read `{at}`: TLS failed: {what}")]
    NoTls {
        /// The URL.
        at: String,
        /// What is wrong.
        what: String,
    },
    /// A time limit was hit.
    #[error("cannot read `{at}`: the server did not go on in time")]
    TimedOut {
        /// The URL.
        at: String,
    },
    /// The connection failed, or what came is not HTTP; more than once.
    #[error("cannot read `{at}`: the connection failed")]
    Interrupted {
        /// The URL.
        at: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The server answers something else than the bundle.
    #[error("cannot read `{at}`: HTTP status {status}")]
    Status {
        /// The URL.
        at: String,
        /// The status.
        status: u16,
    },
    /// It leads from one place to the next without end.
    #[error("cannot read `{at}`: it redirects more than {}", count(.most, "time"))]
    TooManyRedirects {
        /// The URL.
        at: String,
        /// The limit.
        most: u32,
    },
    /// It leads to what is not a URL, or to one of another kind.
    #[error("cannot read `{at}`: it redirects to `{to}`, {what}")]
    Redirect {
        /// The URL.
        at: String,
        /// Where it leads.
        to: String,
        /// Why that is not followed.
        what: &'static str,
    },
    /// It leads to an address that whoever sends one there may not be able to reach themselves.
    #[error("cannot read `{at}`: it redirects to `{to}`, which is nearer to this machine than the server itself")]
    Nearer {
        /// The URL.
        at: String,
        /// Where it leads.
        to: String,
    },
    /// The bundle is larger than any that could be judged.
    #[error("cannot read `{at}`: it is larger than {}", count(.most, "byte"))]
    TooLarge {
        /// The URL.
        at: String,
        /// The limit.
        most: u64,
    },
    /// It became another file while it was read.
    #[error("cannot read `{at}`: it was changed while it was read")]
    Changed {
        /// The URL.
        at: String,
    },
    /// The answer contradicts what was asked for, or itself.
    #[error("cannot read `{at}`: the server answers {what}")]
    Contradiction {
        /// The URL.
        at: String,
        /// What is wrong with it.
        what: String,
    },
    /// What was sent cannot be kept.
    #[error("cannot keep what `{at}` sends in a temporary file")]
    Spool {
        /// The URL.
        at: String,
        /// Why not.
        source: io::Error,
    },
}

impl RemoteError {
    pub(super) fn of(failure: Failure, at: &str, host: &str) -> Self {
        let at = at.to_owned();
        match failure {
            Failure::NotReached(source) => Self::NotReached { at, host: host.to_owned(), source },
            Failure::NotTrusted(what) => Self::NotTrusted { at, what },
            Failure::NoTls(what) => Self::NoTls { at, what },
            Failure::TimedOut => Self::TimedOut { at },
            Failure::Interrupted(source) => Self::Interrupted { at, source },
        }
    }

    /// Whether the same may go well a little later.
    pub(super) const fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::Interrupted { .. } | Self::NotReached { .. } | Self::Status { status: 429 | 502 | 503 | 504, .. }
        )
    }
}
