//! Versions as this field writes them: `7.4`, `6.0.12`, `7.4.2-54`.
//!
//! The `semver` crate is strict: three parts, no build after a dash. Redis Enterprise clusters are `X.Y.Z-BUILD`
//! and manifests write `5.0` or `8`, so [`parse`] fills in what is missing and moves the build out of the way.
//! Compare with [`semver::Version::cmp_precedence`], which ignores the build.

use std::cmp::Ordering;

use semver::{BuildMetadata, Prerelease, Version};

/// Why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseVersionError {
    /// The text is empty.
    #[error("the version is empty")]
    Empty,
    /// More than three dotted parts.
    #[error("`{version}` has more than three parts")]
    TooManyParts {
        /// The text as given.
        version: String,
    },
    /// A part is not a decimal number that fits 64 bits.
    #[error("`{version}` is not a version: `{part}` is not a number")]
    NotANumber {
        /// The text as given.
        version: String,
        /// The offending part.
        part: String,
    },
    /// What follows the dash is not a build number.
    #[error("`{version}` is not a version: `{build}` is not a build number")]
    BadBuild {
        /// The text as given.
        version: String,
        /// What follows the dash.
        build: String,
    },
}

/// Reads one to three dotted numbers and an optional `-BUILD`; missing parts are zero.
///
/// The build becomes semver's build metadata, so [`Version::cmp_precedence`] ignores it.
///
/// # Errors
///
/// [`ParseVersionError`] says which part is wrong.
///
/// ```
/// use ramp_core::version::parse;
///
/// assert!(parse("7.10").unwrap() > parse("7.9").unwrap());
/// let cluster = parse("7.4.2-54").unwrap();
/// assert!(cluster.cmp_precedence(&parse("7.4.2").unwrap()).is_eq());
/// assert!(parse("7.x").is_err());
/// ```
pub fn parse(text: &str) -> Result<Version, ParseVersionError> {
    let version = || text.to_owned();
    if text.is_empty() {
        return Err(ParseVersionError::Empty);
    }
    let (numbers, build) = match text.split_once('-') {
        Some((numbers, build)) => (numbers, Some(build)),
        None => (text, None),
    };
    let mut parts = [0_u64; 3];
    for (index, part) in numbers.split('.').enumerate() {
        let slot = parts.get_mut(index).ok_or_else(|| ParseVersionError::TooManyParts { version: version() })?;
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseVersionError::NotANumber { version: version(), part: part.to_owned() });
        }
        *slot =
            part.parse().map_err(|_| ParseVersionError::NotANumber { version: version(), part: part.to_owned() })?;
    }
    let build = match build {
        None => BuildMetadata::EMPTY,
        Some(build) => BuildMetadata::new(build)
            .ok()
            .filter(|b| !b.is_empty())
            .ok_or_else(|| ParseVersionError::BadBuild { version: version(), build: build.to_owned() })?,
    };
    let [major, minor, patch] = parts;
    Ok(Version { major, minor, patch, pre: Prerelease::EMPTY, build })
}

/// Whether a cluster of version `cluster` is of version `bound` or a later one, the build counting where `bound` names one.
///
/// `None` where that cannot be told: `bound` names a build of a version that `cluster` is given without its own.
///
/// ```
/// use ramp_core::version::{has_reached, parse};
///
/// let reached = |cluster, bound| has_reached(&parse(cluster).unwrap(), &parse(bound).unwrap());
/// assert_eq!(reached("7.8.4-95", "7.8.4-66"), Some(true));
/// assert_eq!(reached("7.8.4-18", "7.8.4-66"), Some(false));
/// assert_eq!(reached("7.8.4", "7.8.4-66"), None);
/// assert_eq!(reached("7.8.4", "7.8.4"), Some(true));
/// ```
pub fn has_reached(cluster: &Version, bound: &Version) -> Option<bool> {
    match cluster.cmp_precedence(bound) {
        Ordering::Less => Some(false),
        Ordering::Greater => Some(true),
        Ordering::Equal if bound.build.is_empty() => Some(true),
        Ordering::Equal if cluster.build.is_empty() => None,
        Ordering::Equal => Some(cluster.build >= bound.build),
    }
}

/// The version that the one number of a module stands for, as [`number`] makes it; `None` of a negative one.
///
/// ```
/// use ramp_core::version::of_number;
///
/// assert_eq!(of_number(10203).unwrap().to_string(), "1.2.3");
/// assert_eq!(of_number(-1), None);
/// ```
pub fn of_number(number: i64) -> Option<Version> {
    let number = u64::try_from(number).ok()?;
    Some(Version::new(number / 10_000, number / 100 % 100, number % 100))
}

/// A version of a module as the one number that modules give Redis: major × 10000 + minor × 100 + patch.
///
/// `None` where it is too large.
///
/// ```
/// use ramp_core::version::{number, parse};
///
/// assert_eq!(number(&parse("2.8.3").unwrap()), Some(20803));
/// assert_eq!(number(&parse("9999999999999999999").unwrap()), None);
/// ```
pub fn number(version: &Version) -> Option<i64> {
    let rest = version.minor.checked_mul(100)?.checked_add(version.patch)?;
    version.major.checked_mul(10_000)?.checked_add(rest)?.try_into().ok()
}

/// Writes a version the way it would be spoken of: two parts where the third is zero (`2.34`, but `2.2.5`).
///
/// ```
/// use ramp_core::version::{parse, short};
///
/// assert_eq!(short(&parse("2.34").unwrap()), "2.34");
/// assert_eq!(short(&parse("2.2.5").unwrap()), "2.2.5");
/// ```
pub fn short(version: &Version) -> String {
    if version.patch == 0 {
        format!("{}.{}", version.major, version.minor)
    } else {
        format!("{}.{}.{}", version.major, version.minor, version.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_manifests_and_clusters_write() {
        for (text, expected) in
            [("5", (5, 0, 0)), ("5.0", (5, 0, 0)), ("6.0.12", (6, 0, 12)), ("100.0.21-16135", (100, 0, 21))]
        {
            let version = parse(text).unwrap();
            assert_eq!((version.major, version.minor, version.patch), expected, "{text}");
        }
    }

    #[test]
    fn builds_compare_as_numbers() {
        let reached = |cluster: &str, bound: &str| has_reached(&parse(cluster).unwrap(), &parse(bound).unwrap());
        assert_eq!(reached("8.0.20-154", "8.0.20-96"), Some(true));
        assert_eq!(reached("8.0.20-96", "8.0.20-154"), Some(false));
        assert_eq!(reached("8.0.20-96", "8.0.20-96"), Some(true));
        assert_eq!(reached("8.0.22", "8.0.20-96"), Some(true));
        assert_eq!(reached("8.0.18", "8.0.20-96"), Some(false));
    }

    #[test]
    fn names_the_part_that_is_wrong() {
        for text in ["", "7.", "7..4", "v7", "7.4.2.1", "7.4-", "7.4-a_b", " 7", "99999999999999999999", "+1.2"] {
            assert!(parse(text).is_err(), "{text:?}");
        }
        assert_eq!(
            parse("7.x.1").unwrap_err(),
            ParseVersionError::NotANumber { version: "7.x.1".into(), part: "x".into() }
        );
    }
}
