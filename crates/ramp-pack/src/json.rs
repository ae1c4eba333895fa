//! JSON as Python's `json.dump(value, file, indent=4, sort_keys=True)` writes it, byte for byte.

use std::fmt::Write as _;

use ramp_core::metadata::{Number, Object, Value, python};

/// How far each level is moved to the right.
const INDENT: usize = 4;
/// From this level on what is written as it was read is no longer moved to the right, or each value would cost as many bytes as it is
/// deep. What is documented has 5.
const INDENTED: usize = 16;

/// The text of a value: keys sorted by code point, everything outside ASCII escaped, no line feed at the end.
///
/// Numbers are written as Python writes what it reads: `1E5` becomes `100000.0`, and `NaN`, `Infinity` and
/// `-Infinity` stay themselves, which is Python's JSON and nobody else's.
///
/// ```
/// use ramp_core::metadata::json::read;
/// use ramp_pack::json::to_string;
///
/// let value = read(r#"{"b": [1E5, []], "a": "é😀"}"#.as_bytes()).unwrap().root;
/// let expected = "{\n    \"a\": \"\\u00e9\\ud83d\\ude00\",\n    \"b\": [\n        100000.0,\n        []\n    ]\n}";
/// assert_eq!(to_string(&value), expected);
/// ```
pub fn to_string(value: &Value) -> String {
    let mut writer = Writer { out: String::new(), style: Style::Python, most: usize::MAX };
    // There is nothing that is too long.
    let _ = writer.value(value, 0);
    writer.out
}

/// The text of a value that was read and changed: keys in their order, numbers as they are written, what is deep on one line, everything
/// else as [`to_string`] writes it, or without line feeds where it would else be longer than `most` bytes; `None` where it would be longer all the
/// same.
///
/// ```
/// use ramp_core::metadata::json::read;
/// use ramp_pack::json::to_string_as_read;
///
/// let value = read(br#"{"b": 1E5, "a": []}"#).unwrap().root;
/// assert_eq!(to_string_as_read(&value, 100).unwrap(), "{\n    \"b\": 1E5,\n    \"a\": []\n}");
/// assert_eq!(to_string_as_read(&value, 20).unwrap(), "{\"b\":1E5,\"a\":[]}");
/// assert_eq!(to_string_as_read(&value, 10), None);
/// ```
pub fn to_string_as_read(value: &Value, most: usize) -> Option<String> {
    [Style::AsRead, Style::Compact].into_iter().find_map(|style| {
        let mut writer = Writer { out: String::new(), style, most };
        writer.value(value, 0).ok().map(|()| writer.out)
    })
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// As Python does, keys sorted.
    Python,
    /// On many lines, keys and numbers as they were read.
    AsRead,
    /// The same on one line.
    Compact,
}

/// The text would be longer than it may be.
struct TooLong;

struct Writer {
    out: String,
    style: Style,
    /// How many bytes there may be.
    most: usize,
}

impl Writer {
    fn value(&mut self, value: &Value, level: usize) -> Result<(), TooLong> {
        match value {
            Value::Null => self.out.push_str("null"),
            Value::Bool(true) => self.out.push_str("true"),
            Value::Bool(false) => self.out.push_str("false"),
            Value::Number(number) if self.style == Style::Python => write_number(&mut self.out, number),
            Value::Number(number) => self.out.push_str(&number.literal()),
            Value::String(text) => write_str(&mut self.out, text),
            Value::Array(items) if items.is_empty() => self.out.push_str("[]"),
            Value::Array(items) => {
                self.out.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.next(index, level + 1);
                    self.value(item, level + 1)?;
                }
                self.new_line(level, level + 1);
                self.out.push(']');
            }
            Value::Object(object) if object.is_empty() => self.out.push_str("{}"),
            Value::Object(object) => self.object(object, level)?,
        }
        if self.out.len() > self.most { Err(TooLong) } else { Ok(()) }
    }

    fn object(&mut self, object: &Object, level: usize) -> Result<(), TooLong> {
        let mut members: Vec<_> = object.iter().collect();
        if self.style == Style::Python {
            // UTF-8 sorts as its code points do, and so do Python's strings.
            members.sort_by_key(|(key, _)| *key);
        }
        self.out.push('{');
        for (index, (key, item)) in members.into_iter().enumerate() {
            self.next(index, level + 1);
            write_str(&mut self.out, key);
            self.out.push_str(if self.style == Style::Compact { ":" } else { ": " });
            self.value(item, level + 1)?;
        }
        self.new_line(level, level + 1);
        self.out.push('}');
        Ok(())
    }

    fn next(&mut self, index: usize, level: usize) {
        if index > 0 {
            self.out.push(',');
        }
        self.new_line(level, level);
    }

    /// Before something at a level, in or behind items of another.
    fn new_line(&mut self, level: usize, items: usize) {
        let is_moved = match self.style {
            Style::Python => true,
            Style::AsRead => items <= INDENTED,
            Style::Compact => false,
        };
        if is_moved {
            self.out.push('\n');
            self.out.extend(std::iter::repeat_n(' ', level * INDENT));
        }
    }
}

fn write_number(out: &mut String, number: &Number) {
    if !number.is_float() {
        // The only integer that Python writes otherwise than it was written.
        let literal = number.literal();
        out.push_str(if number.is_zero() { "0" } else { &literal });
        return;
    }
    let float = number.as_f64();
    if float.is_nan() {
        out.push_str("NaN");
    } else if float.is_infinite() {
        out.push_str(if float > 0.0 { "Infinity" } else { "-Infinity" });
    } else {
        out.push_str(&python::repr(&Value::Number(number.clone())));
    }
}

/// How many bytes a string takes in the text, its quotes included.
pub(super) fn str_len(text: &str) -> usize {
    let len = |c: char| match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        ' '..='~' => 1,
        _ => c.len_utf16() * "\\u0000".len(),
    };
    text.chars().map(len).sum::<usize>() + 2
}

/// Appends a string with its quotes, in ASCII.
fn write_str(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(c),
            _ => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    // Writing to a String cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use ramp_core::metadata::json::read;

    fn rewritten(text: &str) -> String {
        to_string(&read(text.as_bytes()).unwrap().root)
    }

    #[test]
    fn writes_scalars_as_python_does() {
        for (text, expected) in [
            ("null", "null"),
            ("-0", "0"),
            ("-0.0", "-0.0"),
            ("1e16", "1e+16"),
            ("1e15", "1000000000000000.0"),
            ("0.00001", "1e-05"),
            ("1e999", "Infinity"),
            ("-Infinity", "-Infinity"),
            ("NaN", "NaN"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
            (r#""\u007f\u0000/\b\f\n\r\t\"\\""#, r#""\u007f\u0000/\b\f\n\r\t\"\\""#),
            ("[]", "[]"),
            ("{}", "{}"),
            ("[[], {}]", "[\n    [],\n    {}\n]"),
        ] {
            assert_eq!(rewritten(text), expected);
        }
    }

    #[test]
    fn knows_how_long_a_string_becomes() {
        let all: String = ('\0'..='\u{ff}').chain(['\u{ffff}', '\u{10000}', '\u{10ffff}']).collect();
        for text in [all.as_str(), "", "a", "é"] {
            assert_eq!(str_len(text), to_string(&text.into()).len(), "{text:?}");
        }
    }

    #[test]
    fn sorts_keys_by_code_point() {
        let text = r#"{"b": 1, "B": 2, "\uffff": 3, "😀": 4, "": 5}"#;
        let keys = ["\"\"", "\"B\"", "\"b\"", "\"\\uffff\"", "\"\\ud83d\\ude00\""];
        let written = rewritten(text);
        let places: Vec<_> = keys.iter().map(|key| written.find(key).unwrap()).collect();
        assert!(places.is_sorted(), "{written}");
    }
}
