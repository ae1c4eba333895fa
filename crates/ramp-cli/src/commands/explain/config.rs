//! Keys of the policy file: what its schema says of each.

use std::fmt::Write as _;

use ramp_core::text::closest;
use serde_json::Value;

use super::words::{entry, paragraph, title};
use crate::config;
use crate::error::CliError;
use crate::style::{self, STRONG, paint};

/// A key, with the tables that it is in: `pack.manifest`.
struct Key {
    name: String,
    /// What it is, in a line and more.
    what: String,
    type_name: String,
}

/// All of them, or one.
pub(super) fn explain(key: Option<&str>) -> Result<String, CliError> {
    let keys = keys();
    let Some(name) = key else { return Ok(list(&keys)) };
    // Its table need not be named.
    let is_it = |key: &&Key| key.name == name || key.name.rsplit_once('.').is_some_and(|(_, last)| last == name);
    let found: Vec<&Key> = keys.iter().filter(is_it).collect();
    if found.is_empty() {
        let hint = closest(keys.iter().map(|key| key.name.as_str()), name).map(str::to_owned);
        return Err(CliError::UnknownConfigKey { name: name.to_owned(), hint });
    }
    let texts = found.into_iter().map(|key| {
        let mut text = title(&key.name, first_sentence(&key.what));
        paragraph(&mut text, "type", &key.type_name);
        // The title has the first sentence.
        let more = key.what.strip_prefix(first_sentence(&key.what)).unwrap_or_default();
        if more.len() > 1 {
            paragraph(&mut text, "what", &key.what);
        }
        text
    });
    Ok(texts.collect::<Vec<_>>().join("\n"))
}

/// Each of them, and what it is.
pub(crate) fn keys_of_config() -> Vec<(String, String)> {
    keys().into_iter().map(|key| (key.name, key.what)).collect()
}

fn list(keys: &[Key]) -> String {
    let mut text = format!("{}\n", paint(STRONG, "Keys of the policy file `ramp.toml`"));
    for key in keys {
        entry(&mut text, &key.name, first_sentence(&key.what));
    }
    let last = "`ramp explain config KEY` explains one; `ramp config show` prints what is in force, `ramp schema config` is for editors.";
    let _ = writeln!(text, "\n{}", style::wrap(last, style::width(), "", "")); // cannot fail
    text
}

fn first_sentence(text: &str) -> &str {
    text.split_once(". ").map_or(text, |(first, _)| first).trim_end_matches('.')
}

fn keys() -> Vec<Key> {
    let schema = config::schema().to_value();
    let mut keys = Vec::new();
    add(&mut keys, &schema, &schema, "");
    keys
}

/// The members of an object, and of what is in it.
fn add(keys: &mut Vec<Key>, schema: &Value, object: &Value, front: &str) {
    for (name, member) in object["properties"].as_object().into_iter().flatten() {
        let name = format!("{front}{name}");
        let what = member["description"].as_str().or_else(|| resolved(schema, member)["description"].as_str());
        let what = what.unwrap_or_default().replace('\n', " ");
        keys.push(Key { name: name.clone(), what, type_name: type_name(schema, member) });
        let items = resolved(schema, &resolved(schema, member)["items"]);
        for inside in [resolved(schema, member), items] {
            add(keys, schema, inside, &format!("{name}."));
        }
    }
}

/// What a reference is to; where one of several is null, the other.
fn resolved<'a>(schema: &'a Value, member: &'a Value) -> &'a Value {
    let of_several = || member["anyOf"].as_array()?.iter().find(|one| one["type"] != "null");
    let target = member["$ref"].as_str().and_then(|to| schema.pointer(to.trim_start_matches('#')));
    match target.or_else(of_several) {
        Some(target) => resolved(schema, target),
        None => member,
    }
}

/// What may stand there, in words.
fn type_name(schema: &Value, member: &Value) -> String {
    let is_list = |one: &Value| one["type"] == "array";
    if let Some(several) = member["anyOf"].as_array().filter(|several| several.iter().any(is_list)) {
        let of_one = several.iter().find(|one| !is_list(one)).map(|one| type_name(schema, one));
        return format!("{}, or a list of them", of_one.unwrap_or_default());
    }
    let member = resolved(schema, member);
    let words = |list: &Value| -> Option<String> {
        Some(
            list.as_array()?
                .iter()
                .filter_map(Value::as_str)
                .map(|word| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", "),
        )
    };
    let of_variants = || {
        let variants = member["oneOf"].as_array()?;
        let words = variants.iter().filter_map(|one| one["const"].as_str()).map(|word| format!("`{word}`"));
        Some(words.collect::<Vec<_>>().join(", ")).filter(|words| !words.is_empty())
    };
    if let Some(words) = words(&member["enum"]).or_else(of_variants) {
        return format!("one of {words}");
    }
    let name = match &member["type"] {
        Value::Array(several) => several.iter().find(|one| *one != "null").and_then(Value::as_str),
        name => name.as_str(),
    };
    let is_of_tables = || resolved(schema, &member["items"])["type"] == "object";
    match name {
        Some("object") => "table".to_owned(),
        Some("array") if is_of_tables() => "tables, each with its own head".to_owned(),
        Some("array") => "list".to_owned(),
        Some("boolean") => "`true` or `false`".to_owned(),
        _ => "text".to_owned(),
    }
}
