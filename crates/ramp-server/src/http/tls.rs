//! How connections are protected.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use tokio_rustls::TlsAcceptor;

use super::certificate::{Certificate, Files};
use super::self_made::SelfMade;
use crate::error::ServerError;
use crate::ids;

/// How connections are protected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// Not at all; on loopback only.
    Plain,
    /// TLS, with a certificate that the server makes for itself and keeps in its data directory.
    SelfMade,
    /// TLS, with a certificate chain and its key, both PEM.
    Files {
        /// The chain, the server's own certificate first.
        certificate: PathBuf,
        /// The private key.
        key: PathBuf,
    },
}

/// What makes TLS of a connection. Says no more of itself than that it is there.
#[derive(Clone)]
pub(crate) struct Acceptor {
    pub(super) tls: TlsAcceptor,
    /// What it shows.
    pub(crate) certificate: Arc<Certificate>,
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

/// What makes TLS of a connection; `None` where plain HTTP is served. A certificate that the server makes is for `names`, too.
pub(crate) fn acceptor(
    transport: &Transport,
    listen: IpAddr,
    names: &[String],
    data_dir: &Path,
) -> Result<Option<Acceptor>, ServerError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let certificate = match transport {
        Transport::Plain => return Ok(None),
        Transport::Files { certificate, key } => {
            let files = Files { certificate: certificate.clone(), key: key.clone() };
            Certificate::read(files, Arc::clone(&provider))?
        }
        Transport::SelfMade => {
            SelfMade::new(listen, names, data_dir)?.certificate(Arc::clone(&provider), ids::now())?
        }
    };
    let certificate = Arc::new(certificate);
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|err| ServerError::Tls { what: err.to_string() })?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(&certificate) as _);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Some(Acceptor { tls: TlsAcceptor::from(Arc::new(config)), certificate }))
}
