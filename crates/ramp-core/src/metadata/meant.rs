//! What a text that does not have its form was meant to be, where it tells.

use super::forms::{Form, is_sha256};
use crate::version;

/// How long a text may be that is looked at: nothing that is meant for one of the forms is longer.
const LONGEST: usize = 2000;

/// What comes in front of a version where it is a condition, or a tag.
const IN_FRONT: [char; 8] = ['v', 'V', '=', '>', '<', '~', '^', ' '];

impl Form {
    /// What a text was meant to be that does not have this form: without what does not belong to it. It has the form.
    ///
    /// ```
    /// use ramp_core::metadata::Form;
    ///
    /// assert_eq!(Form::SemanticVersion.meant("v1.2").as_deref(), Some("1.2.0"));
    /// assert_eq!(Form::Version.meant("7.4.2-54").as_deref(), Some("7.4.2"));
    /// assert_eq!(Form::Address.meant("example.com").as_deref(), Some("https://example.com"));
    /// assert_eq!(Form::SemanticVersion.meant("banana"), None);
    /// ```
    pub fn meant(self, text: &str) -> Option<String> {
        if text.len() > LONGEST {
            return None;
        }
        let bare = text.trim();
        let meant = match self {
            Self::SemanticVersion => {
                let version = bare.trim_start_matches(IN_FRONT);
                if semver::Version::parse(version).is_ok() { version.to_owned() } else { plain(version, 3)? }
            }
            Self::Version | Self::ClusterVersion => {
                let version = bare.trim_start_matches(IN_FRONT);
                let numbers = version.split('-').next().unwrap_or(version);
                plain(numbers, numbers.split('.').count())?
            }
            Self::Sha256 => bare.split(|c: char| !c.is_ascii_alphanumeric()).find(|part| is_sha256(part))?.to_owned(),
            Self::Url | Self::Address => address(bare)?,
            Self::ModuleName
            | Self::ModuleFile
            | Self::CommandName
            | Self::Email
            | Self::DependencyName
            | Self::OperatingSystem
            | Self::Platform
            | Self::Uid => return None,
        };
        Some(meant).filter(|meant| meant != text && self.fault(meant).is_none())
    }
}

impl Form {
    /// What a text says that does not have this form, where nothing of it is lost but how it is written: of [`meant`](Self::meant) what
    /// is no guess. It has the form.
    ///
    /// ```
    /// use ramp_core::metadata::Form;
    ///
    /// assert_eq!(Form::SemanticVersion.certain("v1.2.3").as_deref(), Some("1.2.3"));
    /// assert_eq!(Form::Version.certain("7.4.2-54").as_deref(), Some("7.4.2"));
    /// assert_eq!(Form::Version.certain("<7.4"), None);
    /// assert_eq!(Form::Address.certain("example.com"), None);
    /// ```
    pub fn certain(self, text: &str) -> Option<String> {
        let is_said = match self {
            // Of a build, which is not compared, nothing but its digits.
            Self::Version | Self::ClusterVersion => {
                text.split_once('-').is_none_or(|(_, build)| build.trim().bytes().all(|b| b.is_ascii_digit()))
                    && is_no_range(text)
            }
            Self::SemanticVersion => is_no_range(text),
            Self::Url | Self::Address => ["https:/", "http:/"].iter().any(|scheme| text.trim().starts_with(scheme)),
            _ => true,
        };
        self.meant(text).filter(|_| is_said)
    }
}

/// Whether it names one version, and not all those before or after it.
fn is_no_range(text: &str) -> bool {
    !text.contains(['<', '>', '~', '^'])
}

/// Numbers with dots, as many as that, without zeros in front.
fn plain(text: &str, parts: usize) -> Option<String> {
    let version = version::parse(text).ok().filter(|version| version.build.is_empty())?;
    let numbers = [version.major, version.minor, version.patch].map(|number| number.to_string());
    numbers.get(..parts).map(|numbers| numbers.join("."))
}

/// With the scheme that is missing, or lacks a slash. What names no domain is a path.
fn address(text: &str) -> Option<String> {
    let schemes = ["https:/", "http:/"];
    let (scheme, rest) = match schemes.into_iter().find_map(|scheme| Some((scheme, text.strip_prefix(scheme)?))) {
        Some((scheme, rest)) => (scheme, rest),
        None => ("https:/", text),
    };
    let rest = rest.trim_start_matches('/');
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, domain) = host.rsplit_once('.')?;
    let is_domain = domain.len() > 1 && domain.bytes().all(|b| b.is_ascii_alphabetic());
    let is_file = rest.len() == host.len() && ["tgz", "gz", "zip", "so", "html"].contains(&domain);
    (is_domain && !is_file && !name.is_empty() && !host.contains([':', '@'])).then(|| format!("{scheme}/{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_derived_or_not_at_all() {
        let digest = "a1".repeat(32);
        let cases = [
            (Form::SemanticVersion, "v1.2.3", Some("1.2.3")),
            (Form::SemanticVersion, "V1.2.3-rc1", Some("1.2.3-rc1")),
            (Form::SemanticVersion, "1.2", Some("1.2.0")),
            (Form::SemanticVersion, "01.2.3", Some("1.2.3")),
            (Form::SemanticVersion, "1.2.3.4", None),
            (Form::SemanticVersion, "7.4-5", None),
            (Form::SemanticVersion, "", None),
            (Form::Version, "7.4.2-54", Some("7.4.2")),
            (Form::Version, ">= 7.4", Some("7.4")),
            (Form::Version, "07.4", Some("7.4")),
            (Form::Version, "8.0-rc1", Some("8.0")),
            (Form::Version, "7.x", None),
            (Form::Version, "7.4.2.1", None),
            (Form::Version, "latest", None),
            (Form::ClusterVersion, "7.4.2-054", Some("7.4.2")),
            (Form::ClusterVersion, "v7", Some("7")),
            (Form::Url, "https:/x.org/l.tgz", Some("https://x.org/l.tgz")),
            (Form::Url, "x.org/l.tgz", Some("https://x.org/l.tgz")),
            (Form::Url, "redisai/a.tgz", None),
            (Form::Url, "a.tgz", None),
            (Form::Url, "s3://b/a.tgz", None),
            (Form::Url, "file:///a.tgz", None),
            (Form::Url, "../a.b/a.tgz", None),
            (Form::Address, "//example.com/", Some("https://example.com/")),
            (Form::Address, "http:example.com", None),
            (Form::Address, "javascript:alert(1.a)", None),
            (Form::Address, "me@example.com", None),
            (Form::ModuleName, "a/b", None),
            (Form::Uid, "1", None),
        ];
        for (form, text, expected) in cases {
            assert_eq!(form.meant(text).as_deref(), expected, "{form:?} {text:?}");
        }
        for text in [format!("{digest}  a.tgz"), format!("sha256:{digest}"), format!("SHA256 (a.so) = {digest}\n")] {
            assert_eq!(Form::Sha256.meant(&text).as_deref(), Some(&*digest), "{text}");
        }
        assert_eq!(Form::Sha256.meant(&"a".repeat(65)), None);
        assert_eq!(Form::Version.meant(&"7.".repeat(1 << 20)), None);
    }
}
