//! Where a cluster is.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::error::ClientError;

/// The port of the REST API.
const PORT: u16 = 9443;

/// The address of a cluster's REST API: `https://HOST[:PORT]`, the port being 9443 if none is given.
///
/// `http://` is taken for this machine only, since the password goes over the wire. An address that holds a user or a password
/// is refused: it would be seen in the list of processes and in the shell's history.
///
/// ```
/// use ramp_client::ClusterUrl;
///
/// let url: ClusterUrl = "https://cluster.example".parse().unwrap();
/// assert_eq!(url.to_string(), "https://cluster.example:9443");
/// let refused = "https://me:secret@cluster.example".parse::<ClusterUrl>().unwrap_err();
/// assert!(!refused.to_string().contains("secret"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterUrl {
    scheme: &'static str,
    /// As in a URL: an IPv6 address has its brackets.
    host: String,
    port: u16,
}

impl ClusterUrl {
    /// The host: a name or an address.
    pub fn host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    /// The port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Whether the host is this machine, by its name or its address.
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl fmt::Display for ClusterUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}:{}", self.scheme, self.host, self.port)
    }
}

impl FromStr for ClusterUrl {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, ClientError> {
        // Before anything else: no other message may hold what stands before it.
        if text.contains('@') {
            return Err(ClientError::UrlWithUser);
        }
        let wrong = |what| ClientError::Url { url: text.to_owned(), what };
        let uri: ureq::http::Uri = text.parse().map_err(|_| wrong("it is not a URL"))?;
        let scheme = match uri.scheme_str() {
            Some("https") => "https",
            Some("http") => "http",
            _ => return Err(wrong("it begins with neither `https://` nor `http://`")),
        };
        let authority = uri.authority().filter(|a| !a.host().is_empty()).ok_or_else(|| wrong("it has no host"))?;
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() {
            return Err(wrong("it must be a host and a port, without a path"));
        }
        // What stands behind the host: a number that is not a port is not told by `Authority::port`.
        let port = match authority.as_str().get(authority.host().len()..).unwrap_or_default() {
            "" => PORT,
            port => {
                let port = port.strip_prefix(':').and_then(|port| port.parse().ok()).filter(|port| *port != 0);
                port.ok_or_else(|| wrong("its port is not a number from 1 to 65535"))?
            }
        };
        let url = Self { scheme, host: authority.host().to_owned(), port };
        if scheme == "http" && !url.is_loopback() {
            return Err(wrong(
                "without TLS anybody on the way can read the password; `http://` is for this machine only",
            ));
        }
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_understood() {
        for (text, wanted) in [
            ("https://a", "https://a:9443"),
            ("https://a/", "https://a:9443"),
            ("https://a:1", "https://a:1"),
            ("http://127.0.0.1:80", "http://127.0.0.1:80"),
            ("http://localhost", "http://localhost:9443"),
            ("https://[::1]:9", "https://[::1]:9"),
        ] {
            assert_eq!(text.parse::<ClusterUrl>().unwrap().to_string(), wanted);
        }
        assert_eq!("https://[::1]:9".parse::<ClusterUrl>().unwrap().host(), "::1");
    }

    #[test]
    fn what_is_no_address_is_told_and_no_password_is_repeated() {
        for text in [
            "",
            "a",
            "ftp://a",
            "https://",
            "https://a/v1",
            "https://a?x",
            "https://a:0",
            "https://a:99999",
            "http://a",
            "/v1",
        ] {
            let err = text.parse::<ClusterUrl>().unwrap_err();
            assert!(matches!(err, ClientError::Url { .. }), "{text}: {err}");
        }
        for text in ["https://me:secret@a", "https://me@a", "https://a/@secret", "me:secret@"] {
            let err = text.parse::<ClusterUrl>().unwrap_err();
            assert!(matches!(err, ClientError::UrlWithUser), "{text}: {err}");
            assert!(!format!("{err} {err:?}").contains("secret"), "{err}");
        }
    }
}
