//! What a database asks for, in the fields that matter to modules.

use std::collections::BTreeMap;

use semver::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::knowledge::{DatabaseField, Knowledge};
use crate::text::closest;

/// The fields of a database that were set, of those that matter to modules: the rows of `database_fields.toml`. As JSON, an object.
///
/// ```
/// use ramp_core::databases::Options;
///
/// let mut options = Options::default();
/// options.set("data_persistence", "aof")?;
/// assert_eq!(options.get("data_persistence").unwrap(), "aof");
/// let err = options.set("data_persistence", "rdb").unwrap_err();
/// assert_eq!(err.to_string(), "`data_persistence` is \"rdb\", which is not one of disabled, snapshot, aof");
/// let err = options.set("persistence", "aof").unwrap_err();
/// assert_eq!(err.to_string(), "`persistence` is not a field of a database that matters to modules");
/// # Ok::<(), ramp_core::databases::OptionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Options(BTreeMap<String, Value>);

/// Why a field of a database cannot be set so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// There is no such field, or it does not matter to modules.
    #[error("`{}` is not a field of a database that matters to modules", name.escape_debug())]
    Unknown {
        /// The name as it was given.
        name: String,
    },
    /// The field cannot have that value.
    #[error("`{name}` is {found}, which is not {expected}")]
    Value {
        /// The field.
        name: &'static str,
        /// The value, as JSON.
        found: String,
        /// What it may be.
        expected: String,
    },
}

impl OptionError {
    /// The field that was probably meant.
    pub fn meant(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { name } => closest(fields().iter().map(|field| field.name.as_str()), name),
            Self::Value { .. } => None,
        }
    }
}

fn fields() -> &'static [DatabaseField] {
    Knowledge::builtin().database_fields()
}

fn field(name: &str) -> Option<&'static DatabaseField> {
    fields().iter().find(|field| field.name == name)
}

impl Options {
    /// Sets a field. Null takes back what was set.
    ///
    /// # Errors
    ///
    /// [`OptionError`].
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<(), OptionError> {
        let field = field(name).ok_or_else(|| OptionError::Unknown { name: name.to_owned() })?;
        let value = value.into();
        if value.is_null() {
            self.0.remove(name);
            return Ok(());
        }
        if !field.kind.accepts(&value) {
            let (found, expected) = (value.to_string(), field.kind.expected());
            return Err(OptionError::Value { name: &field.name, found, expected });
        }
        self.0.insert(name.to_owned(), value);
        Ok(())
    }

    /// The fields of a database that matter here, of all that a request has.
    ///
    /// # Errors
    ///
    /// [`OptionError::Value`].
    pub fn of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Result<Self, OptionError> {
        let mut options = Self::default();
        for (name, value) in fields.into_iter().filter(|(name, _)| field(name).is_some()) {
            options.set(name, value.clone())?;
        }
        Ok(options)
    }

    /// A field, where it was set.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The fields that were set, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// These, and over them the others.
    #[must_use]
    pub fn changed_by(&self, others: &Self) -> Self {
        let both = self.0.iter().chain(&others.0);
        Self(both.map(|(name, value)| (name.clone(), value.clone())).collect())
    }

    /// What a field of a database of that Redis is, set or not; `None` where no source says.
    ///
    /// ```
    /// use ramp_core::{databases::Options, version::parse};
    ///
    /// let mut options = Options::default();
    /// assert_eq!(options.value("bigstore_version", &parse("7.4.3")?), None);
    /// options.set("bigstore", true)?;
    /// assert_eq!(options.value("bigstore_version", &parse("7.4.3")?), Some(1.into()));
    /// assert_eq!(options.value("bigstore_version", &parse("8.2.1")?), Some(2.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn value(&self, name: &str, redis: &Version) -> Option<Value> {
        if name == "bigstore_version" {
            return self.generation_of_flash(redis).map(Value::from);
        }
        self.get(name).or_else(|| field(name)?.default.as_ref()).cloned()
    }

    /// The generation of flash storage, where there is any: documented to follow the Redis version but for 7.4, which has either.
    fn generation_of_flash(&self, redis: &Version) -> Option<u64> {
        let has_flash = self.get("bigstore").and_then(Value::as_bool) == Some(true);
        let chosen = || self.get("bigstore_version").and_then(Value::as_u64).unwrap_or(1);
        has_flash.then(|| match (redis.major, redis.minor) {
            (8.., _) => 2,
            (7, 4) => chosen(),
            _ => 1,
        })
    }
}
