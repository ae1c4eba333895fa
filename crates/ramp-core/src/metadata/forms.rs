//! The forms that the table of [`fields`](super::fields) asks of texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::url;
use crate::name::check_module_name;
use crate::version;

/// What a text must look like to be what it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Form {
    /// The name of a module, by which files are named too.
    ModuleName,
    /// The name of the module's entry, which stands at the top of the zip.
    ModuleFile,
    /// The name of a command.
    CommandName,
    /// Three numbers with dots, as semver.org defines it.
    SemanticVersion,
    /// One to three numbers with dots.
    Version,
    /// The 64 hexadecimal digits of a SHA-256.
    Sha256,
    /// An address from which a file can be downloaded.
    Url,
    /// An operating system: its name and then its version.
    OperatingSystem,
}

impl Form {
    /// Every form.
    pub const ALL: &'static [Self] = &[
        Self::ModuleName,
        Self::ModuleFile,
        Self::CommandName,
        Self::SemanticVersion,
        Self::Version,
        Self::Sha256,
        Self::Url,
        Self::OperatingSystem,
    ];

    /// Why a text does not have the form, as a clause about "it"; `None` where it has.
    ///
    /// ```
    /// use ramp_core::metadata::Form;
    ///
    /// assert_eq!(Form::SemanticVersion.fault("1.2.3"), None);
    /// assert_eq!(Form::ModuleName.fault("a/b").as_deref(), Some("it has a slash"));
    /// assert_eq!(Form::Url.fault("s3://bucket/a.tgz").as_deref(), Some("it begins with `s3:`, not with `https:` or `http:`"));
    /// ```
    pub fn fault(self, text: &str) -> Option<Cow<'static, str>> {
        let unless = |fits: bool, fault: &'static str| (!fits).then_some(Cow::Borrowed(fault));
        match self {
            Self::ModuleName => check_module_name(text).map(|found| found.to_string().into()),
            Self::ModuleFile => unless(!text.contains('/'), "it has a slash: it is in a folder of the bundle"),
            Self::CommandName if text.is_empty() => Some("it is empty".into()),
            Self::CommandName => unless(!text.chars().any(char::is_control), "it has a control character"),
            Self::SemanticVersion => {
                unless(semver::Version::parse(text).is_ok(), "it is not three numbers with dots between them")
            }
            Self::Version => {
                unless(version::parse(text).is_ok(), "it is not one to three numbers with dots between them")
            }
            Self::Sha256 => sha256_fault(text).map(Cow::Borrowed),
            Self::Url => url::fault(text),
            Self::OperatingSystem => unless(
                text.starts_with(char::is_alphabetic),
                "it does not begin with the name of the system, followed by the version",
            ),
        }
    }

    /// What to write instead.
    pub const fn help(self) -> &'static str {
        match self {
            Self::ModuleName => {
                "Write the name that the module registers with Redis. Nodes name files by it: letters, digits, `-` and `_` \
                 are safe."
            }
            Self::ModuleFile => "Put the module at the top level of the zip, and write only its name: `mymodule.so`.",
            Self::CommandName => "Write the name that the module registers the command with.",
            Self::SemanticVersion => "Write three numbers: `2.8.3`.",
            Self::Version => "Write one to three numbers with dots: `7.4`, `6.0.12`.",
            Self::Sha256 => "Write the digest that `sha256sum` prints before the file's name, and nothing else.",
            Self::Url => {
                "Write an https or http address that ends in the name of the file. Up to 7.22, clusters download it; \
                 from 8.0 on, nodes look in the bundle for `deps/` and that name."
            }
            Self::OperatingSystem => "Write the family and the major version: `rhel9`, `ubuntu22`, `amzn2023`.",
        }
    }
}

/// Whether a text is a SHA-256 in hexadecimal, of either case.
pub(crate) fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

fn sha256_fault(text: &str) -> Option<&'static str> {
    if is_sha256(text) {
        return None;
    }
    let with_name = text.split_once(char::is_whitespace).is_some_and(|(digest, _)| is_sha256(digest));
    Some(match text {
        "" => "it is empty",
        _ if with_name => "the digest is followed by the name of a file",
        _ => "it is not 64 hexadecimal digits",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_form_are_told_from_others() {
        let digest = "0aF9".repeat(16);
        let listed = format!("{digest}  a.tgz");
        for (form, good, bad) in [
            (
                Form::ModuleName,
                &["search", "ReJSON", "a b", "--verbose", "{N}", "a.b", "bf-2"][..],
                &["../../x", "a/b", " ", "\u{a0}", "a\nb", "<script>", "a\\b", "com1", "ä", ".."][..],
            ),
            (Form::ModuleFile, &["m.so", "-m.so"], &["lib/m.so", "/m.so", "deps/m.so"]),
            (Form::CommandName, &["a.b", "_x", "a b"], &["", "a\n"]),
            (Form::SemanticVersion, &["1.2.3", "1.2.3-rc1"], &["", "banana", "1.2", "v1.2.3", "1.2.3.4", "01.2.3"]),
            (Form::Version, &["7", "7.4", "6.0.12", "7.4.2-54", "99.99"], &["", "banana", "7.x", "v7", " 7.4"]),
            (Form::Sha256, &[digest.as_str()], &["", "aa", "not-a-digest", &digest[..40], &listed, "sha256:abc"]),
            (
                Form::Url,
                &["https://example.com/a.tgz", "HTTP://h:1/x/a.tgz?x=1#y", "http://u:p@h/a%20b.tgz"],
                &[
                    "",
                    "redisai/a.tgz",
                    "http://x/dir/",
                    "http://x",
                    "http:///a.tgz",
                    "file:///a.tgz",
                    "s3://b/a.tgz",
                    "https://h/a b",
                    "https://h/x/..",
                    "https://h:99999/a.tgz",
                    "https://u:p@/a.tgz",
                    "{{URL}}",
                ],
            ),
            (Form::OperatingSystem, &["rhel9", "ubuntu18.04", "debian12"], &["22ubuntu", "", " rhel9", "9"]),
        ] {
            for text in good {
                assert_eq!(form.fault(text), None, "{form:?}: {text:?}");
            }
            for text in bad {
                assert!(form.fault(text).is_some(), "{form:?}: {text:?}");
            }
        }
        assert_eq!(sha256_fault(&listed), Some("the digest is followed by the name of a file"));
        assert!(Form::ALL.iter().all(|form| form.help().ends_with('.')));
    }
}
