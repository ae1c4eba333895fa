//! The bits of Python's semantics that the reference unpacker relies on.

use std::fmt;

use super::number::parse_f64;
pub use super::repr::{REPR_LIMIT, repr, str};
use super::unicode::{decimal, is_float_space};
use super::value::Value;

/// The exceptions that reading a value can raise in Python.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PythonException {
    /// The operation does not exist for the type.
    #[error("TypeError")]
    TypeError,
    /// The type is right, the value is not.
    #[error("ValueError")]
    ValueError,
    /// An infinity, or an integer out of range.
    #[error("OverflowError")]
    OverflowError,
    /// What is asserted does not hold.
    #[error("AssertionError")]
    AssertionError,
}

/// `type(value).__name__`.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "NoneType",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_float() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "list",
        Value::Object(_) => "dict",
    }
}

/// `bool(value)`: `None`, zero of any kind and whatever is empty are false; `NaN` and `"0"` are true.
///
/// ```
/// use ramp_core::metadata::{json::read, python::is_truthy};
///
/// for (text, truth) in [("0.0", false), ("\"\"", false), ("{}", false), ("\"0\"", true), ("NaN", true), ("[0]", true)] {
///     assert_eq!(is_truthy(&read(text.as_bytes()).unwrap().root), truth, "{text}");
/// }
/// ```
pub fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => !number.is_zero(),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(object) => !object.is_empty(),
    }
}

/// Whether `hash(value)` works, as look-ups in sets and dictionaries need: not for lists and dictionaries.
pub fn is_hashable(value: &Value) -> bool {
    !matches!(value, Value::Array(_) | Value::Object(_))
}

/// `float(value)`.
///
/// A string may have white space of any script around it and decimal digits of any script in it, single underscores
/// between digits, an exponent, or be `inf`, `infinity` or `nan` in any case, with a sign.
///
/// # Errors
///
/// `TypeError` for null, arrays and objects; `ValueError` for a string that is not a number; `OverflowError` for an
/// integer beyond the range of a double.
fn float(value: &Value) -> Result<f64, PythonException> {
    match value {
        Value::Bool(value) => Ok(f64::from(u8::from(*value))),
        Value::Number(number) => {
            let float = number.as_f64();
            if float.is_infinite() && !number.is_float() { Err(PythonException::OverflowError) } else { Ok(float) }
        }
        Value::String(text) => float_of_str(text).ok_or(PythonException::ValueError),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(PythonException::TypeError),
    }
}

/// `float(text)`, `None` where it is a `ValueError`.
fn float_of_str(text: &str) -> Option<f64> {
    let text = text.trim_matches(is_float_space);
    let mut ascii = String::new();
    let mut previous = '\0';
    for c in text.chars() {
        let c = decimal(c).map_or(c, |digit| char::from(b'0' + digit));
        if !c.is_ascii() || (c == '_' && !previous.is_ascii_digit()) || (previous == '_' && !c.is_ascii_digit()) {
            return None;
        }
        if c != '_' {
            ascii.push(c);
        }
        previous = c;
    }
    if previous == '_' {
        return None;
    }
    let unsigned = ascii.strip_prefix(['+', '-']).unwrap_or(&ascii);
    let sign = if ascii.starts_with('-') { -1.0_f64 } else { 1.0 };
    if ["inf", "infinity"].iter().any(|name| unsigned.eq_ignore_ascii_case(name)) {
        return Some(f64::INFINITY * sign);
    }
    if unsigned.eq_ignore_ascii_case("nan") {
        return Some(f64::NAN);
    }
    is_decimal_literal(unsigned).then(|| parse_f64(&ascii))
}

/// `digits [. digits] [e [sign] digits]`, with digits on at least one side of the point.
fn is_decimal_literal(text: &str) -> bool {
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty()) && exponent_fits
}

/// `int(float(value))`: what the unpacker makes of `version`. Python's result has no bounds; this one is clamped to
/// 64 bits.
///
/// ```
/// use ramp_core::metadata::{json::read, python::{PythonException, int_of_float}};
///
/// let int = |text: &str| int_of_float(&read(text.as_bytes()).unwrap().root);
/// assert_eq!(int("20803.0"), Ok(20803));
/// assert_eq!(int("\" 10_203.9 \""), Ok(10203));
/// assert_eq!(int("\"8.4.0\""), Err(PythonException::ValueError));
/// assert_eq!(int("Infinity"), Err(PythonException::OverflowError));
/// assert_eq!(int("null"), Err(PythonException::TypeError));
/// ```
///
/// # Errors
///
/// Those of `float`, and `ValueError` for `NaN`, `OverflowError` for infinities.
pub fn int_of_float(value: &Value) -> Result<i64, PythonException> {
    let float = float(value)?;
    if float.is_nan() {
        Err(PythonException::ValueError)
    } else if float.is_infinite() {
        Err(PythonException::OverflowError)
    } else {
        // A cast from a float truncates and saturates.
        #[allow(clippy::cast_possible_truncation)]
        Ok(float as i64)
    }
}

/// An entry of `operating_systems` as the unpacker takes it apart: `ubuntu18.04` is `ubuntu` and `18.04`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct OsVersion {
    /// The first run of ASCII letters and underscores.
    pub name: String,
    /// The first number, of one to three dotted parts. May have digits of any script.
    pub version: String,
}

impl fmt::Display for OsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.name, self.version)
    }
}

/// The unpacker's `_os_version_parser`: `re.search` for `[a-zA-Z_]+` and for `(\d+)(\.\d+)?(\.\d+)?`, anywhere in the
/// string and independently of each other.
///
/// ```
/// use ramp_core::metadata::{json::read, python::parse_os};
///
/// let os = parse_os(&read(b"\"22ubuntu\"").unwrap().root).unwrap();
/// assert_eq!((os.name.as_str(), os.version.as_str()), ("ubuntu", "22"));
/// assert!(parse_os(&read(b"\"bionic\"").unwrap().root).is_err());
/// ```
///
/// # Errors
///
/// `TypeError` if it is not a string, `AssertionError` if either is not found.
pub fn parse_os(value: &Value) -> Result<OsVersion, PythonException> {
    parse_os_text(value.as_str().ok_or(PythonException::TypeError)?).ok_or(PythonException::AssertionError)
}

pub(super) fn parse_os_text(text: &str) -> Option<OsVersion> {
    let run = |text: &str, accept: fn(char) -> bool| {
        let start = text.find(accept)?;
        let rest = text.get(start..)?;
        let end = rest.find(|c| !accept(c)).unwrap_or(rest.len());
        Some((start, start + end))
    };
    let is_digit = |c: char| decimal(c).is_some();
    let (start, end) = run(text, |c| c.is_ascii_alphabetic() || c == '_')?;
    let name = text.get(start..end)?.to_owned();
    let (start, mut end) = run(text, is_digit)?;
    for _ in 0..2 {
        match text.get(end..)?.strip_prefix('.').and_then(|rest| run(rest, is_digit)) {
            Some((0, length)) => end += 1 + length,
            _ => break,
        }
    }
    Some(OsVersion { name, version: text.get(start..end)?.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    #[test]
    fn float_reads_what_python_reads() {
        for (text, expected) in [
            ("1_0 ", Some(10.0)),
            ("\u{85}7\u{2003}", Some(7.0)),
            ("\u{661}_\u{662}e\u{ff11}", Some(120.0)),
            ("InFinity", Some(f64::INFINITY)),
            ("-inf", Some(f64::NEG_INFINITY)),
            (".5", Some(0.5)),
            ("5.", Some(5.0)),
            ("+1e5_0", Some(1e50)),
            ("1e400", Some(f64::INFINITY)),
            ("\u{b}-0\u{c}", Some(-0.0)),
        ] {
            assert_eq!(float_of_str(text), expected, "{text:?}");
        }
        for text in [
            "",
            " ",
            ".",
            "\u{1c}7",
            "7\0",
            "1_0\0",
            "in_f",
            "_1",
            "1__0",
            "1_",
            "1_.5",
            "1._5",
            "1_e5",
            "1e_5",
            "0x10",
            "--1",
            "+ 1",
            "1 2",
            "\u{feff}1",
            "nan(1)",
            "1\u{66b}5",
            "e5",
            "1e",
            "1e+",
            "²",
            "1.2.3",
            "infinit",
            "\u{fffd}",
        ] {
            assert_eq!(float_of_str(text), None, "{text:?}");
        }
        assert!(float_of_str("+NaN").unwrap().is_nan());
    }

    #[test]
    fn int_of_float_fails_as_python_fails() {
        use PythonException::{OverflowError, TypeError, ValueError};
        let huge = "1".repeat(400);
        for (text, expected) in [
            ("true", Ok(1)),
            ("-5", Ok(-5)),
            ("-1.9", Ok(-1)),
            ("9007199254740993", Ok(9_007_199_254_740_992)),
            ("1e300", Ok(i64::MAX)),
            (huge.as_str(), Err(OverflowError)),
            ("\"inf\"", Err(OverflowError)),
            ("-1e999", Err(OverflowError)),
            ("NaN", Err(ValueError)),
            ("\"nan\"", Err(ValueError)),
            ("[1]", Err(TypeError)),
            ("{}", Err(TypeError)),
        ] {
            assert_eq!(int_of_float(&read(text.as_bytes()).unwrap().root), expected, "{text}");
        }
    }

    #[test]
    fn takes_operating_systems_apart() {
        for (text, expected) in [
            ("rhel8", Some(("rhel", "8"))),
            ("ubuntu18.04", Some(("ubuntu", "18.04"))),
            ("Red Hat 8.9.1.2", Some(("Red", "8.9.1"))),
            ("a1.x2", Some(("a", "1"))),
            ("a1..2", Some(("a", "1"))),
            ("_\u{661}.\u{662}", Some(("_", "\u{661}.\u{662}"))),
            ("Linux-ubuntu18.04-x86_64", Some(("Linux", "18.04"))),
            ("arch", None),
            ("8", None),
            ("", None),
            ("é8", None),
        ] {
            let os = parse_os_text(text);
            assert_eq!(os.as_ref().map(|os| (os.name.as_str(), os.version.as_str())), expected, "{text}");
        }
        assert_eq!(parse_os(&Value::Null), Err(PythonException::TypeError));
    }
}
