//! Names that mean different things to different systems, or lead out of the directory they are unpacked into.
//!
//! Source: Go's `filepath.IsLocal`, the zip-slip advisories, the naming rules of Windows' file systems.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::datum::{Data, data};

mod unseen;

pub use unseen::is_hidden;
pub(crate) use unseen::{is_unseen, turns};

/// How many bytes the name of a file can have, on the file systems of Linux.
const LONGEST_FILE_NAME: usize = 255;
/// How many bytes a path can have there, without the NUL behind it.
const LONGEST_PATH: usize = 4_095;
/// How many components a path can have that all readers take: Python's `tarfile` fails at 1,000, npm's tar leaves out what is deeper than
/// 1,024, and each takes less where it is not started from an empty stack. No package has a tenth of it.
const DEEPEST: usize = 256;

/// What is unsafe about a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnsafeName {
    /// Nothing at all.
    Empty,
    /// Nothing but blanks.
    Blank,
    /// A slash, where only one component may be.
    Slash,
    /// `.` or `..`, which stands for a folder, where the name of something may be.
    Folder,
    /// A NUL, at which some readers stop.
    Nul,
    /// A control character.
    Control(char),
    /// A character outside ASCII, which readers decode in different ways.
    NotAscii(char),
    /// A backslash, which is a separator on Windows.
    Backslash,
    /// A character that Windows forbids in names, a colon among them (drives, alternate streams).
    Reserved(char),
    /// Starts at the root.
    Absolute,
    /// A component `..`.
    ParentComponent,
    /// A component `.`.
    CurrentComponent,
    /// Two slashes in a row.
    EmptyComponent,
    /// A component that ends in a dot or a space, which Windows drops.
    TrailingDotOrSpace,
    /// A component that is a device on Windows.
    DeviceName,
    /// A component is longer than a file's name can be.
    TooLong,
    /// Longer than a path can be.
    PathTooLong,
    /// In more folders than all readers make.
    TooDeep,
    /// It ends in `;` and digits, a version to `OpenVMS` and to `unzip`.
    Version,
    /// A letter and a colon in front: a drive to Windows, and to `bsdtar`.
    Drive,
    /// Two dots in front of the rest of a name, which unzipper takes for `..`.
    LeadingDots,
}

impl UnsafeName {
    /// Whether a file of that name would be another than the one that is shown, on every system.
    pub(crate) fn leads_elsewhere(self) -> bool {
        match self {
            Self::NotAscii(c) => is_unseen(c),
            Self::Slash
            | Self::Folder
            | Self::Nul
            | Self::Control(_)
            | Self::Backslash
            | Self::Absolute
            | Self::ParentComponent
            | Self::CurrentComponent
            | Self::EmptyComponent => true,
            _ => false,
        }
    }
}

impl fmt::Display for UnsafeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::Blank => f.write_str("it is only whitespace"),
            Self::Slash => f.write_str("it has a slash"),
            Self::Folder => f.write_str("it stands for a folder"),
            Self::Nul => f.write_str("it holds a NUL, at which some readers stop"),
            Self::Control(c) => write!(f, "it holds the control character U+{:04X}", u32::from(*c)),
            Self::NotAscii(c) if turns(*c) => {
                write!(f, "it holds U+{:04X}, which turns the direction of what follows", u32::from(*c))
            }
            Self::NotAscii(c) if c.is_whitespace() || is_unseen(*c) => {
                write!(f, "it holds U+{:04X}, which is not seen", u32::from(*c))
            }
            Self::NotAscii(c) => write!(f, "it holds `{c}`, which readers decode in different ways"),
            Self::Backslash => f.write_str("it holds a backslash, which is a separator on some systems"),
            Self::Reserved(c) => write!(f, "it holds `{c}`, which some systems forbid in names"),
            Self::Absolute => f.write_str("it is absolute"),
            Self::ParentComponent => f.write_str("it climbs out with `..`"),
            Self::CurrentComponent => f.write_str("it has a component `.`"),
            Self::EmptyComponent => f.write_str("it has two slashes in a row"),
            Self::TrailingDotOrSpace => f.write_str("a component ends in a dot or a space, which some systems drop"),
            Self::TooLong => write!(f, "it is longer than the {LONGEST_FILE_NAME} bytes that a file's name can have"),
            Self::PathTooLong => write!(f, "it is longer than the {LONGEST_PATH} bytes that a path can have"),
            Self::TooDeep => write!(f, "it has more than {DEEPEST} components, at which some readers fail"),
            Self::Version => f.write_str("it ends in `;`, with only digits after it, which `unzip` cuts off"),
            Self::Drive => f.write_str("it starts with a letter and a colon, which `bsdtar` cuts off"),
            Self::DeviceName => f.write_str("a component is the name of a device on some systems"),
            Self::LeadingDots => f.write_str("it starts with two dots, for which unzipper leaves it out"),
        }
    }
}

impl UnsafeName {
    /// Its values, by the keys of [`Finding::data`](crate::Finding::data).
    pub(crate) fn data(self) -> Data {
        match self {
            Self::Control(character) | Self::NotAscii(character) | Self::Reserved(character) => {
                data([("character", character.into())])
            }
            _ => Data::new(),
        }
    }
}

/// Finds the first thing that is unsafe about a decoded path; `None` for a plain relative one.
///
/// A trailing slash, by which zips mark directories, is fine.
///
/// ```
/// use ramp_core::name::{UnsafeName, check_name};
///
/// assert_eq!(check_name("deps/numpy.tgz"), None);
/// assert_eq!(check_name("deps/../../etc/passwd"), Some(UnsafeName::ParentComponent));
/// assert_eq!(check_name("/etc/passwd"), Some(UnsafeName::Absolute));
/// ```
pub fn check_name(name: &str) -> Option<UnsafeName> {
    check(name, check_char)
}

/// Finds the first thing that is unsafe about the whole name of an entry of a zip: what is unsafe about any path, or that it
/// starts as if it climbed out.
///
/// ```
/// use ramp_core::name::{UnsafeName, check_entry_name};
///
/// assert_eq!(check_entry_name("deps/..x.tgz"), None);
/// assert_eq!(check_entry_name("..x.so"), Some(UnsafeName::LeadingDots));
/// assert_eq!(check_entry_name("../x.so"), Some(UnsafeName::ParentComponent));
/// ```
pub fn check_entry_name(name: &str) -> Option<UnsafeName> {
    check_name(name).or_else(|| name.starts_with("..").then_some(UnsafeName::LeadingDots))
}

/// [`check_name`], with another look at its characters.
fn check(name: &str, check_char: impl Fn(char) -> Option<UnsafeName>) -> Option<UnsafeName> {
    let path = name.strip_suffix('/').unwrap_or(name);
    if path.is_empty() {
        return Some(if name.is_empty() { UnsafeName::Empty } else { UnsafeName::Absolute });
    }
    if let Some(found) = name.chars().find_map(check_char) {
        return Some(found);
    }
    if path.starts_with('/') {
        return Some(UnsafeName::Absolute);
    }
    if path.len() > LONGEST_PATH {
        return Some(UnsafeName::PathTooLong);
    }
    if path.split('/').nth(DEEPEST).is_some() {
        return Some(UnsafeName::TooDeep);
    }
    let version = path.rsplit('/').next().is_some_and(is_version);
    path.split('/').find_map(check_component).or(version.then_some(UnsafeName::Version))
}

/// Finds the first thing for which a module cannot have a name: its files are named by it, `<module_name>.json` for one, so
/// what is unsafe in the name of a file is unsafe here.
///
/// ```
/// use ramp_core::name::{UnsafeName, check_module_name};
///
/// assert_eq!(check_module_name("search"), None);
/// assert_eq!(check_module_name("a/b"), Some(UnsafeName::Slash));
/// assert_eq!(check_module_name("../../x"), Some(UnsafeName::ParentComponent));
/// assert_eq!(check_module_name(".."), Some(UnsafeName::Folder));
/// assert_eq!(check_module_name(" "), Some(UnsafeName::Blank));
/// assert_eq!(check_module_name("größe"), None);
/// ```
pub fn check_module_name(name: &str) -> Option<UnsafeName> {
    check_stem(name, &metadata_file(name))
}

/// Finds the first thing for which something cannot be called by a name, because a file is called by it: `name`, and an extension.
/// No reader of zips comes by the file, so letters of any script are fine.
pub(crate) fn check_stem(name: &str, file: &str) -> Option<UnsafeName> {
    let is_letter = |c: char| !c.is_whitespace() && !is_unseen(c);
    match name {
        "" => Some(UnsafeName::Empty),
        _ if name.chars().all(char::is_whitespace) => Some(UnsafeName::Blank),
        "." | ".." => Some(UnsafeName::Folder),
        _ if file.len() > LONGEST_FILE_NAME => Some(UnsafeName::TooLong),
        _ => check(file, |c| check_char(c).filter(|found| !matches!(found, UnsafeName::NotAscii(c) if is_letter(*c))))
            .or_else(|| name.contains('/').then_some(UnsafeName::Slash)),
    }
}

/// The file as which `module.json` is unpacked: `<module_name>.json`.
///
/// ```
/// assert_eq!(ramp_core::name::metadata_file("search"), "search.json");
/// ```
pub fn metadata_file(module_name: &str) -> String {
    format!("{module_name}.json")
}

fn check_char(c: char) -> Option<UnsafeName> {
    match c {
        '\0' => Some(UnsafeName::Nul),
        '\\' => Some(UnsafeName::Backslash),
        ':' | '*' | '?' | '"' | '<' | '>' | '|' => Some(UnsafeName::Reserved(c)),
        c if c.is_ascii_control() => Some(UnsafeName::Control(c)),
        c if !c.is_ascii() => Some(UnsafeName::NotAscii(c)),
        _ => None,
    }
}

fn check_component(component: &str) -> Option<UnsafeName> {
    match component {
        "" => Some(UnsafeName::EmptyComponent),
        "." => Some(UnsafeName::CurrentComponent),
        ".." => Some(UnsafeName::ParentComponent),
        c if c.ends_with(['.', ' ']) => Some(UnsafeName::TrailingDotOrSpace),
        c if c.len() > LONGEST_FILE_NAME => Some(UnsafeName::TooLong),
        c if is_device(c) => Some(UnsafeName::DeviceName),
        _ => None,
    }
}

/// Whether a component is one with a version behind it, as `OpenVMS` has them: `name;1`.
fn is_version(component: &str) -> bool {
    component.rsplit_once(';').is_some_and(|(_, digits)| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a component is a device, whatever extension it has: up to the first dot, and without spaces behind it.
///
/// Source: `ntpath.isreserved` of Python.
fn is_device(component: &str) -> bool {
    let stem = component.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    let numbered = |prefix| {
        stem.strip_prefix(prefix).is_some_and(|n: &str| n.len() == 1 && n.bytes().all(|b| (b'1'..=b'9').contains(&b)))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_are_fine() {
        for name in [
            "m.so",
            "module.json",
            "deps/",
            "deps/a.tgz",
            "a b-c_d+e.so",
            "deps/..x",
            "console.so",
            "con sole.so",
            "connin$.so",
            " nul.so",
            "com0.so",
            "a;b",
            "a;1b",
            "a;1/b",
        ] {
            assert_eq!(check_name(name), None, "{name}");
        }
    }

    #[test]
    fn every_trick_is_named() {
        for (name, expected) in [
            ("", UnsafeName::Empty),
            ("/", UnsafeName::Absolute),
            ("a\0.so", UnsafeName::Nul),
            ("a\n", UnsafeName::Control('\n')),
            ("ä.so", UnsafeName::NotAscii('ä')),
            ("a\\b", UnsafeName::Backslash),
            ("c:/x", UnsafeName::Reserved(':')),
            ("/x", UnsafeName::Absolute),
            ("../x", UnsafeName::ParentComponent),
            ("a/..", UnsafeName::ParentComponent),
            ("./x", UnsafeName::CurrentComponent),
            ("a//b", UnsafeName::EmptyComponent),
            ("a//", UnsafeName::EmptyComponent),
            ("a./b", UnsafeName::TrailingDotOrSpace),
            ("nul.so", UnsafeName::DeviceName),
            ("deps/x.tgz;1", UnsafeName::Version),
            ("deps/;", UnsafeName::Version),
            ("a/Com1.tgz", UnsafeName::DeviceName),
            ("nul .so", UnsafeName::DeviceName),
            ("COM1  .so", UnsafeName::DeviceName),
            ("con .x.so", UnsafeName::DeviceName),
            ("conout$.so", UnsafeName::DeviceName),
            ("deps/CONIN$", UnsafeName::DeviceName),
        ] {
            assert_eq!(check_name(name), Some(expected), "{name:?}");
        }
    }

    #[test]
    fn a_path_has_so_many_components() {
        let deep = |components: usize| vec!["a"; components].join("/");
        assert_eq!(check_name(&deep(DEEPEST)), None);
        assert_eq!(check_name(&(deep(DEEPEST) + "/")), None);
        assert_eq!(check_name(&deep(DEEPEST + 1)), Some(UnsafeName::TooDeep));
    }
}
