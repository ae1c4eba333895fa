//! The host of an address: a name as resolvers are asked for it, or an address of IPv4 or IPv6.

use std::borrow::Cow;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::name::is_unseen;
use crate::text::shorten;

/// How many characters of a host are shown.
const LONGEST: usize = 20;
/// Bytes of the longest name of a host, and of a part of it. Source: RFC 1035, 2.3.4.
const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// Why nothing can be asked of a host, as a clause about the address that it is of; `None` where something can.
pub(super) fn fault(host: &str) -> Option<Cow<'static, str>> {
    let neither =
        || Some(format!("its host is {:?}, which is neither a name nor an address", shorten(host, LONGEST)).into());
    if let Some(address) = host.strip_prefix('[') {
        // Behind the `%` is the interface of this machine.
        let address = address.strip_suffix(']').map(|address| address.split('%').next().unwrap_or(address));
        return if address.is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()) { None } else { neither() };
    }
    if host.parse::<Ipv6Addr>().is_ok() {
        return Some("its host is an address of IPv6 without brackets".into());
    }
    if let Some(c) = host.chars().find(|c| !is_of_name(*c)) {
        return Some(format!("its host has {c:?} in it").into());
    }
    // A dot at the end says that the name is whole.
    let name = host.strip_suffix('.').unwrap_or(host);
    // Resolvers read such a host as an address, in forms that others do not.
    if name.rsplit('.').next().is_some_and(is_number) {
        return if host.parse::<Ipv4Addr>().is_ok() { None } else { neither() };
    }
    if name.len() <= LONGEST_NAME && name.split('.').all(is_label) { None } else { neither() }
}

/// An underscore is none of a host's name, and in many: of services in containers, for one. Letters of other scripts are told to
/// resolvers as `xn--…`, by whoever asks them. Source: RFC 5890, 2.3.2.1.
fn is_of_name(c: char) -> bool {
    match c {
        _ if c.is_ascii() => c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'),
        _ => !c.is_whitespace() && !is_unseen(c),
    }
}

/// Whether a part of a host is a number, decimal or hexadecimal: the last part of no name is. Source: WHATWG URL, 3.5.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit()),
    }
}

/// Source: RFC 1123, 2.1.
fn is_label(label: &str) -> bool {
    (1..=LONGEST_LABEL).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_that_can_be_asked_are_told_from_others() {
        let (long, longest) = ("a".repeat(64), "a.".repeat(128));
        for host in [
            "h",
            "a_b",
            "a-b.example",
            "whole.example.",
            "xn--gre-6ka8i.example",
            "3com.example",
            "10.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[fe80::1%25eth0]",
            "größe.example",
            "☃.example",
            "例え.テスト",
            "0x7f.example",
            "0xfeed-me",
            "1.example",
        ] {
            assert_eq!(fault(host), None, "{host}");
        }
        for host in [
            "[::zz]",
            "[::1",
            "300.1.1.1",
            "1.2.3",
            "2130706433",
            "0177.0.0.1",
            "0x7f000001",
            "0x7f.1",
            "0X7F.0.0.0x1",
            "0x",
            "host.1",
            "a..b",
            ".",
            ".a",
            "-",
            "a-",
            "-a.example",
            "a.com-",
            &long,
            &longest,
        ] {
            let told = fault(host).unwrap_or_default();
            assert!(told.ends_with("which is neither a name nor an address"), "{host}: {told}");
        }
        for (host, expected) in [
            ("::1", "its host is an address of IPv6 without brackets"),
            ("h:443", "its host has ':' in it"),
            ("h\\x", "its host has '\\\\' in it"),
            ("<host>", "its host has '<' in it"),
            ("a%00b", "its host has '%' in it"),
            ("a~b", "its host has '~' in it"),
            ("a\u{a0}b", "its host has '\\u{a0}' in it"),
            ("a\u{200b}b", "its host has '\\u{200b}' in it"),
        ] {
            assert_eq!(fault(host).as_deref(), Some(expected), "{host}");
        }
    }
}
