//! The Redis version that a module is shown.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// The names of the module API and the version that brought each; see the file.
const NAMES: &str = include_str!("played/functions.txt");
/// What every name starts with where a module asks for it.
const PREFIX: &str = "RedisModule_";

/// A Redis version that the built-in host plays: a module is shown this number, and the functions that this version has.
///
/// ```
/// use ramp_probe::PlayedVersion;
///
/// let version: PlayedVersion = "7.4".parse().unwrap();
/// assert_eq!(version.to_string(), "7.4.1");
/// assert!(version.has("RedisModule_AddACLCategory"));
/// assert!(!version.has("RedisModule_GetInternalSecret"));
/// assert_eq!("7.4.8".parse::<PlayedVersion>()?.to_string(), "7.4.8");
/// for other in ["4.0", "7.6", "8.8", "9.9"] {
///     assert!(other.parse::<PlayedVersion>().is_err());
/// }
/// # Ok::<(), ramp_probe::PlayedVersionError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PlayedVersion {
    major: u8,
    minor: u8,
    patch: u8,
}

/// The releases whose API is known, and the patch level that is played where none is named.
const KNOWN: [(u8, u8, u8); 8] =
    [(5, 0, 14), (6, 0, 16), (6, 2, 5), (7, 0, 15), (7, 2, 4), (7, 4, 1), (8, 0, 6), (8, 2, 3)];

/// No version that the host knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a Redis version that the built-in host knows; it plays {}", known())]
pub struct PlayedVersionError {
    /// What was given.
    pub text: String,
}

fn known() -> String {
    KNOWN.map(|(major, minor, _)| format!("{major}.{minor}")).join(", ")
}

impl PlayedVersion {
    /// The newest version whose API is known.
    pub const NEWEST: Self = Self { major: 8, minor: 2, patch: 3 };
    /// The version to try where a module does not load into the newest, whose own commands it may have.
    pub const FALLBACK: Self = Self { major: 7, minor: 4, patch: 1 };

    /// What is played of a version that a module is said to be for: that one, or, where its API is not known, the next that is, since a
    /// development branch such as 7.9 leads to it; of those that are newer than all, the newest. `None` for what is no version, or older
    /// than all that can be played.
    ///
    /// ```
    /// use ramp_probe::PlayedVersion;
    ///
    /// let played = |text| PlayedVersion::in_place_of(text).map(|version| version.to_string());
    /// assert_eq!(played("7.4.8").as_deref(), Some("7.4.8"));
    /// assert_eq!(played("7.9").as_deref(), Some("8.0.6"));
    /// assert_eq!(played("8.8"), Some(PlayedVersion::NEWEST.to_string()));
    /// assert_eq!(played("4.0"), None);
    /// assert_eq!(played("banana"), None);
    /// ```
    pub fn in_place_of(text: &str) -> Option<Self> {
        if let Ok(known) = text.parse() {
            return Some(known);
        }
        let version = ramp_core::version::parse(text).ok()?;
        let named = (version.major, version.minor);
        let line = |known: &(u8, u8, u8)| (u64::from(known.0), u64::from(known.1));
        if named < line(&KNOWN[0]) {
            return None;
        }
        let next = KNOWN.iter().find(|known| line(known) >= named);
        Some(next.map_or(Self::NEWEST, |&(major, minor, patch)| Self { major, minor, patch }))
    }

    /// Whether it is that version or a later one.
    pub fn is_from(self, major: u8, minor: u8) -> bool {
        (self.major, self.minor) >= (major, minor)
    }

    /// Whether this version has a function of the module API, by the name with which a module asks for it.
    pub fn has(self, name: &str) -> bool {
        since(name).is_some_and(|(major, minor)| self.is_from(major, minor))
    }

    /// As `RedisModule_GetServerVersion` tells it: 0x00MMmmpp.
    #[allow(dead_code, reason = "the built-in host asks, which not every system has")]
    pub(crate) fn number(self) -> i32 {
        i32::from(self.major) << 16 | i32::from(self.minor) << 8 | i32::from(self.patch)
    }
}

/// The version, as major and minor, that brought a function of the module API.
pub(crate) fn since(name: &str) -> Option<(u8, u8)> {
    index(name).and_then(|at| TABLE.names.get(at)).map(|(_, since)| *since)
}

/// The place of a function in the table.
pub(crate) fn index(name: &str) -> Option<usize> {
    name.strip_prefix(PREFIX).and_then(|bare| TABLE.places.get(bare).copied())
}

/// The function at a place, without what all names start with.
#[allow(dead_code, reason = "the built-in host asks, which not every system has")]
pub(crate) fn name_at(index: usize) -> Option<&'static str> {
    TABLE.names.get(index).map(|(name, _)| *name)
}

struct Table {
    names: Vec<(&'static str, (u8, u8))>,
    places: HashMap<&'static str, usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let (mut names, mut since) = (Vec::new(), (0, 0));
    for line in NAMES.lines().filter(|line| !line.starts_with('#')) {
        if let Some(version) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            since = pair(version).unwrap_or(since);
        } else {
            names.extend(line.split_whitespace().map(|name| (name, since)));
        }
    }
    let places = names.iter().enumerate().map(|(at, (name, _))| (*name, at)).collect();
    Table { names, places }
});

fn pair(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

impl FromStr for PlayedVersion {
    type Err = PlayedVersionError;

    /// From `8`, `7.4` or `7.4.2`: a version whose API is known, or a patch version of one.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || PlayedVersionError { text: text.to_owned() };
        let mut parts = text.split('.').map(str::parse::<u8>);
        let mut next = || parts.next().transpose().map_err(|_| fail());
        let (major, minor, patch) = (next()?.ok_or_else(fail)?, next()?.unwrap_or(0), next()?);
        let known = KNOWN.iter().find(|known| (known.0, known.1) == (major, minor)).ok_or_else(fail)?;
        if next()?.is_some() {
            return Err(fail());
        }
        Ok(Self { major, minor, patch: patch.unwrap_or(known.2) })
    }
}

impl fmt::Display for PlayedVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl TryFrom<String> for PlayedVersion {
    type Error = PlayedVersionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<PlayedVersion> for String {
    fn from(version: PlayedVersion) -> Self {
        version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_version() {
        let count = |version: &str| {
            let version: PlayedVersion = version.parse().unwrap();
            TABLE.names.iter().filter(|(name, _)| version.has(&format!("{PREFIX}{name}"))).count()
        };
        let counts = ["5.0", "6.0", "6.2", "7.0", "7.2", "7.4", "8.0", "8.2"].map(count);
        assert_eq!(counts, [161, 237, 260, 332, 352, 357, 366, 379]);
        assert_eq!(TABLE.places.len(), 379, "a name is there twice");
        assert_eq!(since("RedisModule_ReplySetPushLength"), None);
        assert_eq!(since("Alloc"), None);
    }

    #[test]
    fn versions_are_read() {
        let read = |text: &str| text.parse::<PlayedVersion>().map(|version| (version.to_string(), version.number()));
        assert_eq!(read("7.4"), Ok(("7.4.1".into(), 0x70401)));
        assert_eq!(read("7.2.9"), Ok(("7.2.9".into(), 0x70209)));
        assert_eq!(read("8"), Ok(("8.0.6".into(), 0x80006)));
        for wrong in ["", "4.0", "6.1", "7.9", "8.4", "9.9", "99", "7.x", "7.4.1.2", "7..1", "300.1", "6.2.1.0"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
