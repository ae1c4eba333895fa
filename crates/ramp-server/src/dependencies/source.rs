//! From where dependencies and bundles may be downloaded.

use std::fmt;
use std::str::FromStr;

use url::Host;

/// The word for every host that is at a public address.
const PUBLIC: &str = "public";
/// The ports of a source that names none.
const USUAL_PORTS: [u16; 2] = [80, 443];

/// From where dependencies and bundles may be downloaded: `HOST`, `HOST:PORT`, or `public`.
///
/// A host that is named may be at any address, also a private one. `public` is every host, as long as it is at an address that the
/// whole internet can reach. Where no port is named, 80 and 443 are meant.
///
/// ```
/// use ramp_server::DependencySource;
///
/// for text in ["files.example.com", "127.0.0.1:8080", "[::1]:8080", "public"] {
///     assert_eq!(text.parse::<DependencySource>()?.to_string(), text);
/// }
/// assert!("https://files.example.com".parse::<DependencySource>().is_err());
/// # Ok::<(), ramp_server::NoSource>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencySource(Source);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Public,
    Host { host: Host, port: Option<u16> },
}

/// The text names no host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it is not a host to download from: write HOST or HOST:PORT, without a scheme, path or pattern, or `public`")]
pub struct NoSource;

impl FromStr for DependencySource {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        if text == PUBLIC {
            return Ok(Self(Source::Public));
        }
        // An IPv6 address is in brackets, so that its colons are none of a port.
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) if !text.ends_with(']') => (host, Some(port.parse().map_err(|_| NoSource)?)),
            _ => (text, None),
        };
        // A URL may have a host with an asterisk; here somebody means a pattern, and there are none.
        if port == Some(0) || host.contains('*') {
            return Err(NoSource);
        }
        let host = Host::parse(host).map_err(|_| NoSource)?;
        Ok(Self(Source::Host { host, port }))
    }
}

impl fmt::Display for DependencySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Source::Public => f.write_str(PUBLIC),
            Source::Host { host, port: None } => write!(f, "{host}"),
            Source::Host { host, port: Some(port) } => write!(f, "{host}:{port}"),
        }
    }
}

/// Which addresses of a host may be connected to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// None.
    Nothing,
    /// Those that the whole internet can reach.
    Public,
    /// All.
    Everything,
}

impl Reach {
    /// What `sources` say of a host and a port.
    pub(super) fn of(sources: &[DependencySource], host: &Host<&str>, port: u16) -> Self {
        let reaches = sources.iter().map(|DependencySource(source)| match source {
            Source::Public if USUAL_PORTS.contains(&port) => Self::Public,
            Source::Host { host: named, port: None } if named == host && USUAL_PORTS.contains(&port) => {
                Self::Everything
            }
            Source::Host { host: named, port: Some(p) } if named == host && *p == port => Self::Everything,
            _ => Self::Nothing,
        });
        reaches.max().unwrap_or(Self::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn what_is_no_host_is_refused() {
        for text in [
            "", ":80", "a:", "a:b", "a:0", "a:65536", "::1", "http://a", "a/b", "a b", "me@a", "a?b", "[::1", "*",
            "*.a",
        ] {
            assert_eq!(text.parse::<DependencySource>(), Err(NoSource), "{text}");
        }
    }

    #[test]
    fn a_source_is_for_its_host_and_port_alone() {
        let sources =
            |texts: &str| texts.split(' ').map(|text| text.parse().unwrap()).collect::<Vec<DependencySource>>();
        for (texts, url, reach) in [
            ("a.example", "http://a.example/x", Reach::Everything),
            ("a.example", "https://A.EXAMPLE:443/x", Reach::Everything),
            ("A.example", "https://me:pw@a.example/x", Reach::Everything),
            ("a.example", "http://a.example:8080/x", Reach::Nothing),
            ("a.example", "http://b.a.example/x", Reach::Nothing),
            ("a.example", "http://a.example.evil/x", Reach::Nothing),
            ("a.example", "http://a.example@evil/x", Reach::Nothing),
            ("a.example:8080", "http://a.example:8080/x", Reach::Everything),
            ("a.example:8080", "http://a.example/x", Reach::Nothing),
            // One address in another form is that address.
            ("127.0.0.1", "http://0x7f.1/x", Reach::Everything),
            ("[::1]:81", "http://[0::1]:81/x", Reach::Everything),
            ("public", "https://anybody/x", Reach::Public),
            ("public", "https://anybody:22/x", Reach::Nothing),
            ("public a.example", "https://a.example/x", Reach::Everything),
            ("a.example public", "https://b.example/x", Reach::Public),
        ] {
            let url = Url::parse(url).unwrap();
            let found = Reach::of(&sources(texts), &url.host().unwrap(), url.port_or_known_default().unwrap());
            assert_eq!(found, reach, "{texts}: {url}");
        }
        assert_eq!(Reach::of(&[], &Host::Domain("a"), 80), Reach::Nothing);
    }
}
