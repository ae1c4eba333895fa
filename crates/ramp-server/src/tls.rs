//! The server's certificate.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::config::{Config, Transport};
use crate::error::ServerError;

/// What makes TLS of a connection; `None` where plain HTTP is served.
pub(crate) fn acceptor(config: &Config) -> Result<Option<TlsAcceptor>, ServerError> {
    match &config.transport {
        Transport::Plain => Ok(None),
        Transport::Files { certificate, key } => load(certificate, key).map(Some),
        Transport::SelfMade => {
            let (certificate, key) = (config.data_dir.join("certificate.pem"), config.data_dir.join("key.pem"));
            if !(certificate.exists() && key.exists()) {
                make(config.listen.ip(), &certificate, &key)?;
            }
            load(&certificate, &key).map(Some)
        }
    }
}

fn load(certificate: &Path, key: &Path) -> Result<TlsAcceptor, ServerError> {
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
    Ok(TlsAcceptor::from(Arc::new(config)))
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
