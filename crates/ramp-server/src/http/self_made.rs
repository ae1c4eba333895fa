//! The certificate that a server makes for itself, and keeps in its data directory.
//!
//! It keeps its key, and the names that it was ever asked to be for, so that whoever trusts the key goes on trusting it. What is not of this
//! server's making, such as a certificate that somebody has put in its place, is told by the digest that is kept of it.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ramp_core::Date;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, SerialNumber, date_time_ymd,
};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::certificate::{Certificate, Files, Renewal};
use crate::error::ServerError;
use crate::{ids, private, regular};

/// Bytes of a file of its own, far beyond what one has.
const LONGEST: u64 = 1 << 20;

const DAY: u64 = 24 * 60 * 60;
/// How long it lasts. Apple's systems take none that lasts longer (support article HT210176).
const LASTS: u64 = 825 * DAY;
/// How long before its end it is made anew.
const RENEWED: u64 = 30 * DAY;
/// Its files in a data directory: itself, its key, and what is known of it.
pub(crate) const FILES: [&str; 3] = ["certificate.pem", "key.pem", "certificate.json"];
/// The common name of its subject.
const SUBJECT: &str = "ramp serve";

/// What is known of the certificate that was made last.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Made {
    /// Of the file.
    sha256: String,
    names: Vec<String>,
    /// When it ends, in seconds since 1970.
    ends: u64,
}

/// Where it is, and for whom it is to be.
#[derive(Debug, Clone)]
pub(super) struct SelfMade {
    files: Files,
    /// What is known of it: [`Made`].
    made: PathBuf,
    /// This machine, and where it listens.
    own: Vec<String>,
    /// What else was asked for.
    names: Vec<String>,
}

impl SelfMade {
    /// For this machine, the address that is listened on, and these names.
    ///
    /// # Errors
    ///
    /// [`ServerError::CertificateName`].
    pub(super) fn new(listen: IpAddr, names: &[String], data_dir: &Path) -> Result<Self, ServerError> {
        if let Some(name) = names.iter().find(|name| ServerName::try_from(name.as_str()).is_err()) {
            return Err(ServerError::CertificateName { name: name.clone() });
        }
        let mut own = vec!["localhost".to_owned(), "127.0.0.1".to_owned(), "::1".to_owned()];
        if !listen.is_loopback() && !listen.is_unspecified() {
            own.push(listen.to_string());
        }
        let [certificate, key, made] = FILES.map(|name| data_dir.join(name));
        Ok(Self { files: Files { certificate, key }, made, own, names: names.to_vec() })
    }

    /// Reads the certificate in the data directory, which is made where there is none, none for all of the names, or none that lasts.
    ///
    /// # Errors
    ///
    /// [`ServerError::Tls`], [`ServerError::File`], [`ServerError::Random`].
    pub(super) fn certificate(self, provider: Arc<CryptoProvider>, now: u64) -> Result<Certificate, ServerError> {
        let made = self.made();
        let why = if !self.files.certificate.exists() {
            "there is none"
        } else if !self.files.key.exists() && made.is_none() {
            let [certificate, key] = [&self.files.certificate, &self.files.key].map(|path| path.display());
            let what = format!("`{certificate}` is not one that was made here, and its key `{key}` is not there");
            return Err(ServerError::Tls { what });
        } else if !self.files.key.exists() {
            "its key is gone, so that it has a new one, which nobody trusts yet"
        } else {
            let there = Certificate::read(self.files.clone(), Arc::clone(&provider))?;
            // Whether it is for this machine, too, is for whoever has put it there to say.
            let is_for_own = made.is_none() || is_for(&there, &self.own);
            if !is_for_own || !is_for(&there, &self.names) {
                NOT_FOR_ALL
            } else if made.as_ref().is_some_and(|made| is_due(made, now)) {
                ENDS_SOON
            } else {
                self.close_key();
                return Ok(there.renewed_by(self.renewal()));
            }
        };
        self.make(made.map(|made| made.names).unwrap_or_default(), now, why)?;
        self.close_key();
        Ok(Certificate::read(self.files.clone(), provider)?.renewed_by(self.renewal()))
    }

    fn renewal(self) -> Renewal {
        Box::new(move || self.renew(ids::now()))
    }

    /// Makes the certificate anew where it is this server's own, and ends soon.
    ///
    /// # Errors
    ///
    /// As [`certificate`](Self::certificate).
    fn renew(&self, now: u64) -> Result<(), ServerError> {
        match self.made() {
            Some(made) if is_due(&made, now) => self.make(made.names, now, ENDS_SOON),
            _ => Ok(()),
        }
    }

    /// What is known of the certificate, where the file is the one that was made last.
    fn made(&self) -> Option<Made> {
        let made: Made = serde_json::from_slice(&regular::read(&self.made, LONGEST).ok()?).ok()?;
        (made.sha256 == digest(&regular::read(&self.files.certificate, LONGEST).ok()?)).then_some(made)
    }

    /// Makes it, signed by itself, for all of its names; one that is there stays beside it, and why it is not good enough is told.
    fn make(&self, before: Vec<String>, now: u64, why: &'static str) -> Result<(), ServerError> {
        let mut names = self.own.clone();
        for name in before.into_iter().chain(self.names.iter().cloned()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let key = self.key()?;
        let begins = now.saturating_sub(DAY);
        let ends = begins.saturating_add(LASTS);
        let mut params = CertificateParams::new(names.clone()).map_err(failed)?;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, SUBJECT);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let (first, last) = (day(begins), day(ends));
        params.not_before = date_time_ymd(first.0, first.1, first.2);
        params.not_after = date_time_ymd(last.0, last.1, last.2);
        // Browsers take no two certificates of one name with the same number; a positive one, of 16 bytes.
        let mut serial = ids::random::<16>()?;
        serial[0] = (serial[0] & 0x7f) | 0x40;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        let certificate = params.self_signed(&key).map_err(failed)?.pem();
        if self.files.certificate.exists() {
            put_aside(&self.files.certificate)?;
            let certificate = self.files.certificate.display();
            let names = names.join(", ");
            tracing::warn!(%certificate, names, why, "the certificate is made anew; the one before is beside it, as .old");
        }
        let made = Made { sha256: digest(certificate.as_bytes()), names, ends };
        let text = serde_json::to_string(&made).map_err(failed)?;
        write(&self.files.certificate, &certificate)?;
        write(&self.made, &text)
    }

    /// Closes the key to others, unless it is a link: what is elsewhere is somebody's who has others in mind.
    fn close_key(&self) {
        if !self.files.key.is_symlink() {
            private::close(&self.files.key);
        }
    }

    /// The key that is there; else, or where it is of a kind that nothing can be signed with here, one that is made.
    fn key(&self) -> Result<KeyPair, ServerError> {
        let read = regular::read(&self.files.key, LONGEST).ok().and_then(|key| String::from_utf8(key).ok());
        if let Some(key) = read.and_then(|key| KeyPair::from_pem(&key).ok()) {
            return Ok(key);
        }
        if self.files.key.exists() {
            put_aside(&self.files.key)?;
            let key = self.files.key.display();
            tracing::warn!(%key, "nothing can be signed with the key, and a new one is made, which nobody trusts yet; the one before is beside it, as .old");
        }
        let key = KeyPair::generate().map_err(failed)?;
        // For its owner alone.
        write(&self.files.key, &key.serialize_pem())?;
        Ok(key)
    }
}

/// Why a certificate is made anew.
const NOT_FOR_ALL: &str = "it is not for all names";
const ENDS_SOON: &str = "it ends soon";

fn is_for(certificate: &Certificate, names: &[String]) -> bool {
    let names: Result<Vec<ServerName<'_>>, _> = names.iter().map(|name| ServerName::try_from(name.as_str())).collect();
    names.is_ok_and(|names| certificate.is_for(&names))
}

const fn is_due(made: &Made, now: u64) -> bool {
    made.ends.saturating_sub(RENEWED) <= now
}

fn digest(content: &[u8]) -> String {
    ramp_core::Digest256(Sha256::digest(content).into()).to_string()
}

/// Year, month and day of a number of seconds since 1970.
fn day(seconds: u64) -> (i32, u8, u8) {
    Date::of_unix_seconds(seconds).map_or((9999, 12, 31), |day| (day.year().into(), day.month(), day.day()))
}

fn write(path: &Path, text: &str) -> Result<(), ServerError> {
    private::write(path, text).map_err(|source| ServerError::File { path: path.to_owned(), source })
}

fn put_aside(path: &Path) -> Result<(), ServerError> {
    let kept = path.with_extension("pem.old");
    std::fs::rename(path, &kept).map_err(|source| ServerError::File { path: kept, source })
}

fn failed(err: impl std::fmt::Display) -> ServerError {
    ServerError::Tls { what: err.to_string() }
}

#[cfg(test)]
mod tests {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    /// 2026-11-30, at noon.
    const NOW: u64 = 1_796_040_000;

    fn maker(directory: &Path, names: &[&str]) -> SelfMade {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        SelfMade::new([127, 0, 0, 1].into(), &names, directory).unwrap()
    }

    fn start(directory: &Path, names: &[&str], now: u64) -> Certificate {
        maker(directory, names).certificate(Arc::new(rustls::crypto::ring::default_provider()), now).unwrap()
    }

    fn content(directory: &Path, name: &str) -> String {
        std::fs::read_to_string(directory.join(name)).unwrap()
    }

    fn has(certificate: &str, wanted: &str) -> bool {
        let der = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
        der.windows(wanted.len()).any(|part| part == wanted.as_bytes())
    }

    #[test]
    fn it_says_whose_it_is_and_how_long_it_lasts() {
        let directory = tempfile::tempdir().unwrap();
        start(directory.path(), &[], NOW);
        let certificate = content(directory.path(), "certificate.pem");
        // As DER has them: yesterday, and 825 days later.
        for wanted in [SUBJECT, "261129000000Z", "290303000000Z"] {
            assert!(has(&certificate, wanted), "{wanted}");
        }
        assert!(!has(&certificate, "rcgen"));
    }

    #[test]
    fn names_and_key_stay_whenever_it_is_made() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        start(path, &["one.test", "192.0.2.9"], NOW);
        let (first, key) = (content(path, "certificate.pem"), content(path, "key.pem"));
        let both = start(path, &["two.test"], NOW);
        let all = ["localhost", "127.0.0.1", "one.test", "192.0.2.9", "two.test"].map(str::to_owned);
        assert!(is_for(&both, &all));
        assert_eq!(content(path, "certificate.pem.old"), first);
        let second = content(path, "certificate.pem");
        // Not before its time; then by itself.
        let maker = maker(path, &["two.test"]);
        maker.renew(NOW + LASTS - RENEWED - 2 * DAY).unwrap();
        assert_eq!(content(path, "certificate.pem"), second);
        maker.renew(NOW + LASTS - RENEWED).unwrap();
        let third = content(path, "certificate.pem");
        assert!(third != second && is_for(&start(path, &[], NOW + LASTS - RENEWED), &all));
        assert_eq!((content(path, "certificate.pem"), content(path, "key.pem")), (third, key));
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_closed_to_others_where_it_is() {
        use std::os::unix::fs::PermissionsExt as _;

        let directory = tempfile::tempdir().unwrap();
        let (key, elsewhere) = (directory.path().join("key.pem"), directory.path().join("elsewhere.pem"));
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let open = |path: &Path| std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o640)).unwrap();
        start(directory.path(), &[], NOW);
        open(&key);
        start(directory.path(), &[], NOW);
        assert_eq!(mode(&key), 0o600);
        std::fs::rename(&key, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &key).unwrap();
        open(&elsewhere);
        start(directory.path(), &[], NOW);
        assert_eq!(mode(&elsewhere), 0o640);
    }

    #[test]
    fn a_key_that_is_gone_is_made_anew_with_its_certificate() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        start(path, &["one.test"], NOW);
        let first = content(path, "certificate.pem");
        std::fs::remove_file(path.join("key.pem")).unwrap();
        assert!(is_for(&start(path, &[], NOW), &["one.test".to_owned()]));
        assert_eq!(content(path, "certificate.pem.old"), first);
    }

    /// Its key may come yet.
    #[test]
    fn what_somebody_has_put_there_without_a_key_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let theirs = rcgen::generate_simple_self_signed(["theirs.test".to_owned()]).unwrap();
        std::fs::write(path.join("certificate.pem"), theirs.cert.pem()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let err = maker(path, &[]).certificate(provider, NOW).unwrap_err().to_string();
        assert!(err.ends_with("key.pem` is not there"), "{err}");
        assert_eq!(content(path, "certificate.pem"), theirs.cert.pem());
        assert!(!path.join("key.pem").exists());
    }

    #[test]
    fn what_somebody_has_put_there_is_not_made_anew() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        start(path, &["one.test"], NOW);
        let theirs = rcgen::generate_simple_self_signed(["theirs.test".to_owned()]).unwrap();
        std::fs::write(path.join("certificate.pem"), theirs.cert.pem()).unwrap();
        std::fs::write(path.join("key.pem"), theirs.signing_key.serialize_pem()).unwrap();
        start(path, &["theirs.test"], NOW + 2 * LASTS);
        maker(path, &["theirs.test"]).renew(NOW + 2 * LASTS).unwrap();
        assert_eq!(content(path, "certificate.pem"), theirs.cert.pem());
        // A name that it is not for makes one that is, with its key.
        assert!(is_for(&start(path, &["one.test"], NOW), &["one.test".to_owned()]));
        assert_eq!(content(path, "certificate.pem.old"), theirs.cert.pem());
        assert_eq!(content(path, "key.pem"), theirs.signing_key.serialize_pem());
    }
}
