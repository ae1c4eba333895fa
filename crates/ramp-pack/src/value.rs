//! Making values: objects are made by reading text, which is where [`Object`](ramp_core::metadata::Object) comes from.

use super::json as writer;
use ramp_core::metadata::json::{self, Limits};
use ramp_core::metadata::{Number, Value};

/// An object of members; of a key that is there twice, the last value counts. `None` if it nests deeper than JSON may.
pub(super) fn object<'a>(members: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Option<Value> {
    let mut text = String::from("{");
    for (index, (key, value)) in members.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        writer::write_str(&mut text, key);
        text.push(':');
        text.push_str(&writer::to_string(value));
    }
    text.push('}');
    parse(&text)
}

/// The value of a JSON text of our own making.
pub(super) fn parse(text: &str) -> Option<Value> {
    let mut limits = Limits::default();
    (limits.max_bytes, limits.max_values) = (usize::MAX, usize::MAX);
    json::read_with(text.as_bytes(), limits).ok().map(|document| document.root)
}

/// An object without members.
pub(super) fn empty_object() -> Value {
    Value::Object(ramp_core::metadata::Object::default())
}

/// A string.
pub(super) fn string(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

/// An array of strings.
pub(super) fn strings(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(string).collect())
}

/// An integer.
pub(super) fn integer(number: i64) -> Value {
    Value::Number(Number::from(number))
}
