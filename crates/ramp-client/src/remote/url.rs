//! The URL of a bundle, as somebody typed it.

use percent_encoding::percent_decode_str;
use ramp_core::url::shown;
use url::{Position, Url};

use super::error::RemoteError;
use crate::credentials::basic;

/// The URL of a bundle: `http://` or `https://`, with a user and a password if need be, which go to its own origin alone.
///
/// ```
/// use ramp_client::remote::RemoteUrl;
///
/// let url = RemoteUrl::parse("https://me:secret@files.example.com/a.zip?token=secret").unwrap();
/// assert_eq!(url.to_string(), "https://files.example.com/a.zip");
/// assert!(!format!("{url:?}").contains("secret"));
/// assert!(RemoteUrl::parse("ftp://files.example.com/a.zip").is_err());
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    /// Without user, password and fragment.
    pub(super) url: Url,
    /// The value of the header `Authorization`.
    pub(super) authorization: Option<String>,
}

impl RemoteUrl {
    /// Reads a URL.
    ///
    /// # Errors
    ///
    /// [`RemoteError::Url`]: it is none, or none of HTTP.
    pub fn parse(text: &str) -> Result<Self, RemoteError> {
        let wrong = |what| RemoteError::Url { url: shown(text), what };
        let mut url = Url::parse(text).map_err(|_| wrong("it cannot be read as one"))?;
        if !is_http(&url) {
            return Err(wrong("it begins with neither `https://` nor `http://`"));
        }
        let decoded = |text: &str| percent_decode_str(text).collect::<Vec<u8>>();
        let has_user = !url.username().is_empty() || url.password().is_some();
        let authorization =
            has_user.then(|| basic(&decoded(url.username()), &decoded(url.password().unwrap_or_default())));
        clean(&mut url);
        Ok(Self { url, authorization })
    }
}

pub(super) fn is_http(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https") && url.has_host()
}

/// Takes away what is none of a request: user and password, where they are not meant, and the fragment.
pub(super) fn clean(url: &mut Url) {
    // Either can fail only where there is no host.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_fragment(None);
}

/// A URL without its query.
pub(super) fn told(url: &Url) -> String {
    format!("{}://{}", url.scheme(), &url[Position::BeforeHost..Position::AfterPath])
}

impl std::fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&told(&self.url))
    }
}

impl std::fmt::Debug for RemoteUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RemoteUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_have_no_secret_in_them() {
        for text in [
            "https://me:secret@:80/x",
            "ftp://me:secret@a/x",
            "https://me:secret@a b/x?secret",
            "https://me:secret/@a:x/y",
            "https://me:secret?@a",
        ] {
            let err = RemoteUrl::parse(text).unwrap_err();
            assert!(!format!("{err} {err:?}").contains("secret"), "{err:?}");
        }
    }

    #[test]
    fn user_and_password_are_decoded() {
        let of = |text: &str| RemoteUrl::parse(text).unwrap().authorization;
        assert_eq!(of("https://a/x"), None);
        assert_eq!(of("https://admin:secret@a/x").as_deref(), Some("Basic YWRtaW46c2VjcmV0"));
        assert_eq!(of("https://admin:%73ecret@a/x").as_deref(), Some("Basic YWRtaW46c2VjcmV0"));
        assert_eq!(of("https://token@a/x").as_deref(), Some("Basic dG9rZW46"));
    }
}
