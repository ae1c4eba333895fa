//! URLs where people may write them in place of a path: whether a text is one, and how it is shown.

/// Whether a text is meant as a URL, and not as a path: a scheme, `://`, and something behind it.
///
/// ```
/// use ramp_core::url::is_url;
///
/// assert!(is_url("https://files.example.com/a.zip") && is_url("s3://bucket/a.zip"));
/// assert!(!is_url("dist/a.zip") && !is_url(r"C:\dist\a.zip") && !is_url("a://"));
/// ```
pub fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        let is_of_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_of_scheme) && !rest.is_empty()
    })
}

/// A URL without what may be secret in it: user, password, query (such as a signature), fragment. It need not be a right one.
///
/// ```
/// use ramp_core::url::shown;
///
/// assert_eq!(shown("https://me:secret@files.example.com/a.zip?X-Amz-Signature=secret"), "https://files.example.com/a.zip");
/// assert_eq!(shown("https://files.example.com/pkg@1.0/a.zip"), "https://files.example.com/pkg@1.0/a.zip");
/// ```
pub fn shown(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text.to_owned() };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let (authority, path) = rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len()));
    let authority = authority.rsplit('@').next().unwrap_or_default();
    // What is not a port may be the front of a password that has one of these in it.
    let port = authority.rsplit_once(']').map_or(authority, |(_, behind)| behind).split_once(':');
    if port.is_some_and(|(_, port)| !port.bytes().all(|b| b.is_ascii_digit())) {
        return format!("{scheme}://…");
    }
    format!("{scheme}://{authority}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_has_no_secret_in_it() {
        for (text, expected) in [
            ("https://a.example/x.zip", "https://a.example/x.zip"),
            ("https://a.example:8443/x/y.zip#part", "https://a.example:8443/x/y.zip"),
            ("https://me:secret@a.example/x.zip?secret", "https://a.example/x.zip"),
            ("https://secret@a.example", "https://a.example"),
            ("https://me:se@cret@a.example/x@1/y.zip", "https://a.example/x@1/y.zip"),
            ("https://me:secret/secret@a.example/y.zip", "https://…"),
            ("https://me:secret@a.example\\x", "https://a.example\\x"),
            ("https://[::1]:8/x.zip", "https://[::1]:8/x.zip"),
            ("https://me:secret@[::1]/x.zip", "https://[::1]/x.zip"),
            ("s3://bucket/a b.zip", "s3://bucket/a b.zip"),
            ("https://me:secret?@a", "https://…"),
        ] {
            let found = shown(text);
            assert_eq!(found, expected, "{text}");
            assert!(!found.contains("secret"), "{text}");
        }
    }
}
