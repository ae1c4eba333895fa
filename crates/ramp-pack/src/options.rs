//! What the command line says about the metadata.

use ramp_core::metadata::fields::{self, FieldType};
use ramp_core::metadata::{Kind, Object, Value};

/// What options say about the metadata, by the names of `module.json`: of the fields to which the table of
/// [`fields`] gives an option. They win over the manifest.
///
/// ```
/// use ramp_core::metadata::Value;
/// use ramp_pack::{Options, comma_separated};
///
/// let mut options = Options::default();
/// options.set("module_name", "hello")?;
/// options.set("capabilities", comma_separated("types, flash,types"))?;
/// assert_eq!(options.text("module_name"), Some("hello"));
/// assert_eq!(options.get("capabilities"), Some(&vec!["types", "flash"].into()));
///
/// assert_eq!(options.set("sha256", "00").unwrap_err().to_string(), "no option sets `sha256`");
/// assert!(options.set("author", Value::Null).is_err());
/// # Ok::<(), ramp_pack::OptionError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Options {
    /// The version as a number; wins over what the module says, and `semantic_version` follows from it.
    pub module_version: Option<i64>,
    fields: Object,
}

/// An option that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OptionError {
    /// The field is none that an option sets.
    #[error("no option sets `{field}`")]
    NoOption {
        /// The field.
        field: String,
    },
    /// The value is of another type than the option.
    #[error("the option for `{field}` cannot be of type {found}")]
    Type {
        /// The field.
        field: &'static str,
        /// What the value is.
        found: Kind,
    },
}

impl Options {
    /// Sets what the option for a field says, in place of what it said before. An empty list is as good as no option.
    ///
    /// Commands and dependencies are lists, of one value each time the option is there; [`assemble`](crate::assemble()) looks
    /// at what is in them, and [`launch`](crate::launch()) at the value of `redis_args`.
    ///
    /// # Errors
    ///
    /// [`OptionError`] if no option sets the field, or the value is not of its type.
    pub fn set(&mut self, field: &str, value: impl Into<Value>) -> Result<(), OptionError> {
        let known = fields::field(field).filter(|known| known.option.is_some());
        let known = known.ok_or_else(|| OptionError::NoOption { field: field.to_owned() })?;
        let value = value.into();
        let fits = match known.field_type {
            FieldType::Commands | FieldType::Dependencies => value.kind() == Kind::Array,
            FieldType::Object => true,
            other => other.accepts(&value),
        };
        if !fits {
            return Err(OptionError::Type { field: &known.name, found: value.kind() });
        }
        let is_list = known.field_type != FieldType::Object;
        if is_list && value.as_array().is_some_and(<[Value]>::is_empty) {
            self.fields.remove(field);
        } else {
            self.fields.insert(field, value);
        }
        Ok(())
    }

    /// What the option for a field says; `None` if it is not there.
    pub fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)
    }

    /// What an option of one string says.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.get(field)?.as_str()
    }

    /// All that is set.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.fields.iter()
    }
}

/// The items of a list with commas, in order, each once, without white space around them; empty ones are left out.
///
/// ```
/// assert_eq!(ramp_pack::comma_separated("b, a,,b"), ["b", "a"]);
/// ```
pub fn comma_separated(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        if !items.iter().any(|other| other == item) {
            items.push(item.to_owned());
        }
    }
    items
}
