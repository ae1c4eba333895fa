//! `str()` and `repr()` of values, for messages that quote them.

use std::fmt::Write as _;

use super::unicode::is_printable;
use super::value::Value;
use crate::text::shorten;

/// How many characters of a value's [`str`](str()) or [`repr`](repr()) are kept; a longer one ends in `…`.
pub const REPR_LIMIT: usize = 1000;

/// `str(value)`: a string as it is, anything else as its [`repr`](repr()); cut at [`REPR_LIMIT`] characters.
/// Unassigned characters are not escaped, as Python would.
pub fn str(value: &Value) -> String {
    let mut out = String::new();
    match value {
        Value::String(text) => out.extend(text.chars().take(REPR_LIMIT + 1)),
        _ => write_repr(&mut out, value),
    }
    cut(&out)
}

/// `repr(value)`, cut at [`REPR_LIMIT`] characters. Unassigned characters are not escaped, as Python would.
pub fn repr(value: &Value) -> String {
    let mut out = String::new();
    write_repr(&mut out, value);
    cut(&out)
}

/// `repr(text)`.
pub(super) fn repr_str(text: &str) -> String {
    let mut out = String::new();
    write_str(&mut out, text);
    cut(&out)
}

fn cut(out: &str) -> String {
    shorten(out, REPR_LIMIT).into_owned()
}

/// Each level writes a bracket before it goes deeper, so the limit on the length is one on the depth too.
fn write_repr(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("None"),
        Value::Bool(true) => out.push_str("True"),
        Value::Bool(false) => out.push_str("False"),
        Value::Number(number) if number.is_float() => out.push_str(&float(number.as_f64())),
        Value::Number(number) if number.is_zero() => out.push('0'),
        Value::Number(number) => out.push_str(&number.literal()),
        Value::String(text) => write_str(out, text),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                if is_full(out) {
                    return;
                }
                write_repr(out, item);
            }
            out.push(']');
        }
        Value::Object(object) => {
            out.push('{');
            for (index, (key, item)) in object.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                if is_full(out) {
                    return;
                }
                write_str(out, key);
                out.push_str(": ");
                write_repr(out, item);
            }
            out.push('}');
        }
    }
}

fn is_full(out: &str) -> bool {
    out.len() > REPR_LIMIT * 4
}

fn write_str(out: &mut String, text: &str) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        if is_full(out) {
            return;
        }
        let code = u32::from(c);
        // Writing to a String cannot fail.
        let _ = match c {
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            _ if c == quote || c == '\\' => write!(out, "\\{c}"),
            ' ' => out.write_char(c),
            _ if is_printable(c) => out.write_char(c),
            _ if code <= 0xFF => write!(out, "\\x{code:02x}"),
            _ if code <= 0xFFFF => write!(out, "\\u{code:04x}"),
            _ => write!(out, "\\U{code:08x}"),
        };
    }
    out.push(quote);
}

/// `repr` of a float: the shortest digits that read back, plain between 1e-4 and 1e16.
fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or_default();
    if (-4..16).contains(&exponent) {
        let plain = value.to_string();
        return if plain.contains('.') { plain } else { plain + ".0" };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json;

    fn repr_of(text: &str) -> String {
        repr(&json::read(text.as_bytes()).unwrap().root)
    }

    #[test]
    fn writes_what_python_writes() {
        for (text, expected) in [
            ("null", "None"),
            (
                "[true, false, 1, -0, 1.50, 1e16, 1e15, 0.0001, 0.00001, -0.0]",
                "[True, False, 1, 0, 1.5, 1e+16, 1000000000000000.0, 0.0001, 1e-05, -0.0]",
            ),
            (
                "[NaN, Infinity, -Infinity, 1e999, 1.7976931348623157e308]",
                "[nan, inf, -inf, inf, 1.7976931348623157e+308]",
            ),
            (r#"{"a": "it's", "b\n": "\"'", "c": {}}"#, r#"{'a': "it's", 'b\n': '"\'', 'c': {}}"#),
            (r#""\u0000\u007f\u00a0é\u200b\ufeff\\""#, r"'\x00\x7f\xa0é\u200b\ufeff\\'"),
        ] {
            assert_eq!(repr_of(text), expected);
        }
    }

    #[test]
    fn stays_short_and_shallow() {
        let deep = format!("{}{}", "[".repeat(900), "]".repeat(900));
        assert!(repr_of(&deep).chars().count() <= REPR_LIMIT + 1);
        let long = format!("\"{}\"", "é".repeat(100_000));
        assert_eq!(str(&json::read(long.as_bytes()).unwrap().root).chars().count(), REPR_LIMIT + 1);
    }
}
