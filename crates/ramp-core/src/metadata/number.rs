//! Numbers that remember how they were written.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How many digits of an integer Python 3.11 converts (`sys.get_int_max_str_digits()`).
pub const MAX_INTEGER_DIGITS: usize = 4300;

/// A JSON number, with the text it was written as: `20803.0` is not `20803`.
///
/// Two numbers are equal when their texts are: `1.0` differs from `1`, and `NaN` equals itself. One is made of such a text
/// by [`FromStr`], or of a number of Rust's, for which it has the text that `serde_json` writes.
///
/// ```
/// use ramp_core::metadata::Value;
/// use ramp_core::metadata::json::read;
///
/// let document = read(b"20803.0").unwrap();
/// let Value::Number(number) = document.root else { panic!() };
/// assert_eq!((number.literal().as_ref(), number.is_float(), number.as_i64()), ("20803.0", true, None));
/// assert_eq!(number.as_f64(), 20803.0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number(Repr);

/// Integers in their plain spelling need no text of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Repr {
    Integer(i64),
    Literal(Box<str>),
}

/// A text is not a JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number")]
pub struct ParseNumberError;

/// What Python reads as a number: a JSON number, whose integer may have [`MAX_INTEGER_DIGITS`] digits, `NaN`, `Infinity` or
/// `-Infinity`.
impl FromStr for Number {
    type Err = ParseNumberError;

    fn from_str(text: &str) -> Result<Self, ParseNumberError> {
        let is_number = CONSTANTS.contains(&text)
            || matches!(scan(text.as_bytes(), 0), Some((end, integer))
                if end == text.len() && !(integer && digits(text) > MAX_INTEGER_DIGITS));
        if is_number { Ok(Self::from_literal(text)) } else { Err(ParseNumberError) }
    }
}

/// What Python takes for numbers and JSON does not know.
pub(super) const CONSTANTS: [&str; 3] = ["NaN", "Infinity", "-Infinity"];

/// How many digits the literal of an integer has.
pub(super) fn digits(literal: &str) -> usize {
    literal.strip_prefix('-').unwrap_or(literal).len()
}

/// Where the number at `start` ends, and whether it is an integer; `None` if there is none.
pub(super) fn scan(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let at = |pos: usize| bytes.get(pos).copied().unwrap_or_default();
    let digits = |mut pos: usize| {
        while at(pos).is_ascii_digit() {
            pos += 1;
        }
        pos
    };
    let mut pos = start;
    if at(pos) == b'-' {
        pos += 1;
    }
    pos = match at(pos) {
        b'0' => pos + 1,
        b'1'..=b'9' => digits(pos),
        _ => return None,
    };
    let mut integer = true;
    if at(pos) == b'.' && at(pos + 1).is_ascii_digit() {
        integer = false;
        pos = digits(pos + 1);
    }
    if matches!(at(pos), b'e' | b'E') {
        let sign = usize::from(matches!(at(pos + 1), b'+' | b'-'));
        if at(pos + 1 + sign).is_ascii_digit() {
            integer = false;
            pos = digits(pos + 1 + sign);
        }
    }
    Some((pos, integer))
}

impl Number {
    /// From a literal that the reader has found to be a number or one of Python's three constants.
    pub(super) fn from_literal(literal: &str) -> Self {
        let plain =
            literal.len() <= 20 && literal != "-0" && !literal.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'-'));
        match literal.parse() {
            Ok(integer) if plain => Self(Repr::Integer(integer)),
            _ => Self(Repr::Literal(literal.into())),
        }
    }

    /// The number as it was written; `NaN`, `Infinity` and `-Infinity` among the possibilities.
    pub fn literal(&self) -> Cow<'_, str> {
        match &self.0 {
            Repr::Integer(integer) => Cow::Owned(integer.to_string()),
            Repr::Literal(literal) => Cow::Borrowed(literal),
        }
    }

    /// Whether Python reads it as a `float`: it has a fraction or an exponent, or is not finite.
    pub fn is_float(&self) -> bool {
        match &self.0 {
            Repr::Integer(_) => false,
            Repr::Literal(literal) => literal.bytes().any(|b| matches!(b, b'.' | b'e' | b'E' | b'N' | b'I')),
        }
    }

    /// The value, if it is an integer that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match &self.0 {
            Repr::Integer(integer) => Some(*integer),
            Repr::Literal(literal) => literal.parse().ok(),
        }
    }

    /// The value, if it is an integer that fits.
    pub fn as_u64(&self) -> Option<u64> {
        match &self.0 {
            Repr::Integer(integer) => u64::try_from(*integer).ok(),
            Repr::Literal(literal) if literal.starts_with('-') => None,
            Repr::Literal(literal) => literal.parse().ok(),
        }
    }

    /// The nearest double, infinite beyond its range.
    #[allow(clippy::cast_precision_loss)]
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Integer(integer) => *integer as f64,
            Repr::Literal(literal) => parse_f64(literal),
        }
    }

    /// Whether it is zero, of either sign and kind (`1e-999` is a zero too).
    pub fn is_zero(&self) -> bool {
        match &self.0 {
            Repr::Integer(integer) => *integer == 0,
            Repr::Literal(literal) if self.is_float() => parse_f64(literal) == 0.0,
            Repr::Literal(literal) => literal.as_ref() == "-0",
        }
    }

    /// Whether it is neither infinite nor `NaN`.
    pub fn is_finite(&self) -> bool {
        self.as_f64().is_finite()
    }
}

/// The nearest double to a decimal literal, as C's `strtod` gives it, whatever its length.
///
/// Rust's parser caps exponents near 65,536 before it looks at the digits, so a literal that balances a longer run of
/// zeros with a larger exponent is brought to scientific notation first. Not a number at all: `NaN`.
pub(super) fn parse_f64(literal: &str) -> f64 {
    if literal.len() < 1000 {
        return literal.parse().unwrap_or(f64::NAN);
    }
    let (sign, unsigned) = match literal.as_bytes().first() {
        Some(b'-') => ("-", literal.get(1..).unwrap_or_default()),
        Some(b'+') => ("", literal.get(1..).unwrap_or_default()),
        _ => ("", literal),
    };
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let exponent = exponent.bytes().fold((0_i64, 1_i64), |(value, sign), byte| match byte {
        b'-' => (value, -1),
        b'0'..=b'9' => (value.saturating_mul(10).saturating_add(i64::from(byte - b'0')), sign),
        _ => (value, sign),
    });
    let exponent = exponent.0.min(1 << 40) * exponent.1;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = whole.chars().chain(fraction.chars()).collect();
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return if sign == "-" { -0.0 } else { 0.0 };
    }
    // 0.DDD × 10^point
    let point = i64::try_from(whole.len()).unwrap_or(i64::MAX >> 1) + exponent
        - i64::try_from(digits.len() - significant.len()).unwrap_or(i64::MAX >> 1);
    let point = point.clamp(-1000, 1000);
    format!("{sign}0.{significant}e{point}").parse().unwrap_or(f64::NAN)
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.literal())
    }
}

/// Exact when it is an integer that fits 64 bits, otherwise as a double; `null` when that is not finite.
impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(integer) = self.as_u64() {
            serializer.serialize_u64(integer)
        } else if let Some(integer) = self.as_i64() {
            // "-0" is an integer to Python, and zero.
            serializer.serialize_i64(integer)
        } else if self.is_finite() {
            serializer.serialize_f64(self.as_f64())
        } else {
            serializer.serialize_unit()
        }
    }
}

/// An integer that fits 64 bits, or a double; what its text was, `serde` does not tell.
impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NumberVisitor;

        impl Visitor<'_> for NumberVisitor {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            fn visit_i64<E>(self, integer: i64) -> Result<Number, E> {
                Ok(integer.into())
            }

            fn visit_u64<E>(self, integer: u64) -> Result<Number, E> {
                Ok(integer.into())
            }

            fn visit_f64<E>(self, float: f64) -> Result<Number, E> {
                Ok(float.into())
            }
        }

        deserializer.deserialize_any(NumberVisitor)
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self(Repr::Integer(integer))
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self::from_literal(&integer.to_string())
    }
}

impl From<f64> for Number {
    fn from(float: f64) -> Self {
        match serde_json::Number::from_f64(float) {
            Some(number) => number.into(),
            None if float.is_nan() => Self::from_literal("NaN"),
            None => Self::from_literal(if float > 0.0 { "Infinity" } else { "-Infinity" }),
        }
    }
}

impl From<serde_json::Number> for Number {
    fn from(number: serde_json::Number) -> Self {
        Self::from_literal(&number.to_string())
    }
}

impl From<&Number> for serde_json::Value {
    fn from(number: &Number) -> Self {
        if let Some(integer) = number.as_u64() {
            integer.into()
        } else if let Some(integer) = number.as_i64() {
            integer.into()
        } else {
            number.as_f64().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(literal: &str) -> Number {
        Number::from_literal(literal)
    }

    #[test]
    fn keeps_the_literal() {
        for literal in ["0", "-0", "-1", "20803.0", "1E5", "123456789012345678901234567890", "NaN", "-Infinity", "-0.0"]
        {
            assert_eq!(number(literal).literal(), literal);
        }
    }

    #[test]
    fn knows_integers_from_floats() {
        assert!(!number("12").is_float());
        assert!(number("12.0").is_float() && number("1e2").is_float() && number("NaN").is_float());
        assert_eq!(number("18446744073709551615").as_u64(), Some(u64::MAX));
        assert_eq!(number("-9223372036854775808").as_i64(), Some(i64::MIN));
        assert_eq!(number("18446744073709551616").as_u64(), None);
        assert!(number("0").is_zero() && number("-0").is_zero() && number("-0.0").is_zero());
        assert!(number("0e999").is_zero() && number("1e-999").is_zero() && !number("NaN").is_zero());
    }

    #[test]
    fn balances_long_mantissas_with_large_exponents() {
        let zeros = "0".repeat(1_000_000);
        assert_eq!(parse_f64(&format!("0.{zeros}1e1000001")).to_bits(), 1.0_f64.to_bits());
        assert_eq!(parse_f64(&format!("-1{zeros}e-1000000")).to_bits(), (-1.0_f64).to_bits());
        assert_eq!(parse_f64(&format!("1{zeros}")).to_bits(), f64::INFINITY.to_bits());
        assert_eq!(parse_f64(&format!("-0.{zeros}e99999999999999999999")).to_bits(), (-0.0_f64).to_bits());
        assert_eq!(parse_f64(&format!("{}e-{}", "9".repeat(2000), "9".repeat(30))).to_bits(), 0);
    }

    #[test]
    fn serialises_exactly_where_json_can() {
        for (literal, expected) in [
            ("20803.0", "20803.0"),
            ("18446744073709551615", "18446744073709551615"),
            ("-5", "-5"),
            ("-0", "0"),
            ("NaN", "null"),
            ("1e999", "null"),
            ("1e5", "100000.0"),
            ("100000000000000000000", "1e+20"),
        ] {
            assert_eq!(serde_json::to_string(&number(literal)).unwrap(), expected, "{literal}");
        }
    }

    #[test]
    fn numbers_back_out_of_half_an_exponent() {
        for (text, expected) in [
            ("0", Some((1, true))),
            ("01", Some((1, true))),
            ("-", None),
            ("+1", None),
            (".5", None),
            ("1.", Some((1, true))),
            ("1.5e", Some((3, false))),
            ("1e+", Some((1, true))),
            ("-1E-05x", Some((6, false))),
        ] {
            assert_eq!(scan(text.as_bytes(), 0), expected, "{text}");
        }
    }

    #[test]
    fn literals_are_numbers_whole() {
        for literal in ["0", "-0", "1E5", "-0.0e-5", "NaN", "-Infinity", "123456789012345678901234567890"] {
            assert_eq!(literal.parse::<Number>().unwrap().literal(), literal);
        }
        for text in ["", "-", "01", "+1", "1.", "1e", " 1", "1 ", "nan", "-NaN", "0x1"] {
            assert_eq!(text.parse::<Number>(), Err(ParseNumberError), "{text:?}");
        }
        let long = "1".repeat(MAX_INTEGER_DIGITS);
        assert!(long.parse::<Number>().is_ok() && format!("-{long}").parse::<Number>().is_ok());
        assert!(format!("1{long}").parse::<Number>().is_err() && format!("1{long}.0").parse::<Number>().is_ok());
    }

    #[test]
    fn floats_have_the_text_that_is_written_of_them() {
        for float in [0.0, -0.0, 1.5, 1e20, 1e-7, 5e-324, f64::MAX, 123_456_789.0] {
            let number = Number::from(float);
            assert_eq!(number.literal(), serde_json::to_string(&number).unwrap());
            assert_eq!(serde_json::from_str::<Number>(&number.literal()).unwrap(), number);
            assert_eq!(number.as_f64().to_bits(), float.to_bits());
        }
        assert_eq!(Number::from(f64::NEG_INFINITY).literal(), "-Infinity");
        assert_eq!(Number::from(f64::NAN).literal(), "NaN");
    }
}
