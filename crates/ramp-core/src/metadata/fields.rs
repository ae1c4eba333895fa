//! The members of `module.json` that RAMP or Redis know: their types, who documents them, and who must have them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::text::closest;
use crate::version;

/// What the value of a field should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// A string.
    String,
    /// A number; documented as an integer, written by RAMP as a float.
    Number,
    /// A boolean.
    Boolean,
    /// An array of strings.
    Strings,
    /// An array of command objects.
    Commands,
    /// An object of dependencies by name, or an empty array.
    Dependencies,
    /// An object.
    Object,
}

/// A known member of `module.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// Its key.
    pub name: String,
    /// What its value should be.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether it is in RAMP's list of fields.
    pub ramp: bool,
    /// The first Redis Software documentation that lists it in the module object, if any does.
    pub since: Option<String>,
    /// The last one that does, if it was removed.
    pub until: Option<String>,
    /// Whether the body of `POST /v2/modules/user-defined` must contain it.
    pub required: bool,
    /// What it is.
    pub summary: String,
    /// Which of the sources named at the head of the table say so.
    pub source: String,
}

impl Field {
    /// Whether the documentation of a Redis Software version, such as `7.4`, lists it in the module object.
    ///
    /// ```
    /// use ramp_core::metadata::fields::field;
    ///
    /// let os_list = field("os_list").unwrap();
    /// assert!(os_list.is_documented_in("6.4") && !os_list.is_documented_in("7.4"));
    /// ```
    pub fn is_documented_in(&self, software_version: &str) -> bool {
        let parse = |text: &str| version::parse(text).ok();
        let Some(asked) = parse(software_version) else { return false };
        let line = (asked.major, asked.minor);
        let line_of = |text: &String| parse(text).map(|version| (version.major, version.minor));
        let since = self.since.as_ref().and_then(line_of);
        let until = self.until.as_ref().and_then(line_of);
        since.is_some_and(|since| line >= since) && until.is_none_or(|until| line <= until)
    }
}

#[derive(Deserialize)]
struct Table {
    field: Vec<Field>,
}

/// A test reads the table, so it cannot be empty in a build that passed.
static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    serde_json::from_str::<Table>(table!("src/metadata/fields.json")).map(|table| table.field).unwrap_or_default()
});

/// All known fields, in the order they read best.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The known field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    fields().iter().find(|field| field.name == name)
}

/// The known field that an unknown key was probably meant to be.
///
/// Dashes, dots, spaces, letter case and camel case are forgiven, then a few letters wrong, missing or swapped; and
/// `overide_command` is offered to those who spell it right.
///
/// ```
/// use ramp_core::metadata::fields::suggest;
///
/// assert_eq!(suggest("min_redis_verison"), Some("min_redis_version"));
/// assert_eq!(suggest("isplay_name"), Some("display_name"));
/// assert_eq!(suggest("minRedisPackVersion"), Some("min_redis_pack_version"));
/// assert_eq!(suggest("Module-Name"), Some("module_name"));
/// assert_eq!(suggest("colour"), None);
/// ```
pub fn suggest(key: &str) -> Option<&'static str> {
    closest(fields().iter().map(|field| field.name.as_str()), key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        assert_eq!(fields().len(), 38);
        for (index, field) in fields().iter().enumerate() {
            assert!(fields().iter().take(index).all(|other| other.name != field.name), "{}", field.name);
            assert!(!field.summary.is_empty() && !field.source.is_empty(), "{}", field.name);
            for version in [&field.since, &field.until].into_iter().flatten() {
                version::parse(version).unwrap();
            }
        }
        let required: Vec<_> =
            fields().iter().filter(|field| field.required).map(|field| field.name.as_str()).collect();
        assert_eq!(required.len(), 8, "{required:?}");
    }

    #[test]
    fn suggests_what_was_meant() {
        for (key, expected) in [
            ("override_command", Some("overide_command")),
            ("min-redis-version", Some("min_redis_version")),
            ("optional_dependencies", Some("optional-dependencies")),
            ("operating_system", Some("operating_systems")),
            ("MODULE_FILE", Some("module_file")),
            ("redis_ref", None),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(suggest(key), expected, "{key}");
        }
        assert_eq!(suggest(&"a".repeat(1 << 20)), None);
    }
}
