//! The parts of an address from which a dependency is downloaded (RFC 3986), and what keeps it from being one.

use std::borrow::Cow;

use crate::name::check_name;
use crate::text::shorten;

/// How many characters of a part are shown.
const LONGEST: usize = 20;

/// An address over https or http, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// What stands in front of the `@`: a user, and often a password.
    pub(crate) user: Option<&'a str>,
    host: &'a str,
    port: Option<&'a str>,
    /// What comes behind the host, without query and fragment.
    path: &'a str,
    /// What stands behind the `#`.
    pub(crate) fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// The parts of an address; what is wrong with a text that is none, as a clause about "it".
    pub(crate) fn parse(text: &'a str) -> Result<Self, Cow<'static, str>> {
        if text.is_empty() {
            return Err("it is empty".into());
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("it has whitespace in it".into());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("it does not begin with `https://` or `http://`".into());
        };
        if !["https", "http"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            let shown = shorten(scheme, LONGEST);
            return Err(format!("it begins with `{}:`, not with `https:` or `http:`", shown.escape_debug()).into());
        }
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let rest = rest.split('?').next().unwrap_or_default();
        let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        // The colons of an address of IPv6 stand in its brackets.
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (place, None),
        };
        Ok(Self { user, host, port, path, fragment })
    }

    /// Why no file can be downloaded from it.
    fn fault(self) -> Option<Cow<'static, str>> {
        self.unreachable().or_else(|| match self.path.rsplit('/').next() {
            Some("") | None => Some("it does not end in the name of a file".into()),
            // Nodes look for the file by this name.
            Some(file) => {
                check_name(file).map(|found| format!("it ends in a name that no file can have: {found}").into())
            }
        })
    }

    /// Why nothing can be asked of it, whatever it ends in.
    fn unreachable(self) -> Option<Cow<'static, str>> {
        if self.host.is_empty() {
            return Some("it names no host".into());
        }
        if let Some(c) = self.host.chars().find(|c| !is_of_host(*c)) {
            return Some(format!("its host has {c:?} in it").into());
        }
        // A port that is empty is the scheme's own.
        let is_port =
            |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0);
        if let Some(port) = self.port.filter(|port| !port.is_empty() && !is_port(port)) {
            return Some(format!("its port is {:?}, not a number from 1 to 65535", shorten(port, LONGEST)).into());
        }
        None
    }
}

/// What a name, an address or a pattern of a host is written in; letters of other scripts are told to resolvers in ASCII.
fn is_of_host(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '~' | '%' | ':' | '[' | ']')
}

/// Why nothing can be asked of that address, as a clause about "it".
pub(crate) fn unreachable(text: &str) -> Option<Cow<'static, str>> {
    match Url::parse(text) {
        Ok(url) => url.unreachable(),
        Err(fault) => Some(fault),
    }
}

/// Why a text is not an address from which a file can be downloaded, as a clause about "it".
pub(super) fn fault(text: &str) -> Option<Cow<'static, str>> {
    match Url::parse(text) {
        Ok(url) => url.fault(),
        Err(fault) => Some(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_where_they_are() {
        let url = Url::parse("https://u:p@w@h.example:8443/x/a.tgz?x=/1#y#z").unwrap();
        let expected =
            Url { user: Some("u:p@w"), host: "h.example", port: Some("8443"), path: "/x/a.tgz", fragment: Some("y#z") };
        assert_eq!(url, expected);
        let plain = Url { user: None, host: "[::1]", port: None, path: "/a", fragment: None };
        assert_eq!(Url::parse("http://[::1]/a"), Ok(plain));
    }

    #[test]
    fn what_cannot_be_connected_to_is_told() {
        for text in [
            "https://h/a.tgz",
            "https://h:1/a.tgz",
            "https://h:65535/a.tgz",
            "https://h:/a.tgz",
            "http://[::1]:80/a.tgz",
            "http://größe.example/a.tgz",
            "http://a_b/a.tgz",
            "http://10.0.0.1/a.tgz",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
        for (text, expected) in [
            ("http:///a.tgz", "it names no host"),
            ("http://:80/a.tgz", "it names no host"),
            ("http://u:p@/a.tgz", "it names no host"),
            ("http://?a.tgz", "it names no host"),
            ("http://h:0/a.tgz", "its port is \"0\", not a number from 1 to 65535"),
            ("http://h:99999/a.tgz", "its port is \"99999\", not a number from 1 to 65535"),
            ("http://h:+80/a.tgz", "its port is \"+80\", not a number from 1 to 65535"),
            ("http://h:http/a.tgz", "its port is \"http\", not a number from 1 to 65535"),
            ("http://h\\x/a.tgz", "its host has '\\\\' in it"),
            ("http://<host>/a.tgz", "its host has '<' in it"),
            ("http://h#/a.tgz", "it does not end in the name of a file"),
            ("http://h?/a.tgz", "it does not end in the name of a file"),
        ] {
            assert_eq!(fault(text).as_deref(), Some(expected), "{text}");
        }
    }
}
