//! The parts of an address from which a dependency is downloaded (RFC 3986), and what keeps it from being one.

use std::borrow::Cow;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;

use super::host;
use crate::name::{UnsafeName, check_name, is_unseen};
use crate::text::{count, shorten};

/// How many characters of a part are shown.
const LONGEST: usize = 20;
/// Bytes of the longest name that file systems take.
const LONGEST_NAME: usize = 255;

/// An address over https or http, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// Whether it is over https.
    pub(crate) is_encrypted: bool,
    /// What stands in front of the `@`: a user, and often a password.
    user: Option<&'a str>,
    /// A name, or an address.
    pub(crate) host: &'a str,
    port: Option<&'a str>,
    /// What comes behind the host, without query and fragment.
    path: &'a str,
    /// What stands behind the `?`.
    query: &'a str,
    /// What stands behind the `#`.
    pub(crate) fragment: Option<&'a str>,
}

impl<'a> Url<'a> {
    /// The parts of an address from which a file can be downloaded; what is wrong with a text that is none, as a clause about "it".
    pub(crate) fn of_file(text: &'a str) -> Result<Self, Cow<'static, str>> {
        let url = Self::reachable(text)?;
        url.fault_of_file().map_or(Ok(url), Err)
    }

    /// The parts of an address that something can be asked of, whatever it ends in; what is wrong with a text that is none.
    pub(crate) fn reachable(text: &'a str) -> Result<Self, Cow<'static, str>> {
        let url = Self::parse(text)?;
        url.fault_of_host().map_or(Ok(url), Err)
    }

    fn parse(text: &'a str) -> Result<Self, Cow<'static, str>> {
        if text.is_empty() {
            return Err("it is empty".into());
        }
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err("it has whitespace in it".into());
        }
        if let Some(c) = text.chars().find(|c| is_unseen(*c)) {
            return Err(format!("it has {c:?} in it, which is not seen").into());
        }
        if !is_escaped(text) {
            return Err("it has a `%` that two hexadecimal digits do not follow".into());
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Err("it does not begin with `https://` or `http://`".into());
        };
        if !is_scheme(scheme) {
            let shown = shorten(scheme, LONGEST);
            return Err(format!("it begins with `{}:`, not with `https:` or `http:`", shown.escape_debug()).into());
        }
        let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (user, place) = authority.rsplit_once('@').map_or((None, authority), |(user, place)| (Some(user), place));
        // The colons of an address of IPv6 stand in its brackets.
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, Some(port)),
            _ => (place, None),
        };
        let is_encrypted = scheme.eq_ignore_ascii_case("https");
        Ok(Self { is_encrypted, user, host, port, path, query, fragment })
    }

    /// Whether something comes behind the host by which a file may be meant: a path, or a query.
    pub(crate) fn names_something(self) -> bool {
        !self.path.trim_matches('/').is_empty() || !self.query.is_empty()
    }

    /// What stands before the host, if something does: not which, since a report is read by more people than what it is about.
    pub(crate) fn credentials(self) -> Option<&'static str> {
        self.user.map(|user| if user.contains(':') { "a user and a password" } else { "a user" })
    }

    /// The first character that is not ASCII, of which addresses are made. Source: RFC 3986, 2.
    pub(crate) fn foreign(self) -> Option<char> {
        [self.host, self.path, self.query].into_iter().flat_map(str::chars).find(|c| !c.is_ascii())
    }

    /// Whether its host is, to each machine, that machine. Source: RFC 6761, 6.3; RFC 1122, 3.2.1.3.
    pub(crate) fn is_of_this_machine(self) -> bool {
        let address = self.host.trim_matches(['[', ']']);
        if let Ok(address) = address.parse::<IpAddr>() {
            return address.to_canonical().is_loopback() || address.is_unspecified();
        }
        let name = self.host.strip_suffix('.').unwrap_or(self.host);
        let last = name.rsplit('.').next().unwrap_or_default();
        last.eq_ignore_ascii_case("localhost") || name.eq_ignore_ascii_case("localhost.localdomain")
    }

    /// Whether whoever shows it is asked for the file itself.
    fn asks_for_file(self) -> bool {
        self.query.split('&').any(|asked| ["raw=true", "raw=1"].contains(&asked))
    }

    /// Where the file itself is, if this is the page on which GitHub or GitLab shows it.
    pub(crate) fn file_of_page(self) -> Option<String> {
        if self.asks_for_file() {
            return None;
        }
        let raw = if ["github.com", "www.github.com"].iter().any(|host| self.host.eq_ignore_ascii_case(host)) {
            // Owner, repository, and then what is shown.
            let mut parts = self.path.splitn(5, '/');
            let (_, owner, repository) = (parts.next()?, parts.next()?, parts.next()?);
            let rest = parts.next().filter(|shown| *shown == "blob").and(parts.next())?;
            format!("/{owner}/{repository}/raw/{rest}")
        } else {
            let (project, rest) = self.path.split_once("/-/blob/")?;
            format!("{project}/-/raw/{rest}")
        };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        Some(format!("https://{}{port}{raw}", self.host))
    }

    /// Why it does not end in the name of a file.
    fn fault_of_file(self) -> Option<Cow<'static, str>> {
        if [",https://", ",http://"].iter().any(|second| self.path.contains(second)) {
            return Some("it is two addresses".into());
        }
        let file = self.path.rsplit('/').next().unwrap_or_default();
        if file.is_empty() {
            return Some("it does not end in the name of a file".into());
        }
        if file.len() > LONGEST_NAME {
            return Some(format!("it ends in a name of {}, which no file can have", count(file.len(), "byte")).into());
        }
        // Nodes look for the file by this name; some of those who download it write what the escapes stand for.
        let decoded = percent_decode_str(file).decode_utf8_lossy();
        if let Some(found) =
            check_component(file).or_else(|| check_component(&decoded).filter(|found| found.leads_elsewhere()))
        {
            return Some(format!("it ends in a name that is not safe for a file: {found}").into());
        }
        // Some clients take them for the folder itself and the one above; to others they are names.
        let dots = self.path.split('/').find(|part| part.contains('%') && is_dots(part));
        dots.map(|part| format!("`{part}` in its path is a folder to some clients, and a name to others").into())
    }

    /// Why nothing can be asked of its host.
    fn fault_of_host(self) -> Option<Cow<'static, str>> {
        if self.host.is_empty() {
            return Some("it names no host".into());
        }
        if is_scheme(self.host) && (self.port == Some("") || self.path.starts_with("//")) {
            return Some("it has two schemes".into());
        }
        if let Some(fault) = host::fault(self.host) {
            return Some(fault);
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

/// Whether it is one of the schemes of the web.
fn is_scheme(text: &str) -> bool {
    ["https", "http"].iter().any(|scheme| text.eq_ignore_ascii_case(scheme))
}

/// Whether two hexadecimal digits follow each `%`: decoders let others stand.
fn is_escaped(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| rest.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2)
}

/// Whether a part of a path is `.` or `..`, with or without escapes.
fn is_dots(part: &str) -> bool {
    matches!(&*percent_decode_str(part).decode_utf8_lossy(), "." | "..")
}

/// What keeps a name from being that of a file in a folder.
fn check_component(file: &str) -> Option<UnsafeName> {
    // An escaped slash is none of the address, and one of the name.
    check_name(file).or_else(|| file.contains('/').then_some(UnsafeName::Slash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_are_where_they_are() {
        let url = Url::parse("https://u:p@w@h.example:8443/x/a.tgz?x=/1#y#z").unwrap();
        let expected = Url {
            is_encrypted: true,
            user: Some("u:p@w"),
            host: "h.example",
            port: Some("8443"),
            path: "/x/a.tgz",
            query: "x=/1",
            fragment: Some("y#z"),
        };
        assert_eq!(url, expected);
        let plain =
            Url { is_encrypted: false, user: None, host: "[::1]", port: None, path: "/a", query: "", fragment: None };
        assert_eq!(Url::parse("http://[::1]/a"), Ok(plain));
    }

    #[test]
    fn what_is_not_ascii_is_told() {
        for (text, expected) in [
            ("https://h/a.tgz?x#ü", None),
            ("https://ü.example/ä/a.tgz", Some('ü')),
            ("https://h/ä/a.tgz?ö", Some('ä')),
            ("https://h/a.tgz?ö", Some('ö')),
            ("https://ü.example", Some('ü')),
        ] {
            assert_eq!(Url::reachable(text).unwrap().foreign(), expected, "{text}");
        }
    }

    #[test]
    fn this_machine_is_told_from_others() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST.:8000", true),
            ("files.localhost", true),
            ("localhost.localdomain", true),
            ("127.0.0.1:80", true),
            ("127.1.2.3", true),
            ("0.0.0.0", true),
            ("[::1]:80", true),
            ("[::ffff:127.0.0.1]", true),
            ("localhost.example.com", false),
            ("mylocalhost", false),
            ("10.0.0.1", false),
            ("128.0.0.1", false),
            ("[fe80::1]", false),
        ] {
            let text = format!("https://{host}/a.tgz");
            assert_eq!(Url::of_file(&text).unwrap().is_of_this_machine(), expected, "{host}");
        }
    }

    #[test]
    fn a_page_that_shows_a_file_is_told_from_the_file() {
        for (text, expected) in [
            ("https://github.com/o/r/blob/main/x/a.tgz?x=1", Some("https://github.com/o/r/raw/main/x/a.tgz")),
            ("https://github.com/o/r/blob/main/x/a.tgz?raw=true", None),
            ("http://gitlab.example:81/g/p/-/blob/v1/a.tgz", Some("https://gitlab.example:81/g/p/-/raw/v1/a.tgz")),
            ("https://github.com/o/r/raw/main/a.tgz", None),
            ("https://github.com/o/blob/raw/main/a.tgz", None),
            ("https://github.com/o/r/releases/download/v1/a.tgz", None),
            ("https://raw.githubusercontent.com/o/r/blob/a.tgz", None),
            ("https://example.com/o/r/blob/main/a.tgz", None),
        ] {
            assert_eq!(Url::of_file(text).unwrap().file_of_page().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_connected_to_is_told() {
        for text in [
            "https://h/a.tgz",
            "https://h:1/a.tgz",
            "https://h:65535/a.tgz",
            "https://h:/a.tgz",
            "http://[::1]:80/a.tgz",
            "http://xn--gre-6ka8i.example/a.tgz",
            "http://h/x/../a.tgz",
            "http://a_b/a.tgz",
            "http://10.0.0.1/a.tgz",
            "http://[fe80::1%25eth0]/a.tgz",
            "http://whole.example./a.tgz",
            "http://h/a%2Bb.tgz",
        ] {
            assert!(Url::of_file(text).is_ok(), "{text}");
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
            ("https://https://h/a.tgz", "it has two schemes"),
            ("https://HTTP//h/a.tgz", "it has two schemes"),
            ("https://h\u{200b}/a.tgz", "it has '\\u{200b}' in it, which is not seen"),
            ("https://h/\u{202e}a.tgz", "it has '\\u{202e}' in it, which is not seen"),
            ("https://h/%zz/a.tgz", "it has a `%` that two hexadecimal digits do not follow"),
            ("https://h/a.tgz?%", "it has a `%` that two hexadecimal digits do not follow"),
            ("https://h/x/%2e%2E/a.tgz", "`%2e%2E` in its path is a folder to some clients, and a name to others"),
            ("https://h/.%2e/a.tgz", "`.%2e` in its path is a folder to some clients, and a name to others"),
            ("http://h#/a.tgz", "it does not end in the name of a file"),
            ("http://h?/a.tgz", "it does not end in the name of a file"),
            ("https://h/a.tgz%zz", "it has a `%` that two hexadecimal digits do not follow"),
        ] {
            assert_eq!(Url::of_file(text).unwrap_err(), expected, "{text}");
        }
        for end in ["%2e%2e", "%00.tgz", "..%2f..%2fpasswd", "%2F"] {
            let told = Url::of_file(&format!("https://h/{end}")).unwrap_err();
            assert!(told.starts_with("it ends in a name that is not safe for a file"), "{end}: {told}");
        }
        for long in [format!("https://h/{}", "a".repeat(256)), format!("https://{}/a", "a.".repeat(128))] {
            assert!(Url::of_file(&long).is_err());
        }
    }
}
