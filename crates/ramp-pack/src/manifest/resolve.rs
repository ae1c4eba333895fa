//! The types of scalars, by YAML 1.1 as `PyYAML` knows it.

use super::compose::{CORE, shown};
use super::error::ManifestProblem;
use super::limits::QUOTED;
use super::timestamp::is_timestamp;
use ramp_core::metadata::json::MAX_INTEGER_DIGITS;
use ramp_core::text::shorten;

/// A scalar with its type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    /// A decimal number without superfluous zeros.
    Integer(String),
    Float(f64),
    String(String),
}

/// The type that a scalar has by its tag, or by its form where it is plain and has none.
pub(crate) fn resolve(text: &str, plain: bool, tag: Option<&str>) -> Result<Scalar, ManifestProblem> {
    let Some(tag) = tag else {
        return if plain { implicit(text) } else { Ok(Scalar::String(text.to_owned())) };
    };
    let value = || ManifestProblem::Value { tag: shown(tag), text: shorten(text, QUOTED).into_owned() };
    match tag.strip_prefix(CORE) {
        Some("str") => Ok(Scalar::String(text.to_owned())),
        Some("null") => Ok(Scalar::Null),
        Some("bool") => boolean(&text.to_ascii_lowercase()).map(Scalar::Bool).ok_or_else(value),
        Some("int") => integer(text).ok_or_else(value)?,
        Some("float") => float(text)
            .or_else(|| text.replace('_', "").parse().ok().filter(|_| text.contains(|c: char| c.is_ascii_digit())))
            .map(Scalar::Float)
            .ok_or_else(value),
        Some("timestamp") => Err(date(text)),
        _ => Err(ManifestProblem::Tag { tag: shown(tag) }),
    }
}

/// In `PyYAML`'s order.
fn implicit(text: &str) -> Result<Scalar, ManifestProblem> {
    if let "" | "~" | "null" | "Null" | "NULL" = text {
        return Ok(Scalar::Null);
    }
    if text == "=" || text == "<<" {
        let tag = if text == "=" { "!!value" } else { "!!merge" };
        return Err(ManifestProblem::Tag { tag: tag.to_owned() });
    }
    // `yes`, `Yes` or `YES`, but no other mixture.
    let lower = text.to_ascii_lowercase();
    let rest = text.get(1..).unwrap_or_default();
    let one_case = rest.bytes().all(|b| b.is_ascii_lowercase()) || text.bytes().all(|b| b.is_ascii_uppercase());
    if let Some(value) = boolean(&lower).filter(|_| one_case) {
        return Ok(Scalar::Bool(value));
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return Ok(Scalar::String(text.to_owned()));
    }
    if let Some(value) = float(text) {
        return Ok(Scalar::Float(value));
    }
    if let Some(value) = integer(text) {
        return value;
    }
    if is_timestamp(text) { Err(date(text)) } else { Ok(Scalar::String(text.to_owned())) }
}

fn date(text: &str) -> ManifestProblem {
    ManifestProblem::Date { text: shorten(text, QUOTED).into_owned() }
}

fn boolean(lower: &str) -> Option<bool> {
    match lower {
        "yes" | "true" | "on" => Some(true),
        "no" | "false" | "off" => Some(false),
        _ => None,
    }
}

/// Whether it is not empty, begins with a digit and has only digits and underscores.
fn is_digits(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

/// Whether it is one of the numbers up to 59 after a colon.
fn is_sixtieth(text: &str) -> bool {
    matches!(text.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
}

fn sign(text: &str) -> (&str, bool) {
    match text.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (text.strip_prefix('+').unwrap_or(text), false),
    }
}

/// A float, if the text has the form of one.
fn float(text: &str) -> Option<f64> {
    let (unsigned, negative) = sign(text);
    let signed = |value: f64| if negative { -value } else { value };
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if unsigned == text => return Some(f64::NAN),
        _ => {}
    }
    let (whole, fraction) = unsigned.split_once('.')?;
    if let Some((hours, parts)) = whole.split_once(':') {
        let fits = is_digits(hours)
            && parts.split(':').all(is_sixtieth)
            && fraction.bytes().all(|b| b.is_ascii_digit() || b == b'_');
        return fits.then(|| signed(sexagesimal(unsigned)));
    }
    let (digits, exponent) = match fraction.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, Some(exponent)),
        None => (fraction, None),
    };
    let whole_fits = if whole.is_empty() { unsigned == text && is_digits(digits) } else { is_digits(whole) };
    let digits_fit = digits.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['-', '+'])
            .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
    });
    if !(whole_fits && digits_fit && exponent_fits) {
        return None;
    }
    // The standard parser caps exponents only where the digits cannot make up for it within the size of a manifest.
    unsigned.replace('_', "").parse().ok().map(signed)
}

/// In doubles throughout, smallest part first, as `PyYAML` adds them up.
fn sexagesimal(text: &str) -> f64 {
    let plain = text.replace('_', "");
    let mut base = 1.0;
    plain.rsplit(':').fold(0.0, |sum, part| {
        let sum = sum + part.parse::<f64>().unwrap_or(f64::NAN) * base;
        base *= 60.0;
        sum
    })
}

/// An integer, if the text has the form of one.
fn integer(text: &str) -> Option<Result<Scalar, ManifestProblem>> {
    let (unsigned, negative) = sign(text);
    let radix = |digits: &str, radix: u32| {
        let digits = digits.replace('_', "");
        if digits.is_empty() {
            return Err(ManifestProblem::Value { tag: "!!int".to_owned(), text: shorten(text, QUOTED).into_owned() });
        }
        u128::from_str_radix(&digits, radix).map(|n| n.to_string()).map_err(|_| ManifestProblem::NumberTooLarge)
    };
    let all = |digits: &str, of: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| b == b'_' || of(&b));
    let found = if let Some(digits) = unsigned.strip_prefix("0b") {
        all(digits, |b| matches!(b, b'0' | b'1')).then(|| radix(digits, 2))?
    } else if let Some(digits) = unsigned.strip_prefix("0x") {
        all(digits, u8::is_ascii_hexdigit).then(|| radix(digits, 16))?
    } else if let Some((first, rest)) = unsigned.split_once(':') {
        let fits = is_digits(first) && !first.starts_with('0') && rest.split(':').all(is_sixtieth);
        fits.then(|| minutes(unsigned))?
    } else if unsigned == "0" {
        Ok("0".to_owned())
    } else if let Some(digits) = unsigned.strip_prefix('0') {
        all(digits, |b| matches!(b, b'0'..=b'7')).then(|| radix(unsigned, 8))?
    } else {
        is_digits(unsigned).then(|| decimal(unsigned))?
    };
    Some(found.map(|digits| Scalar::Integer(if negative && digits != "0" { format!("-{digits}") } else { digits })))
}

fn decimal(text: &str) -> Result<String, ManifestProblem> {
    let digits = text.replace('_', "");
    if digits.len() > MAX_INTEGER_DIGITS { Err(ManifestProblem::NumberTooLarge) } else { Ok(digits) }
}

fn minutes(text: &str) -> Result<String, ManifestProblem> {
    let add = |sum: u128, part: &str| sum.checked_mul(60)?.checked_add(part.replace('_', "").parse().ok()?);
    text.split(':').try_fold(0, add).map(|sum| sum.to_string()).ok_or(ManifestProblem::NumberTooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match implicit(text) {
            Ok(Scalar::Integer(digits)) => digits,
            Ok(Scalar::Float(value)) => format!("{value:?}"),
            Ok(Scalar::String(_)) => "str".to_owned(),
            Ok(Scalar::Bool(value)) => value.to_string(),
            Ok(Scalar::Null) => "null".to_owned(),
            Err(problem) => format!("{problem:?}").split([' ', '{']).next().unwrap().to_owned(),
        }
    }

    #[test]
    fn sees_the_types_of_yaml_1_1() {
        for (text, expected) in [
            ("7.10", "7.1"),
            ("7", "7"),
            ("7.2.4", "str"),
            ("yes", "true"),
            ("No", "false"),
            ("ON", "true"),
            ("oFF", "str"),
            ("y", "str"),
            ("~", "null"),
            ("", "null"),
            ("nULL", "str"),
            ("0755", "493"),
            ("08", "str"),
            ("0o7", "str"),
            ("0_", "0"),
            ("0b101", "5"),
            ("0b", "str"),
            ("0x_", "Value"),
            ("-0xFF", "-255"),
            ("1_000", "1000"),
            ("_5", "str"),
            ("-0", "0"),
            ("+5", "5"),
            ("1:30", "90"),
            ("-1:30", "-90"),
            ("1:60", "str"),
            ("010:20", "str"),
            ("190:20:30", "685230"),
            ("1:30.5", "90.5"),
            ("1e5", "str"),
            ("1.5e5", "str"),
            ("1.e+5", "100000.0"),
            (".5", "0.5"),
            ("-.5", "str"),
            ("._5", "str"),
            ("1._", "1.0"),
            ("-0.0", "-0.0"),
            ("+.inf", "inf"),
            (".nan", "NaN"),
            ("-.nan", "str"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            ("2024-01-31", "Date"),
            ("=", "Tag"),
            ("<<", "Tag"),
            (".", "str"),
            ("-", "str"),
        ] {
            assert_eq!(shown(text), expected, "{text:?}");
        }
    }

    #[test]
    fn bounds_the_size_of_numbers() {
        for text in ["9".repeat(5000), format!("0x{}", "f".repeat(33)), format!("1{}", ":00".repeat(100))] {
            assert_eq!(implicit(&text), Err(ManifestProblem::NumberTooLarge));
        }
        assert_eq!(implicit(&format!("{}.5", "9".repeat(5000))), Ok(Scalar::Float(f64::INFINITY)));
    }

    #[test]
    fn takes_a_tag_at_its_word() {
        let tagged = |text, tag: &str| resolve(text, true, Some(&format!("{CORE}{tag}")));
        assert_eq!(tagged("7.10", "str"), Ok(Scalar::String("7.10".into())));
        assert_eq!(tagged("3", "float"), Ok(Scalar::Float(3.0)));
        assert_eq!(tagged("0x10", "int"), Ok(Scalar::Integer("16".into())));
        assert!(matches!(tagged("x", "int"), Err(ManifestProblem::Value { .. })));
        assert!(matches!(tagged("aGk=", "binary"), Err(ManifestProblem::Tag { .. })));
        assert!(matches!(tagged("os.system", "python/name:"), Err(ManifestProblem::Tag { .. })));
    }
}
