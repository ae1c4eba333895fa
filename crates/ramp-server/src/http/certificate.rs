//! The server's certificate, which is read again when its files change. Handshakes from then on get the new one; connections under way keep
//! theirs. What cannot be used changes nothing.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::metrics::Metrics;
use crate::causes::causes;
use crate::error::ServerError;

/// Longest file that is read, in bytes: a chain and a key have a few thousand.
const LONGEST: usize = 1 << 20;

/// Where a certificate chain and its key are, both PEM.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// What the files had in them when they were last read; `None` where one of them could not be.
type Seen = Option<[u8; 32]>;

/// Makes a certificate anew where it is time.
pub(super) type Renewal = Box<dyn Fn() -> Result<(), ServerError> + Send + Sync>;

/// A certificate with its key, as it is now.
pub(crate) struct Certificate {
    files: Files,
    provider: Arc<CryptoProvider>,
    current: RwLock<Arc<CertifiedKey>>,
    seen: Mutex<Seen>,
    /// Makes it anew before its end, where the server has made it.
    renewal: Option<Renewal>,
}

impl fmt::Debug for Certificate {
    /// There is a key in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("files", &self.files).finish_non_exhaustive()
    }
}

/// What became of reading the files again.
#[derive(Debug)]
enum Outcome {
    /// They are as they were, and so is what is wrong with them.
    Same,
    /// This certificate is used from now on: its SHA-256.
    Taken(String),
}

impl Certificate {
    /// Reads it for the first time.
    pub(super) fn read(files: Files, provider: Arc<CryptoProvider>) -> Result<Self, ServerError> {
        let (chain, key) = files.read()?;
        let current = RwLock::new(Arc::new(certified(&files, &chain, &key, &provider)?));
        let seen = Mutex::new(Some(print(&chain, &key)));
        Ok(Self { files, provider, current, seen, renewal: None })
    }

    /// The same, which is made anew before its end.
    pub(super) fn renewed_by(self, renewal: Renewal) -> Self {
        Self { renewal: Some(renewal), ..self }
    }

    /// Whether the certificate is for all of these names and addresses.
    pub(super) fn is_for(&self, names: &[ServerName<'_>]) -> bool {
        let current = self.now();
        let parsed = current.end_entity_cert().and_then(ParsedCertificate::try_from);
        let is_for = |parsed: &ParsedCertificate<'_>, name| rustls::client::verify_server_name(parsed, name).is_ok();
        parsed.is_ok_and(|parsed| names.iter().all(|name| is_for(&parsed, name)))
    }

    fn now(&self) -> Arc<CertifiedKey> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the files again. What is wrong with them is told once, until they change, and whenever somebody asks.
    fn read_again(&self, is_asked: bool) -> Result<Outcome, ServerError> {
        if let Some(renew) = &self.renewal {
            renew()?;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *seen;
        let (chain, key) = match self.files.read() {
            Ok(read) => read,
            Err(err) => {
                *seen = None;
                return if before.is_none() && !is_asked { Ok(Outcome::Same) } else { Err(err) };
            }
        };
        let now = print(&chain, &key);
        if before == Some(now) && !is_asked {
            return Ok(Outcome::Same);
        }
        *seen = Some(now);
        let read = Arc::new(certified(&self.files, &chain, &key, &self.provider)?);
        if before == Some(now) {
            return Ok(Outcome::Same);
        }
        let sha256 = read.cert.first().map(Sha256::digest).unwrap_or_default();
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
        Ok(Outcome::Taken(ramp_core::Digest256(sha256.into()).to_string()))
    }

    /// Reads the files again every now and then, and whenever somebody asks for it; for as long as the server runs. They are read and not
    /// only looked at: a link that leads elsewhere and a clock that stands still are no reason to miss a change.
    pub(crate) async fn watch(self: Arc<Self>, interval: Duration, asked: Arc<Notify>, metrics: Arc<Metrics>) {
        loop {
            let is_asked = tokio::select! {
                () = tokio::time::sleep(interval) => false,
                () = asked.notified() => true,
            };
            let this = Arc::clone(&self);
            let read = tokio::task::spawn_blocking(move || this.read_again(is_asked)).await;
            match read.unwrap_or(Err(ServerError::Task)) {
                Ok(Outcome::Same) if is_asked => tracing::info!("the certificate was read again, and is the same"),
                Ok(Outcome::Same) => {}
                Ok(Outcome::Taken(sha256)) => {
                    metrics.count_certificate(true);
                    tracing::info!(sha256, "the certificate was read again: new connections get it");
                }
                Err(err) => {
                    metrics.count_certificate(false);
                    let error = causes(&err);
                    tracing::error!(error, "the certificate was read again, and the one before stays in use");
                }
            }
        }
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.now())
    }
}

impl Files {
    fn read(&self) -> Result<(Vec<u8>, Vec<u8>), ServerError> {
        Ok((read(&self.certificate)?, read(&self.key)?))
    }
}

/// What a file has in it, or the file that a link leads to. What is not a file, such as a pipe, might never be open, or never end.
fn read(path: &Path) -> Result<Vec<u8>, ServerError> {
    let failed = |err| wrong(path, &err);
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(wrong(path, &"it is not a file"));
    }
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
    let mut content = Vec::new();
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut content)).map_err(failed)?;
    if content.len() > LONGEST {
        return Err(wrong(path, &"it has more than 1 MiB"));
    }
    Ok(content)
}

/// The chain with its key, where both can be used and belong together.
fn certified(files: &Files, chain: &[u8], key: &[u8], provider: &CryptoProvider) -> Result<CertifiedKey, ServerError> {
    let of_certificate = |err| wrong(&files.certificate, &err);
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(chain).collect::<Result<_, _>>().map_err(of_certificate)?;
    if chain.is_empty() {
        return Err(wrong(&files.certificate, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|err| wrong(&files.key, &err))?;
    CertifiedKey::from_der(chain, key, provider).map_err(|err| wrong(&files.key, &err))
}

fn wrong(path: &Path, err: &dyn fmt::Display) -> ServerError {
    ServerError::Tls { what: format!("`{}`: {err}", path.display()) }
}

/// What tells the files' contents from others.
fn print(chain: &[u8], key: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(u64::try_from(chain.len()).unwrap_or(u64::MAX).to_le_bytes());
    hash.update(chain);
    hash.update(key);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(directory: &Path) -> Files {
        Files { certificate: directory.join("c.pem"), key: directory.join("k.pem") }
    }

    /// Certificate and key for a name.
    fn make(name: &str) -> (String, String) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        (made.cert.pem(), made.signing_key.serialize_pem())
    }

    fn put(files: &Files, certificate: &str, key: &str) {
        std::fs::write(&files.certificate, certificate).unwrap();
        std::fs::write(&files.key, key).unwrap();
    }

    #[test]
    fn what_cannot_be_used_leaves_the_one_before() {
        let directory = tempfile::tempdir().unwrap();
        let files = files(directory.path());
        let (one, other) = (make("one.test"), make("other.test"));
        put(&files, &one.0, &one.1);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let certificate = Certificate::read(files.clone(), provider).unwrap();
        let is_for = |name: &str| certificate.is_for(&[name.to_owned().try_into().unwrap()]);
        assert!(is_for("one.test") && !is_for("other.test"));
        assert!(matches!(certificate.read_again(false).unwrap(), Outcome::Same));
        // Half of the change: told once.
        for (chain, key, what) in [
            (&other.0, &one.1, "k.pem`: keys may not be consistent: KeyMismatch"),
            (&String::new(), &one.1, "c.pem`: there is no certificate in it"),
            (&other.0, &"no key".to_owned(), "k.pem`: no items found"),
        ] {
            put(&files, chain, key);
            let err = certificate.read_again(false).unwrap_err().to_string();
            assert!(err.contains(what), "{err}");
            assert!(matches!(certificate.read_again(false).unwrap(), Outcome::Same));
            // Whoever asks is told again.
            let err = certificate.read_again(true).unwrap_err().to_string();
            assert!(err.contains(what) && is_for("one.test"), "{err}");
        }
        std::fs::remove_file(&files.key).unwrap();
        assert!(certificate.read_again(false).unwrap_err().to_string().contains("k.pem`: No such file"));
        assert!(certificate.read_again(true).unwrap_err().to_string().contains("k.pem`: No such file"));
        assert!(matches!(certificate.read_again(false).unwrap(), Outcome::Same));
        put(&files, &other.0, &other.1);
        assert!(matches!(certificate.read_again(false).unwrap(), Outcome::Taken(sha256) if sha256.len() == 64));
        assert!(is_for("other.test") && !is_for("one.test"));
        assert!(matches!(certificate.read_again(true).unwrap(), Outcome::Same));
    }

    /// Opening a pipe would wait for whoever writes to it, and a device never ends: neither is opened.
    #[test]
    #[cfg(unix)]
    fn what_is_not_a_file_or_is_huge_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let (files, there) = (files(directory.path()), directory.path().join("there"));
        let one = make("one.test");
        std::fs::write(&there, &one.0).unwrap();
        std::os::unix::fs::symlink(&there, &files.certificate).unwrap();
        std::fs::write(&files.key, &one.1).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let first = || Certificate::read(files.clone(), Arc::clone(&provider));
        // A link to a file is as good as a file.
        let certificate = first().unwrap();
        let fifo: fn(&Path) =
            |path| assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
        let long: fn(&Path) = |path| std::fs::write(path, vec![b'a'; LONGEST + 1]).unwrap();
        let endless: fn(&Path) = |path| std::os::unix::fs::symlink("/dev/zero", path).unwrap();
        for (path, name) in [(&files.key, "k.pem"), (&files.certificate, "c.pem")] {
            for (put, what) in
                [(fifo, "it is not a file"), (endless, "it is not a file"), (long, "it has more than 1 MiB")]
            {
                std::fs::remove_file(path).unwrap();
                put(path);
                let wanted = format!("{name}`: {what}");
                let err = first().unwrap_err().to_string();
                assert!(err.ends_with(&wanted), "{err}");
                let err = certificate.read_again(false).unwrap_err().to_string();
                assert!(err.ends_with(&wanted), "{err}");
                // So that what is next is told, too.
                *certificate.seen.lock().unwrap() = Some([0; 32]);
            }
            std::fs::remove_file(path).unwrap();
            std::fs::write(path, if name == "k.pem" { &one.1 } else { &one.0 }).unwrap();
        }
        assert!(certificate.is_for(&["one.test".try_into().unwrap()]));
        // As long as may be: what is behind the certificate is not looked at.
        let padded = format!("{}{}", one.0, "\n".repeat(LONGEST - one.0.len()));
        std::fs::write(&files.certificate, padded).unwrap();
        assert!(matches!(certificate.read_again(false).unwrap(), Outcome::Taken(_)));
    }
}
