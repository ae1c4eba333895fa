//! The forms that the table of [`fields`](super::fields) asks of texts.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::mail;
use super::url::Url;
use crate::layout::packed_file;
use crate::name::{check_module_name, check_stem};
use crate::version;

/// The architectures the unpacker takes.
pub const ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];

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
    /// One to three numbers with dots: a version of Redis.
    Version,
    /// The same, or three numbers and a build, as clusters have them: `7.4.2-54`.
    ClusterVersion,
    /// The 64 hexadecimal digits of a SHA-256.
    Sha256,
    /// An address from which a file can be downloaded.
    Url,
    /// An address of the web.
    Address,
    /// An email address, alone or with a name before it, or several.
    Email,
    /// What a dependency is called, by which its file is named.
    DependencyName,
    /// An operating system: its name and then its version.
    OperatingSystem,
    /// An operating system and an architecture: `rhel9/x86_64`.
    Platform,
    /// The 32 hexadecimal digits by which a cluster knows a module.
    Uid,
}

impl Form {
    /// Every form.
    pub const ALL: &'static [Self] = &[
        Self::ModuleName,
        Self::ModuleFile,
        Self::CommandName,
        Self::SemanticVersion,
        Self::Version,
        Self::ClusterVersion,
        Self::Sha256,
        Self::Url,
        Self::Address,
        Self::Email,
        Self::DependencyName,
        Self::OperatingSystem,
        Self::Platform,
        Self::Uid,
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
            Self::Version => version_fault(text).map(Cow::Borrowed),
            Self::ClusterVersion => cluster_version_fault(text).map(Cow::Borrowed),
            Self::Sha256 => sha256_fault(text).map(Cow::Borrowed),
            Self::Url => Url::of_file(text).err(),
            Self::Address => Url::reachable(text).err(),
            Self::DependencyName => check_stem(text, &packed_file(text)).map(|found| found.to_string().into()),
            Self::Email => unless(mail::has_address(text), "there is no email address in it"),
            Self::OperatingSystem => unless(
                text.starts_with(char::is_alphabetic),
                "it does not begin with the name of the system, followed by the version",
            ),
            Self::Platform => platform_fault(text).map(Cow::Borrowed),
            Self::Uid => unless(is_hex(text, 32), "it is not 32 hexadecimal digits"),
        }
    }

    /// What to write instead.
    pub const fn help(self) -> &'static str {
        match self {
            Self::ModuleName => {
                "Write the name that the module registers with Redis. Nodes name files by it: letters, digits, `-` and `_` \
                 are safe, but for what Windows calls its devices, such as `con`."
            }
            Self::ModuleFile => "Put the module at the top level of the zip, and write only its name: `mymodule.so`.",
            Self::CommandName => "Write the name that the module registers the command with.",
            Self::SemanticVersion => "Write three numbers: `2.8.3`.",
            Self::Version => "Write one to three numbers with dots: `7.4`, `6.0.12`.",
            Self::ClusterVersion => {
                "Write the version of the cluster as one to three numbers with dots: `7.4`, `7.22.0`."
            }
            Self::Sha256 => "Write the digest that `sha256sum` prints before the file's name, and nothing else.",
            Self::Url => {
                "Write an https or http address that ends in the name of the file. Up to 7.22, clusters download it; \
                 from 8.0 on, nodes look in the bundle for `deps/` and that name."
            }
            Self::Address => {
                "Write an https or http address, such as `https://example.com/mymodule`, or leave the field out."
            }
            Self::Email => "Write an address such as `me@example.com`, or leave the field out.",
            Self::DependencyName => {
                "Write a plain file name without its extension: letters, digits, `-` and `_` are safe."
            }
            Self::OperatingSystem => "Write the family and the major version: `rhel9`, `ubuntu22`, `amzn2023`.",
            Self::Platform => {
                "Write the system and the architecture as clusters do, `rhel9/x86_64`; or leave `platforms` out, which clusters \
                 make of the bundles that they have."
            }
            Self::Uid => "Leave the field out: the cluster gives each module its own.",
        }
    }
}

/// Whether a text is a SHA-256 in hexadecimal, of either case.
pub(crate) fn is_sha256(text: &str) -> bool {
    is_hex(text, 64)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A platform as clusters show it: source 1 of the table, and what clusters answer.
fn platform_fault(text: &str) -> Option<&'static str> {
    let Some((system, architecture)) = text.split_once('/') else {
        return Some("it is not an operating system and an architecture with a slash between them");
    };
    let is_plain = system.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let has_version = system.bytes().any(|b| b.is_ascii_digit());
    if !is_plain || !has_version || Form::OperatingSystem.fault(system).is_some() {
        return Some("what comes before the slash is not an operating system with its version");
    }
    (!ARCHITECTURES.contains(&architecture)).then_some("what comes after the slash is neither `x86_64` nor `aarch64`")
}

/// A version of Redis: it has no build.
fn version_fault(text: &str) -> Option<&'static str> {
    match cluster_version_fault(text) {
        None if text.contains('-') => {
            Some("it has a build, which versions of clusters have, and those of Redis do not")
        }
        // Redis itself has a byte for each. Source: `RM_GetServerVersion` in module.c.
        None if text.split('.').any(|number| number.parse::<u8>().is_err()) => Some("a number in it is above 255"),
        fault => fault,
    }
}

/// A version of a cluster: `X.Y.Z-BUILD`, or less of it.
fn cluster_version_fault(text: &str) -> Option<&'static str> {
    let Ok(version) = version::parse(text) else {
        return Some("it is not one to three numbers with dots between them");
    };
    let (numbers, build) = text.split_once('-').unwrap_or((text, ""));
    let is_padded = |part: &str| part.len() > 1 && part.starts_with('0');
    if numbers.split('.').any(is_padded) || is_padded(build) {
        return Some("a number in it begins with a zero");
    }
    let is_build = version.build.is_empty() || build.bytes().all(|b| b.is_ascii_digit());
    (!is_build || (!build.is_empty() && numbers.split('.').count() < 3))
        .then_some("what comes after the dash is not the build of a version of three numbers, such as `7.4.2-54`")
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
                &["search", "ReJSON", "a b", "--verbose", "{N}", "a.b", "bf-2", "ä", "模块"][..],
                &[
                    "../../x",
                    "a/b",
                    " ",
                    "\u{a0}",
                    "a\nb",
                    "<script>",
                    "a\\b",
                    "com1",
                    "..",
                    "a\u{200b}",
                    "a\u{2028}",
                    "a\u{a0}b",
                ][..],
            ),
            (Form::ModuleFile, &["m.so", "-m.so"], &["lib/m.so", "/m.so", "deps/m.so"]),
            (Form::CommandName, &["a.b", "_x", "a b"], &["", "a\n"]),
            (Form::SemanticVersion, &["1.2.3", "1.2.3-rc1"], &["", "banana", "1.2", "v1.2.3", "1.2.3.4", "01.2.3"]),
            (
                Form::Version,
                &["7", "7.4", "6.0.12", "0.1", "10.20.30", "99.99"],
                &[
                    "",
                    "banana",
                    "7.x",
                    "v7",
                    " 7.4",
                    "07.4",
                    "7.04",
                    "7.4.00",
                    "7.4-5",
                    "7.4.2-54",
                    "8.0-rc1",
                    "256",
                    "9999999999.1",
                ],
            ),
            (
                Form::ClusterVersion,
                &["7", "7.4", "7.22.0", "7.4.2-54", "100.0.21-16135"],
                &["", "7.x", "07.4", "7.4-5", "7-1", "7.4.2-054", "7.4.2-rc1", "7.4.2-1.2", "7.4.2-"],
            ),
            (
                Form::Address,
                &["http://redis.io", "https://oss.redis.com/redisai/", "https://h:8443/?a=b#c", "HTTPS://[::1]"],
                &[
                    "",
                    "redis.io",
                    "javascript:alert(1)",
                    "data:text/html,x",
                    "https://",
                    "https://a b",
                    "//h",
                    "ftp://h",
                ],
            ),
            (
                Form::DependencyName,
                &["a", "a..b", "..a", "a b", "ä"],
                &[
                    "",
                    " ",
                    ".",
                    "..",
                    "../a",
                    "/a",
                    "a/b",
                    "a/../b",
                    "a\\b",
                    "a\n",
                    "a\u{200b}",
                    "a\u{202e}b",
                    "CON",
                    "a\0",
                    "c:x",
                ],
            ),
            (
                Form::Email,
                &["me@example.com", "Me <me@example.com>", "a@b, c@d", "a+b@[10.0.0.1]", "me@localhost"],
                &["", "banana", "@", "a@", "@b", "a @ b", "me at example.com", "a@b@c", "me@ex_ample..com"],
            ),
            (
                Form::Platform,
                &["rhel9/x86_64", "ubuntu22/aarch64", "solaris11/x86_64", "ubuntu18.04/x86_64"],
                &[
                    "",
                    "/",
                    "rhel9",
                    "../../x",
                    "rhel9/amd64",
                    "rhel9/",
                    "/x86_64",
                    "rhel/x86_64",
                    "rhel9/x86_64/",
                    "a b9/x86_64",
                ],
            ),
            (Form::Uid, &["1952fcf9a5109fb59e61b1ad4d7e2d88"], &["", "1", "1952fcf9a5109fb59e61b1ad4d7e2d8g"]),
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
