//! The capabilities a module can declare.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::load::{self, KnowledgeError, Sources};

/// A name that can stand in `capabilities`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Capability {
    /// The name, as written in `module.json`.
    pub name: String,
    /// What a module that declares it promises.
    pub description: String,
    /// What a cluster's own list of capabilities says of it, where it is in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<String>,
    /// The database feature that needs it, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gates: Option<String>,
    /// The fields of a database that ask for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked_by: Vec<Ask>,
    /// Where the name belongs.
    pub standing: CapabilityStanding,
    /// Where the row was learnt.
    pub source: Sources,
}

/// A field of a database that asks for a capability, and when it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Ask {
    /// The field, as the table of [`DatabaseField`](super::DatabaseField) has it.
    pub field: String,
    /// With which values.
    pub when: AskedWhen,
}

/// With which values a field of a database asks for a capability.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AskedWhen {
    /// With this one.
    Is(Value),
    /// With a larger number.
    Above(u64),
    /// With all but these.
    OtherThan(Vec<Value>),
}

impl AskedWhen {
    /// Whether a value asks. Null asks for nothing.
    ///
    /// ```
    /// use ramp_core::knowledge::Knowledge;
    /// use serde_json::json;
    ///
    /// let asked_by = &Knowledge::builtin().capability("clustering").unwrap().asked_by;
    /// assert_eq!(asked_by[1].field, "shards_count");
    /// assert!(asked_by[1].when.holds_for(&json!(2)) && !asked_by[1].when.holds_for(&json!(1)));
    /// ```
    pub fn holds_for(&self, value: &Value) -> bool {
        match self {
            _ if value.is_null() => false,
            Self::Is(asking) => value == asking,
            Self::Above(most) => value.as_u64().is_some_and(|number| number > *most),
            Self::OtherThan(others) => !others.contains(value),
        }
    }
}

/// Where a capability's name belongs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[non_exhaustive]
pub enum CapabilityStanding {
    /// One of the 16 that the reference packer documents.
    Reference,
    /// Seen in published modules since.
    Later,
    /// A slip for another name.
    Mistaken {
        /// What was meant.
        instead: String,
    },
}

impl Capability {
    /// Whether it is only a slip for another.
    pub const fn is_mistaken(&self) -> bool {
        matches!(self.standing, CapabilityStanding::Mistaken { .. })
    }
}

pub(super) fn load() -> Result<Vec<Capability>, KnowledgeError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        capabilities: Vec<Capability>,
    }
    load::read::<File>("capabilities.toml", table!("src/knowledge/data/capabilities.json"))
        .map(|file| file.capabilities)
}
