//! Keys of the policy file: what its schema says of each.

use std::fmt::Write as _;

use ramp_core::text::closest;
use serde_json::Value;

use super::words::{entry, paragraph, title};
use crate::config::{self, Table, forms};
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
        let (name, forms) = (format!("{front}{name}"), forms::all(schema, member));
        let what = member["description"].as_str().unwrap_or_default().replace('\n', " ");
        keys.push(Key { name: name.clone(), what, type_name: type_name(schema, member, &forms) });
        let items = forms.iter().flat_map(|form| forms::all(schema, &form["items"]));
        for inside in forms.iter().copied().chain(items) {
            add(keys, schema, inside, &format!("{name}."));
        }
    }
}

/// What may stand there, in words.
fn type_name(schema: &Value, member: &Value, forms: &[&Value]) -> String {
    let words: Vec<String> = forms::words(forms).map(|word| format!("`{word}`")).collect();
    if !words.is_empty() {
        return format!("one of {}", words.join(", "));
    }
    let can_be = |kind: &str| forms.iter().any(|form| forms::is(form, kind));
    match forms::of_table(schema, member) {
        Some(Table::One) => "table",
        Some(Table::List) => "tables, each with its own head",
        None if can_be("array") && can_be("string") => "text, or a list of them",
        None if can_be("array") => "list",
        None if can_be("boolean") => "`true` or `false`",
        None => "text",
    }
    .to_owned()
}
