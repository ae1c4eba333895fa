//! What a module says of its own version, and of the versions that it needs, as numbers that compare.

use std::cmp::Ordering;

use semver::Version;

use super::python;
use super::value::Value;
use crate::version;

/// A text of the metadata that is not empty.
pub(crate) fn text<'a>(metadata: &'a Value, key: &str) -> Option<&'a str> {
    metadata.get(key)?.as_str().filter(|text| !text.is_empty())
}

/// The version that a member of the metadata names, as a text or as a number.
pub(crate) fn version_of(metadata: &Value, key: &str) -> Option<Version> {
    match metadata.get(key)? {
        Value::String(text) => version::parse(text.trim()).ok(),
        Value::Number(number) => version::parse(&number.literal()).ok(),
        _ => None,
    }
}

/// `version`, as the unpacker reads it.
pub(crate) fn number(metadata: &Value) -> Option<i64> {
    python::int_of_float(metadata.get("version")?).ok()
}

/// The module's version in the words of people: the semantic one, else the number.
pub(crate) fn shown_version(metadata: &Value) -> String {
    let of_number = || number(metadata).map_or_else(|| "without a version".to_owned(), |number| number.to_string());
    text(metadata, "semantic_version").map_or_else(of_number, ToOwned::to_owned)
}

/// The module's version that compares: the semantic one, else the one that the number stands for.
fn comparable(metadata: &Value) -> Option<Version> {
    let semantic = text(metadata, "semantic_version");
    let semantic = semantic.and_then(|text| Version::parse(text).ok().or_else(|| version::parse(text).ok()));
    semantic.or_else(|| version::of_number(number(metadata)?))
}

/// How the version of a module stands to that of another build; `None` where one of them has none that can be read.
pub(crate) fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    Some(comparable(one)?.cmp_precedence(&comparable(other)?))
}
