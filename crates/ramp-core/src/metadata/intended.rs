//! The value that was meant in place of one of another type, or of a number that its field cannot have.

use super::fields::{self, Allowed, FieldType};
use super::types::fits;
use super::value::Value;
use crate::text::parts;
use crate::version;

/// How long the text of a value may be that is looked at.
const LONGEST: usize = 2000;

/// From here on a number is a version as one number, and not the first part of one.
const WHOLE_VERSION: u64 = 10_000;

/// How a boolean is written where it is not one.
const TRUE: [&str; 4] = ["true", "yes", "on", "1"];
const FALSE: [&str; 4] = ["false", "no", "off", "0"];

/// The value that was meant by one at that place of a document which cannot be there; `None` where it does not tell. What comes
/// back can be there.
///
/// ```
/// use ramp_core::metadata::{Value, intended};
///
/// assert_eq!(intended("/version", &"10203".into()), Some(10203.into()));
/// assert_eq!(intended("/version", &"1.2".into()), Some(10200.into()));
/// assert_eq!(intended("/capabilities", &"types, flash".into()), Some(vec!["types", "flash"].into()));
/// assert_eq!(intended("/version", &true.into()), None);
/// ```
pub fn intended(pointer: &str, value: &Value) -> Option<Value> {
    let allowed = fields::allowed_at(pointer)?;
    let text = literal(value).filter(|text| text.len() <= LONGEST);
    let meant = match (allowed.field_type, value) {
        (FieldType::Number | FieldType::Integer, _) => number(pointer, text.as_deref()?.trim()),
        (FieldType::Boolean, Value::String(_) | Value::Number(_)) => boolean(text.as_deref()?.trim()),
        (FieldType::String, Value::Number(_)) => string(allowed, &text?),
        (FieldType::String, Value::Array(items)) => match items.as_slice() {
            [Value::String(text)] => Some(text.as_str().into()),
            _ => None,
        },
        (FieldType::Strings, Value::String(_)) => list(allowed, text.as_deref()?),
        (FieldType::Integers, Value::Number(_)) => Some(Value::Array(vec![value.clone()])),
        _ => None,
    };
    meant.filter(|meant| fits(allowed, meant))
}

/// A string's text, a number as it is written.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.literal().into_owned()),
        _ => None,
    }
}

fn number(pointer: &str, text: &str) -> Option<Value> {
    let is_whole = text.strip_prefix('-').unwrap_or(text).bytes().all(|b| b.is_ascii_digit());
    if is_whole {
        return text.parse::<i64>().ok().map(Value::from);
    }
    if pointer != "/version" {
        return None;
    }
    let version = version::parse(text.trim_start_matches(['v', 'V'])).ok().filter(|found| found.build.is_empty())?;
    let number = match (version.minor, version.patch) {
        // `10203.0` is one number.
        (0, 0) if version.major >= WHOLE_VERSION => i64::try_from(version.major).ok(),
        // What two digits do not hold is written in another way.
        (minor, patch) if version.major >= WHOLE_VERSION || minor > 99 || patch > 99 => None,
        _ => version::number(&version),
    };
    number.map(Value::from)
}

fn boolean(text: &str) -> Option<Value> {
    let is_one = |of: [&str; 4]| of.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one(TRUE) { Some(true.into()) } else { is_one(FALSE).then(|| false.into()) }
}

/// A number that was not quoted; an exponent nobody writes into a text.
fn string(allowed: Allowed, text: &str) -> Option<Value> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let fault = || allowed.form.filter(|form| form.fault(text).is_some());
    match fault() {
        _ if !is_plain => None,
        Some(form) => form.meant(text).map(Value::from),
        None => Some(text.into()),
    }
}

/// Several with something between them, else one.
fn list(allowed: Allowed, text: &str) -> Option<Value> {
    let several = Value::from(parts(text).collect::<Vec<_>>());
    Some(several).filter(|several| fits(allowed, several)).or_else(|| Some(vec![text.trim()].into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    #[test]
    fn what_was_meant_can_be_there() {
        for (pointer, value, expected) in [
            ("/version", r#""10203""#, Some("10203")),
            ("/version", r#"" 10203 ""#, Some("10203")),
            ("/version", r#""10203.0""#, Some("10203")),
            ("/version", r#""v1.2.3""#, Some("10203")),
            ("/version", "1.2", Some("10200")),
            ("/version", "10203.5", None),
            ("/version", r#""1.200.3""#, None),
            ("/version", r#""0""#, None),
            ("/version", r#""10_203""#, None),
            ("/version", "-1", None),
            ("/version", "true", None),
            ("/ramp_format_version", r#""1""#, Some("1")),
            ("/ramp_format_version", r#""2""#, None),
            ("/bigstore_version_2_support", r#""True""#, Some("true")),
            ("/bigstore_version_2_support", "0", Some("false")),
            ("/bigstore_version_2_support", r#""maybe""#, None),
            ("/min_redis_version", "7.20", Some(r#""7.20""#)),
            ("/semantic_version", "1.2", Some(r#""1.2.0""#)),
            ("/semantic_version", r#"["1.2.3"]"#, Some(r#""1.2.3""#)),
            ("/module_name", "1e300", None),
            ("/license", "false", None),
            ("/uid", "5", None),
            ("/operating_systems", r#""rhel9""#, Some(r#"["rhel9"]"#)),
            ("/operating_systems", r#""RHEL 9""#, Some(r#"["RHEL 9"]"#)),
            ("/operating_systems", r#""9""#, None),
            ("/capabilities", r#""types;flash""#, Some(r#"["types","flash"]"#)),
            ("/capabilities", r#""""#, Some("[]")),
            ("/commands/0/command_arity", r#""2""#, Some("2")),
            ("/commands/0/flags", r#""write readonly""#, Some(r#"["write","readonly"]"#)),
            ("/commands/0", r#""test.get""#, None),
            ("/crdb/supported_featureset_versions", "1", Some("[1]")),
            ("/dependencies/a~1b/sha256", "1", None),
            (
                "/platforms/x/dependencies/a/url",
                r#"["https://example.com/a.tgz"]"#,
                Some(r#""https://example.com/a.tgz""#),
            ),
            ("/unknown", r#""1""#, None),
            ("", "1", None),
        ] {
            let value = read(value.as_bytes()).unwrap().root;
            let meant = intended(pointer, &value).map(|meant| meant.to_string());
            assert_eq!(meant.as_deref(), expected, "{pointer}: {value}");
        }
    }
}
