//! Where a bundle is to be downloaded from, and who says so there.

use std::fmt;

use axum::http::HeaderValue;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The address of a bundle, and name and password for it. Says nothing of the two, nor of what may be a secret in the address.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Location {
    url: String,
    credentials: Option<(String, String)>,
}

impl Location {
    /// An address that wants a name and a password.
    pub(crate) const fn new(url: String, credentials: Option<(String, String)>) -> Self {
        Self { url, credentials }
    }

    /// An address that anybody may ask.
    pub(super) fn open(url: &str) -> Self {
        Self::new(url.to_owned(), None)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// The header that says who asks.
    pub(super) fn authorization(&self) -> Option<HeaderValue> {
        let (name, password) = self.credentials.as_ref()?;
        let mut header =
            HeaderValue::try_from(format!("Basic {}", STANDARD.encode(format!("{name}:{password}")))).ok()?;
        header.set_sensitive(true);
        Some(header)
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Location")
    }
}
