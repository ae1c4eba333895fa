//! Where each key stands, and those that nobody knows.

use std::collections::BTreeMap;

use ramp_core::text::closest;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::forms;
use crate::error::{ConfigError, place};

/// Line and column of each key, by its path: `rules.load-glibc`, `allow.0.reason`.
#[derive(Debug, Default)]
pub(crate) struct Places(BTreeMap<String, (u64, u64)>);

impl Places {
    /// Of a text; also whether it is TOML at all, and has no other keys than its JSON Schema.
    pub(super) fn of(text: &str, schema: &Value) -> Result<Self, ConfigError> {
        let table = DeTable::parse(text).map_err(|err| ConfigError::of(&err, text))?;
        let mut places = Self::default();
        Walk { text, root: schema, places: &mut places }.table("", table.get_ref(), schema)?;
        Ok(places)
    }

    pub(crate) fn get(&self, key: &str) -> Option<(u64, u64)> {
        self.0.get(key).copied()
    }
}

struct Walk<'a> {
    text: &'a str,
    /// The schema, whose `$defs` are referred to.
    root: &'a Value,
    places: &'a mut Places,
}

impl Walk<'_> {
    fn table(&mut self, path: &str, table: &DeTable<'_>, schema: &Value) -> Result<(), ConfigError> {
        let schema = self.resolved(schema);
        for (key, value) in table {
            let (name, at) = (key.get_ref().as_ref(), place(self.text, key.span().start));
            let known = schema["properties"].as_object();
            let of_key = known.and_then(|known| known.get(name)).or_else(|| schema.get("additionalProperties"));
            let of_key = of_key.filter(|schema| !matches!(schema, Value::Bool(false)));
            // A group of rules can be called as a key is, and has a level.
            let is_level = value.get_ref().as_str().is_some_and(|text| ["allow", "warn", "deny"].contains(&text));
            let of_root = self.root["properties"].get(name).filter(|_| !path.is_empty());
            // Nor is that a table which is none.
            let could_be = |of_root: &Value| match forms::of_table(self.root, of_root) {
                Some(_) => known.is_some() || value.get_ref().is_table() || value.get_ref().is_array(),
                None => !is_level,
            };
            let is_misplaced = of_root.is_some_and(could_be) && known.is_none_or(|known| !known.contains_key(name));
            let Some(of_key) = of_key.filter(|_| !is_misplaced).cloned() else {
                return Err(ConfigError::at(Some(at), self.unknown(name, path, known, is_misplaced)));
            };
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.places.0.insert(path.clone(), at);
            self.value(&path, value, &of_key)?;
        }
        Ok(())
    }

    /// What is said of a key that is not one of that table.
    fn unknown(&self, name: &str, path: &str, known: Option<&Map<String, Value>>, is_misplaced: bool) -> String {
        // Without the places in lists.
        let table = path.split('.').filter(|name| name.parse::<usize>().is_err()).collect::<Vec<_>>().join(".");
        let names = || known.into_iter().flat_map(|known| known.keys().map(String::as_str));
        let close = closest(names(), name);
        if is_misplaced && close.is_none() {
            let place = match forms::of_table(self.root, &self.root["properties"][name]) {
                Some(table) => format!("a table of the file: {}", table.written(name)),
                None => "of the file: it stands above the first table".to_owned(),
            };
            return format!("`{name}` is not a key of `{table}`, but {place}");
        }
        let whose = if table.is_empty() { String::new() } else { format!(" of `{table}`") };
        let tables = self.root["properties"].as_object().into_iter().flatten();
        let elsewhere = tables.filter(|(_, schema)| self.resolved(schema)["properties"].get(name).is_some());
        let elsewhere = elsewhere.map(|(table, _)| format!("{table}.{name}")).next();
        let meant = close.map(str::to_owned).or_else(|| elsewhere.filter(|_| table.is_empty()));
        match meant {
            Some(meant) => format!("`{name}` is not a key{whose}; did you mean `{meant}`?"),
            None => {
                let names: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                format!("`{name}` is not a key{whose}; the keys are {}", names.join(", "))
            }
        }
    }

    fn value(&mut self, path: &str, value: &Spanned<DeValue<'_>>, schema: &Value) -> Result<(), ConfigError> {
        if let Err(message) = forms::check(self.root, schema, path, value.get_ref()) {
            let is_keyed = value.get_ref().is_table() || value.get_ref().is_array();
            let place = if is_keyed { self.places.get(path) } else { Some(place(self.text, value.span().start)) };
            return Err(ConfigError::at(place, message));
        }
        match value.get_ref() {
            DeValue::Table(table) => self.table(path, table, schema),
            DeValue::Array(items) => {
                let of_item = self.resolved(schema)["items"].clone();
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}.{index}");
                    self.places.0.insert(path.clone(), place(self.text, item.span().start));
                    self.value(&path, item, &of_item)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The form of a value that has others in it, where it can have one.
    fn resolved(&self, schema: &Value) -> Value {
        let all = forms::all(self.root, schema);
        let has_others = |form: &&&Value| form["properties"].is_object() || !form["items"].is_null();
        all.iter().find(has_others).or_else(|| all.first()).map(|form| (*form).clone()).unwrap_or_default()
    }
}
