//! Where each key stands, and those that nobody knows.

use std::collections::BTreeMap;

use ramp_core::text::closest;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

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
            let Some(of_key) = of_key.cloned() else {
                let names = known.into_iter().flat_map(|known| known.keys().map(String::as_str));
                let meant = closest(names, name).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                // Without the places in lists.
                let table = path.split('.').filter(|name| name.parse::<usize>().is_err()).collect::<Vec<_>>().join(".");
                let whose = if table.is_empty() { String::new() } else { format!(" of `{table}`") };
                return Err(ConfigError::at(Some(at), format!("`{name}` is not a key{whose}{meant}")));
            };
            let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
            self.places.0.insert(path.clone(), at);
            self.value(&path, value.get_ref(), &of_key)?;
        }
        Ok(())
    }

    fn value(&mut self, path: &str, value: &DeValue<'_>, schema: &Value) -> Result<(), ConfigError> {
        match value {
            DeValue::Table(table) => self.table(path, table, schema),
            DeValue::Array(items) => {
                let of_item = self.resolved(schema)["items"].clone();
                for (index, item) in items.iter().enumerate() {
                    let path = format!("{path}.{index}");
                    self.places.0.insert(path.clone(), place(self.text, item.span().start));
                    self.value(&path, item.get_ref(), &of_item)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// What a schema refers to; the object, where it is one of several.
    fn resolved(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.strip_prefix("#/$defs/")) {
            return self.root["$defs"][name].clone();
        }
        let either = ["anyOf", "oneOf"].iter().find_map(|key| schema[*key].as_array());
        let first =
            either.and_then(|all| all.iter().map(|one| self.resolved(one)).find(|one| one["properties"].is_object()));
        first.unwrap_or_else(|| schema.clone())
    }
}
