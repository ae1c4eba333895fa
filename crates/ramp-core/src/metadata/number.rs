//! Numbers that remember how they were written.

use std::borrow::Cow;
use std::fmt;

use serde::{Serialize, Serializer};

/// A JSON number, with the text it was written as: `20803.0` is not `20803`.
///
/// Two numbers are equal when their texts are: `1.0` differs from `1`, and `NaN` equals itself.
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

impl Number {
    /// From a literal that the reader has found to be a number or one of Python's three constants.
    pub(super) fn from_literal(literal: &str) -> Self {
        let plain = literal.len() < 20 && literal != "-0" && !literal.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'-'));
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
        let literal = if float.is_nan() {
            "NaN".into()
        } else if float.is_infinite() {
            if float > 0.0 { "Infinity".into() } else { "-Infinity".into() }
        } else {
            format!("{float:?}")
        };
        Self::from_literal(&literal)
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
}
