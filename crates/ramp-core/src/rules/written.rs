//! Values of `module.json` as they stand there.

use crate::datum::Datum;
use crate::metadata::Value;
use crate::text::shorten;

/// How many characters of a value are shown: more would fill the page.
const LONGEST: usize = 80;

/// A value as it stands in the document, of a long one the front.
pub(super) fn shown(value: &Value) -> String {
    shorten(&written(value), LONGEST).into_owned()
}

/// A text, of a long one the front, with escapes in place of what is not shown.
pub(super) fn shown_text(text: &str) -> String {
    shorten(text, LONGEST).escape_debug().to_string()
}

/// A value as it stands in the document, numbers in their own spelling.
pub(super) fn written(value: &Value) -> String {
    value.as_number().map_or_else(|| value.to_string(), |number| number.literal().into_owned())
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
