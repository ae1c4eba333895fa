//! Keys and values as people write them into a manifest.

use std::fmt::Write as _;

use ramp_core::metadata::Value;

/// A key and its value, as lines of YAML. Strings are in quotes, so that nothing is taken for a number; lists of plain values are in
/// brackets.
///
/// ```
/// use ramp_core::metadata::Value;
/// use ramp_pack::manifest::{Manifest, written};
///
/// assert_eq!(written("min_redis_version", &"7.10".into()), "min_redis_version: \"7.10\"\n");
/// assert_eq!(written("capabilities", &vec!["types", "flash"].into()), "capabilities: [\"types\", \"flash\"]\n");
/// let crdb: Value = serde_json::json!({"name": "hello", "supported_featureset_versions": [1]}).into();
/// let lines = written("crdb", &crdb);
/// assert_eq!(lines, "crdb:\n  name: \"hello\"\n  supported_featureset_versions: [1]\n");
/// assert_eq!(Manifest::read(lines.as_bytes())?.get("crdb"), Some(&crdb));
/// # Ok::<(), ramp_pack::manifest::ManifestError>(())
/// ```
pub fn written(key: &str, value: &Value) -> String {
    let mut text = String::new();
    member(&mut text, 0, key, value);
    text
}

fn member(text: &mut String, depth: usize, key: &str, value: &Value) {
    let _ = write!(text, "{:width$}{}:", "", plain_key(key), width = 2 * depth); // cannot fail
    match value {
        Value::Object(object) if !object.is_empty() => {
            text.push('\n');
            for (key, value) in object.iter() {
                member(text, depth + 1, key, value);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.as_object().is_some()) => {
            text.push('\n');
            for item in items {
                // In braces, each on its line.
                let _ = writeln!(text, "{:width$}- {}", "", flow(item), width = 2 * depth + 2); // cannot fail
            }
        }
        other => {
            let _ = writeln!(text, " {}", flow(other)); // cannot fail
        }
    }
}

/// A key without quotes, where it needs none.
fn plain_key(key: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let begins = key.starts_with(|c: char| c.is_ascii_alphabetic());
    if begins && key.chars().all(is_plain) { key.to_owned() } else { Value::from(key).to_string() }
}

/// On one line.
fn flow(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(object) => {
            let members = object.iter().map(|(key, value)| format!("{}: {}", plain_key(key), flow(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
