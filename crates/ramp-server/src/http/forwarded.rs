//! Who asks, where a proxy asks for them: what `X-Forwarded-For` and `X-Forwarded-Proto` say is believed of proxies that were named, and of
//! nobody else, since everybody can send these headers.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// A proxy before the server, or a network of them: `10.0.0.5`, `10.0.0.0/8`, `fd00::/8`.
///
/// ```
/// use ramp_server::ProxyNetwork;
///
/// let proxies: ProxyNetwork = "10.0.0.0/8".parse()?;
/// assert!(proxies.contains("10.1.2.3".parse()?));
/// assert!(proxies.contains("::ffff:10.1.2.3".parse()?), "as a socket for both has it");
/// assert!("10.0.0.0/33".parse::<ProxyNetwork>().is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProxyNetwork(IpNet);

/// What was given is neither an address nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither an address nor a network such as 10.0.0.0/8")]
pub struct NoNetwork {
    /// What was given.
    pub text: String,
}

impl ProxyNetwork {
    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for ProxyNetwork {
    type Err = NoNetwork;

    fn from_str(text: &str) -> Result<Self, NoNetwork> {
        let address = text.parse::<IpAddr>().map(|address| IpNet::from(address.to_canonical()));
        address.or_else(|_| text.parse()).map(Self).map_err(|_| NoNetwork { text: text.to_owned() })
    }
}

impl fmt::Display for ProxyNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Who asks, as an extension of a request: its other end, or whoever a proxy asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client(pub(crate) IpAddr);

/// Who asks, and how the request reached the first machine that is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The address that asks.
    pub(crate) client: IpAddr,
    /// `https` or `http`.
    pub(crate) scheme: &'static str,
}

/// Who asks over a connection from `peer` that is encrypted or not. The addresses in `X-Forwarded-For` are believed from the end on, as long
/// as whoever has added one is a proxy that was named; the first that is none is the client's. Where one is not an address, nothing before
/// it is looked at.
pub(crate) fn asking(peer: IpAddr, is_tls: bool, headers: &HeaderMap, proxies: &[ProxyNetwork]) -> Asked {
    let is_proxy = |address: IpAddr| proxies.iter().any(|network| network.contains(address));
    let own = if is_tls { "https" } else { "http" };
    let mut client = peer.to_canonical();
    if !is_proxy(client) {
        return Asked { client, scheme: own };
    }
    for text in backwards(headers, &X_FORWARDED_FOR) {
        let Some(before) = address(text) else { break };
        client = before;
        if !is_proxy(client) {
            break;
        }
    }
    let scheme = match backwards(headers, &X_FORWARDED_PROTO).next() {
        Some(text) if text.eq_ignore_ascii_case("https") => "https",
        Some(text) if text.eq_ignore_ascii_case("http") => "http",
        _ => own,
    };
    Asked { client, scheme }
}

/// The items of a list that may be spread over several headers, the last first.
fn backwards<'a>(headers: &'a HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'a str> {
    let values: Vec<&str> = headers.get_all(name).iter().map(|value| value.to_str().unwrap_or_default()).collect();
    values.into_iter().rev().flat_map(|value| value.rsplit(',')).map(str::trim)
}

/// An address, perhaps with a port: `1.2.3.4`, `1.2.3.4:5`, `::1`, `[::1]`, `[::1]:5`.
fn address(text: &str) -> Option<IpAddr> {
    let alone = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = alone.parse().ok().or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(peer: &str, for_: &[&str], proto: &str) -> (String, &'static str) {
        let mut headers = HeaderMap::new();
        for value in for_ {
            headers.append(X_FORWARDED_FOR, value.parse().unwrap());
        }
        headers.append(X_FORWARDED_PROTO, proto.parse().unwrap());
        let proxies = ["10.0.0.0/8", "192.0.2.7", "fd00::/8"].map(|text| text.parse().unwrap());
        let Asked { client, scheme } = asking(peer.parse().unwrap(), false, &headers, &proxies);
        (client.to_string(), scheme)
    }

    #[test]
    fn only_proxies_that_were_named_are_believed() {
        for (peer, for_, proto, client, scheme) in [
            ("203.0.113.1", &["198.51.100.1"][..], "https", "203.0.113.1", "http"),
            ("10.0.0.1", &["198.51.100.1"], "https", "198.51.100.1", "https"),
            ("::ffff:10.0.0.1", &["198.51.100.1"], "HTTP", "198.51.100.1", "http"),
            // What a client says itself is before what the proxy has added.
            ("10.0.0.1", &["1.1.1.1, 198.51.100.1"], "", "198.51.100.1", "http"),
            ("10.0.0.1", &["1.1.1.1", "198.51.100.1, 192.0.2.7,10.9.9.9"], "http, https", "198.51.100.1", "https"),
            ("192.0.2.7", &["[2001:db8::1]:443"], "https", "2001:db8::1", "https"),
            ("fd00::1", &["198.51.100.1:5000"], "wss", "198.51.100.1", "http"),
            ("10.0.0.1", &["198.51.100.1, unknown"], "https", "10.0.0.1", "https"),
            ("10.0.0.1", &["198.51.100.1, unknown, 10.2.2.2"], "https", "10.2.2.2", "https"),
            ("10.0.0.1", &[], "https", "10.0.0.1", "https"),
            // All of them are proxies: the farthest asks.
            ("10.0.0.1", &["10.0.0.3, 10.0.0.2"], "https", "10.0.0.3", "https"),
        ] {
            assert_eq!(asked(peer, for_, proto), (client.to_owned(), scheme), "{peer} {for_:?} {proto}");
        }
    }

    #[test]
    fn a_network_is_an_address_or_has_a_prefix() {
        for (text, shown) in [("10.0.0.1", "10.0.0.1/32"), ("::1", "::1/128"), ("10.0.0.0/8", "10.0.0.0/8")] {
            assert_eq!(text.parse::<ProxyNetwork>().unwrap().to_string(), shown);
        }
        for text in ["", "proxy", "10.0.0.0/33", "10.0.0.0/", "10.0.0.1:80", "10.0.0"] {
            let err = text.parse::<ProxyNetwork>().unwrap_err();
            assert_eq!(err.to_string(), format!("`{text}` is neither an address nor a network such as 10.0.0.0/8"));
        }
    }
}
