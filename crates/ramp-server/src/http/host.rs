//! The names that requests are sent to.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::{HeaderMap, HeaderValue, Uri, header};

/// Whether all that a request says of its host names this machine: an address, a name of loopback, or one of `hosts`. One that says nothing
/// is not led here by a name.
pub(crate) fn are_own(uri: &Uri, headers: &HeaderMap, hosts: &[String]) -> bool {
    let said = headers.get_all(header::HOST).iter().map(HeaderValue::as_bytes);
    let mut said = said.chain(uri.authority().map(|authority| authority.as_str().as_bytes()));
    said.all(|host| std::str::from_utf8(host).is_ok_and(|host| is_own(host, hosts)))
}

fn is_own(host: &str, hosts: &[String]) -> bool {
    let Some(host) = read(host) else { return false };
    let Host::Name(name) = host else { return true };
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost") || hosts.iter().any(|own| own.eq_ignore_ascii_case(&name))
}

#[derive(Debug, PartialEq, Eq)]
enum Host<'a> {
    /// Nobody can let it lead elsewhere.
    Address,
    Name(&'a str),
}

/// A host, perhaps with a port, and nothing else.
fn read(text: &str) -> Option<Host<'_>> {
    let is_port =
        |rest: &str| rest.is_empty() || rest.strip_prefix(':').is_some_and(|p| p.bytes().all(|b| b.is_ascii_digit()));
    if let Some(bracketed) = text.strip_prefix('[') {
        let (address, rest) = bracketed.split_once(']')?;
        return (address.parse::<Ipv6Addr>().is_ok() && is_port(rest)).then_some(Host::Address);
    }
    let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    let is_name = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b));
    if !is_name || !is_port(rest) {
        return None;
    }
    Some(if host.parse::<Ipv4Addr>().is_ok() { Host::Address } else { Host::Name(host) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_an_address_or_a_name_and_perhaps_a_port() {
        for text in ["127.0.0.1", "10.0.0.1:9443", "[::1]", "[2001:db8::1]:1", "[::ffff:127.0.0.1]:"] {
            assert_eq!(read(text), Some(Host::Address), "{text}");
        }
        for (text, name) in [("localhost", "localhost"), ("a-b_c.d.:1", "a-b_c.d."), ("127.1", "127.1")] {
            assert_eq!(read(text), Some(Host::Name(name)), "{text}");
        }
        for text in [
            "",
            ":1",
            "[::1].evil.example",
            "[::1]evil",
            "[::1",
            "[evil.example]",
            "[127.0.0.1]",
            "::1",
            "evil@localhost",
            "localhost:x",
            "localhost:1:2",
            "localhost/",
            "local host",
            "localhost, x",
            "l\u{f6}calhost",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
