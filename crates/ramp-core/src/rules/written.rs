//! Values of `module.json` as they stand there.

use crate::datum::Datum;
use crate::metadata::{Number, Value};

/// A value as it stands in the document; JSON itself has no word for what is not finite.
pub(super) fn written(value: &Value) -> String {
    match value.as_number().map(Number::as_f64) {
        Some(number) if number.is_nan() => "NaN".to_owned(),
        Some(f64::INFINITY) => "Infinity".to_owned(),
        Some(f64::NEG_INFINITY) => "-Infinity".to_owned(),
        _ => value.to_string(),
    }
}

/// A value as data: a string's text, an integer as a number, the others as they are written.
pub(super) fn datum(value: &Value) -> Datum {
    match value {
        Value::String(text) => text.into(),
        other => {
            let text = written(other);
            text.parse::<i64>().map_or_else(|_| text.into(), Datum::from)
        }
    }
}
