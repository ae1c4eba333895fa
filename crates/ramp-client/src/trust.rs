//! Whose certificates are believed.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::error::ClientError;
use crate::file;

/// Whose certificates are believed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Trust {
    /// Those that the system's authorities signed.
    System,
    /// Those in a PEM file, or signed by one in it, and no others. Clusters make their own certificates, which nobody else has
    /// signed: this is for those.
    File(PathBuf),
    /// Any. Whoever answers at the address is believed to be the cluster, and gets the password.
    Anybody,
}

impl Trust {
    pub(crate) fn config(&self) -> Result<TlsConfig, ClientError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = TlsConfig::builder().unversioned_rustls_crypto_provider(provider);
        let roots = match self {
            // Something must be named; it is not looked at.
            Self::Anybody => return Ok(builder.root_certs(certificates(&[])).disable_verification(true).build()),
            // Where there is none, every certificate is refused, and that is then said.
            Self::System => rustls_native_certs::load_native_certs().certs,
            Self::File(path) => read(path)?,
        };
        Ok(builder.root_certs(certificates(&roots)).build())
    }
}

fn certificates(of: &[CertificateDer<'static>]) -> RootCerts {
    of.iter().map(|der| Certificate::from_der(der).to_owned()).collect::<Vec<_>>().into()
}

/// All certificates of a system are some 250 KB.
const LARGEST: u64 = 16 << 20;

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let unreadable = |source| ClientError::ReadFile { path: path.to_owned(), source };
    let bytes = File::open(path).and_then(|file| file::read(file, LARGEST)).map_err(unreadable)?;
    let wrong = |what: String| ClientError::CertificateFile { path: path.to_owned(), what };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|err| wrong(err.to_string()))?;
    if found.is_empty() {
        return Err(wrong("it has no PEM certificate".to_owned()));
    }
    let mut store = rustls::RootCertStore::empty();
    for certificate in &found {
        store.add(certificate.clone()).map_err(|err| wrong(err.to_string()))?;
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_certificates_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("ca.pem");
        for text in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            std::fs::write(&path, text).unwrap();
            let err = Trust::File(path.clone()).config().unwrap_err();
            assert!(matches!(err, ClientError::CertificateFile { .. }), "{text}: {err}");
        }
        assert!(matches!(Trust::File("/nowhere".into()).config(), Err(ClientError::ReadFile { .. })));
        // Certificates behind the bound would be left out, and nobody would know.
        std::fs::write(&path, vec![b'\n'; usize::try_from(LARGEST).unwrap() + 1]).unwrap();
        let err = Trust::File(path).config().unwrap_err();
        assert!(
            matches!(&err, ClientError::ReadFile { source, .. } if source.kind() == std::io::ErrorKind::FileTooLarge),
            "{err:?}"
        );
        Trust::System.config().unwrap();
        Trust::Anybody.config().unwrap();
    }
}
