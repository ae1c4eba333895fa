//! The fields of a database that matter to the modules that it uses.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::load::{self, KnowledgeError, Sources};

/// A field of a database: of the bdb object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DatabaseField {
    /// Its name.
    pub name: String,
    /// What it may be.
    pub kind: DatabaseFieldKind,
    /// What it is where nothing is said; none where that depends on something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it says, in a few words.
    pub description: String,
    /// What to know about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the row was learnt.
    pub source: Sources,
}

/// What a field of a database may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum DatabaseFieldKind {
    /// `true` or `false`.
    Flag,
    /// An integer.
    Number {
        /// The smallest.
        from: u64,
        /// The largest.
        to: u64,
    },
    /// One of these strings.
    OneOf(Vec<String>),
    /// A list of objects.
    Objects,
}

impl DatabaseFieldKind {
    /// Whether a value is one. Null is none.
    pub fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Flag => value.is_boolean(),
            Self::Number { from, to } => value.as_u64().is_some_and(|number| (*from..=*to).contains(&number)),
            Self::OneOf(names) => value.as_str().is_some_and(|text| names.iter().any(|name| name == text)),
            Self::Objects => value.as_array().is_some_and(|items| items.iter().all(Value::is_object)),
        }
    }

    /// What it may be, in words that follow "is not": `one of disabled, snapshot, aof`.
    pub fn expected(&self) -> String {
        match self {
            Self::Flag => "true or false".to_owned(),
            Self::Number { from, to } => format!("an integer from {from} to {to}"),
            Self::OneOf(names) => format!("one of {}", names.join(", ")),
            Self::Objects => "a list of objects".to_owned(),
        }
    }
}

pub(super) fn load() -> Result<Vec<DatabaseField>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        fields: Vec<DatabaseField>,
    }
    load::read::<File>("database_fields.toml", table!("src/knowledge/data/database_fields.json"))
        .map(|file| file.fields)
}
