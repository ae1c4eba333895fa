//! A value, kept by `serde` as it is.
//!
//! JSON would lose the spelling of numbers and the ones that it has no word for, keys that look the same, and some readers
//! give up where documents nest as deep as Python's may. So a value is written as the list of its parts, each container
//! before what is in it, with the number of its items or members; a number that is not a plain integer stands there as its text.

use std::collections::HashSet;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::limits::MAX_DEPTH;
use crate::metadata::number::Number;
use crate::metadata::value::{Object, Value};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Part {
    Null,
    Bool(bool),
    Integer(i64),
    Number(String),
    String(String),
    Array(usize),
    Object(usize),
    /// The key of the member whose value comes next.
    Key(String),
}

pub(in crate::metadata) fn serialize<S: Serializer>(root: &Value, serializer: S) -> Result<S::Ok, S::Error> {
    let mut parts = Vec::new();
    take_apart(root, &mut parts);
    parts.serialize(serializer)
}

pub(in crate::metadata) fn deserialize<'de, T: From<Value>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    put_together(Vec::deserialize(deserializer)?).map(T::from).map_err(D::Error::custom)
}

fn take_apart(value: &Value, parts: &mut Vec<Part>) {
    parts.push(match value {
        Value::Null => Part::Null,
        Value::Bool(value) => Part::Bool(*value),
        Value::Number(number) => match number.as_i64().filter(|integer| integer.to_string() == number.literal()) {
            Some(integer) => Part::Integer(integer),
            None => Part::Number(number.literal().into_owned()),
        },
        Value::String(text) => Part::String(text.clone()),
        Value::Array(items) => Part::Array(items.len()),
        Value::Object(object) => Part::Object(object.len()),
    });
    match value {
        Value::Array(items) => items.iter().for_each(|item| take_apart(item, parts)),
        Value::Object(object) => {
            for (key, member) in object.iter() {
                parts.push(Part::Key(key.to_owned()));
                take_apart(member, parts);
            }
        }
        _ => {}
    }
}

/// A container some of whose content has yet to come.
enum Open {
    Array(Vec<Value>),
    /// The members so far, the key of the next, and all keys.
    Object(Vec<(String, Value)>, Option<String>, HashSet<String>),
}

/// Never trusts a number of items, nor goes deeper than a document may.
fn put_together(parts: Vec<Part>) -> Result<Value, &'static str> {
    let mut stack: Vec<(Open, usize)> = Vec::new();
    let mut parts = parts.into_iter();
    loop {
        let mut value = match parts.next().ok_or("a value is cut off")? {
            Part::Null => Value::Null,
            Part::Bool(value) => value.into(),
            Part::Integer(integer) => integer.into(),
            Part::Number(text) => Value::Number(text.parse::<Number>().map_err(|_| "a number cannot be read")?),
            Part::String(text) => text.into(),
            Part::Array(0) => Value::Array(Vec::new()),
            Part::Object(0) => Object::default().into(),
            Part::Array(_) | Part::Object(_) if stack.len() >= MAX_DEPTH => return Err("nested too deeply"),
            Part::Array(count) => {
                stack.push((Open::Array(Vec::new()), count));
                continue;
            }
            Part::Object(count) => {
                stack.push((Open::Object(Vec::new(), None, HashSet::new()), count));
                continue;
            }
            Part::Key(name) => match stack.last_mut() {
                Some((Open::Object(_, key @ None, keys), _)) => {
                    // Half surrogates look alike once they are read; no others do.
                    if !name.contains('\u{fffd}') && !keys.insert(name.clone()) {
                        return Err("a key appears twice");
                    }
                    *key = Some(name);
                    continue;
                }
                _ => return Err("a key has no place"),
            },
        };
        loop {
            let Some((open, left)) = stack.last_mut() else {
                return if parts.next().is_none() { Ok(value) } else { Err("something follows the value") };
            };
            match open {
                Open::Array(items) => items.push(value),
                Open::Object(members, key, _) => members.push((key.take().ok_or("a member has no key")?, value)),
            }
            *left = left.saturating_sub(1);
            if *left > 0 {
                break;
            }
            value = match stack.pop() {
                Some((Open::Array(items), _)) => Value::Array(items),
                Some((Open::Object(members, ..), _)) => Object::from_unique(members).into(),
                None => return Err("a value is cut off"),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Document;
    use crate::metadata::json::read;

    fn kept(document: &Document) -> Document {
        serde_json::from_str(&serde_json::to_string(document).unwrap()).unwrap()
    }

    #[test]
    fn nothing_is_lost() {
        let deep = format!("{}{}", "[".repeat(MAX_DEPTH), "]".repeat(MAX_DEPTH));
        let long = "9".repeat(4300);
        for text in [
            r#"{"b": [null, true, {}, [], ""], "a": {"x": -0, "y": 1E5, "z": 20803.0, "v": 1.50}}"#,
            "[NaN, Infinity, -Infinity, 1e999, -0.0, 18446744073709551616, -9223372036854775808, 0e7]",
            r#"{"\ud800": 1, "\ud801": "\udfff", "\ufffd": 3, "module_file": "\ud800.so", "twice": 1, "twice": NaN}"#,
            "\"text\"",
            "\u{feff}5",
            &deep,
            &long,
        ] {
            let document = read(text.as_bytes()).unwrap();
            assert_eq!(kept(&document), document, "{text}");
        }
    }

    #[test]
    fn nothing_is_believed() {
        for (parts, expected) in [
            ("[]", "a value is cut off"),
            (r#"[{"array": 18446744073709551615}, "null"]"#, "a value is cut off"),
            (r#"["null", "null"]"#, "something follows the value"),
            (r#"[{"number": "1x"}]"#, "a number cannot be read"),
            (r#"[{"object": 1}, "null"]"#, "a member has no key"),
            (r#"[{"object": 1}, {"key": "a"}, {"key": "b"}, "null"]"#, "a key has no place"),
            (r#"[{"key": "a"}, "null"]"#, "a key has no place"),
            (r#"[{"object": 2}, {"key": "a"}, "null", {"key": "a"}, "null"]"#, "a key appears twice"),
            (&format!("[{}\"null\"]", r#"{"array":1},"#.repeat(MAX_DEPTH + 1)), "nested too deeply"),
        ] {
            let mut json = serde_json::Deserializer::from_str(parts);
            assert!(deserialize::<Value, _>(&mut json).unwrap_err().to_string().starts_with(expected), "{parts}");
        }
    }
}
