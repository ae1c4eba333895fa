//! How connections are protected, and the server's certificate.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::error::ServerError;

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
pub(crate) struct Acceptor(pub(super) TlsAcceptor);

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}

/// What makes TLS of a connection; `None` where plain HTTP is served.
pub(crate) fn acceptor(
    transport: &Transport,
    listen: IpAddr,
    data_dir: &Path,
) -> Result<Option<Acceptor>, ServerError> {
    match transport {
        Transport::Plain => Ok(None),
        Transport::Files { certificate, key } => load(certificate, key).map(Some),
        Transport::SelfMade => {
            let (certificate, key) = (data_dir.join("certificate.pem"), data_dir.join("key.pem"));
            if !(certificate.exists() && key.exists()) {
                make(listen, &certificate, &key)?;
            }
            load(&certificate, &key).map(Some)
        }
    }
}

fn load(certificate: &Path, key: &Path) -> Result<Acceptor, ServerError> {
    let unreadable = |path: &Path, err: rustls::pki_types::pem::Error| ServerError::Tls {
        what: format!("`{}`: {err}", path.display()),
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|err| unreadable(certificate, err))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|err| unreadable(key, err))?;
    let wrong = |err: rustls::Error| ServerError::Tls { what: err.to_string() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(wrong)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(wrong)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Acceptor(TlsAcceptor::from(Arc::new(config))))
}

/// Makes a certificate for this machine, signed by itself. The key is for its owner alone.
fn make(listen: IpAddr, certificate: &Path, key: &Path) -> Result<(), ServerError> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
    if !listen.is_loopback() && !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    let made = rcgen::generate_simple_self_signed(names).map_err(|err| ServerError::Tls { what: err.to_string() })?;
    write(key, &made.signing_key.serialize_pem())?;
    write(certificate, &made.cert.pem())
}

fn write(path: &Path, text: &str) -> Result<(), ServerError> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written: io::Result<()> = options.open(path).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.map_err(|source| ServerError::File { path: PathBuf::from(path), source })
}
