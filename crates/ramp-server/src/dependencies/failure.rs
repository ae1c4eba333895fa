//! What keeps a dependency or a bundle from being downloaded, and what is told then.

use std::error::Error;
use std::io;
use std::time::Duration;

use axum::http::StatusCode;
use ramp_core::text::count;
use url::{Position, Url};

use crate::error::ServerError;
use crate::http::Refusal;

/// Why a dependency or a bundle was not downloaded.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("that is not an http or https address")]
    NoAddress,
    #[error(
        "this server may not download from that host and port; its option `--dependencies-from` says from where it may"
    )]
    NotAllowed,
    #[error("the host is not at a public address; the server's option `--dependencies-from` would have to name it")]
    NotPublic,
    #[error("the host's address cannot be found")]
    Unknown(#[source] io::Error),
    #[error("the host cannot be connected to")]
    Unreachable(#[source] io::Error),
    #[error("the TLS handshake failed")]
    Tls(#[source] io::Error),
    #[error("the answer is not HTTP, or is cut off")]
    Http(#[source] Box<dyn Error + Send + Sync>),
    #[error("HTTP status {0}")]
    Status(StatusCode),
    #[error("it redirects more than {}", count(.0, "time"))]
    TooManyRedirects(usize),
    #[error("this server downloads at most {} for all dependencies of a module", count(.0, "byte"))]
    TooLarge(u64),
    #[error("all dependencies of a module must arrive within {} s", .0.as_secs_f64())]
    TooSlow(Duration),
    #[error("this server downloads at most {} for a bundle", count(.0, "byte"))]
    BundleTooLarge(u64),
    #[error("a bundle must arrive within {} s", .0.as_secs_f64())]
    BundleTooSlow(Duration),
    #[error("this server downloads nothing; its option `--dependencies-from` says from where it may")]
    Off,
    #[error("this server cannot keep it")]
    File(#[source] io::Error),
    #[error("this server failed")]
    Server(#[from] ServerError),
    #[error("its SHA-256 is {got}; the metadata says {expected}")]
    Sha256 {
        /// What the metadata says.
        expected: String,
        /// What came.
        got: String,
    },
    #[error("nobody is waiting for it any more")]
    Unasked,
}

impl Failure {
    /// What is wrong, with its causes.
    pub(crate) fn told(&self) -> String {
        let mut told = self.to_string();
        let mut cause = self.source();
        while let Some(error) = cause {
            told = format!("{told}: {error}");
            cause = error.source();
        }
        told
    }

    /// What is answered: that it is not there, where whoever was asked says so; else that it could not be had.
    pub(super) fn refuse(&self, dependency: &str, at: Option<&Url>) -> Refusal {
        let at = at.map(|url| format!(" at {}", shown(url))).unwrap_or_default();
        let description = format!("dependency `{dependency}`{at}: {}", self.told());
        tracing::warn!(description, "a dependency was not downloaded");
        match self {
            Self::Status(StatusCode::NOT_FOUND | StatusCode::GONE) => {
                Refusal::new(StatusCode::NOT_FOUND, "dependency_not_found", "Dependency not found", description)
            }
            _ => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Refusal::new(status, "get_dependency_failed", "Failed to get dependency", description)
            }
        }
    }
}

/// An address without what may be a secret in it: user, password and query.
pub(super) fn shown(url: &Url) -> String {
    let query = if url.query().is_some() { "?…" } else { "" };
    format!("{}://{}{query}", url.scheme(), &url[Position::BeforeHost..Position::AfterPath])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_secrets() {
        for (url, wanted) in [
            ("https://me:secret@a.example:8443/x/y.tgz?signature=secret#part", "https://a.example:8443/x/y.tgz?…"),
            ("http://[::1]/x.tgz", "http://[::1]/x.tgz"),
            ("http://a.example", "http://a.example/"),
        ] {
            assert_eq!(shown(&Url::parse(url).unwrap()), wanted);
        }
    }
}
