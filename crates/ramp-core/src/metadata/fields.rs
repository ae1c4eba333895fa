//! The members of `module.json` that RAMP or Redis know: their types, who documents them, who must have them, and what a
//! packer makes of them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::forms::Form;
use super::value::Value;
use crate::layout;
use crate::text::closest;
use crate::version;

/// What the value of a field should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum FieldType {
    /// A string.
    String,
    /// A number; documented as an integer, written by RAMP as a float.
    Number,
    /// An integer, or a float that is one.
    Integer,
    /// A boolean.
    Boolean,
    /// An array of strings.
    Strings,
    /// An array of integers.
    Integers,
    /// An array of command objects.
    Commands,
    /// An object of dependencies by name, or an empty array.
    Dependencies,
    /// An object with what the module says to Active-Active databases.
    Crdb,
    /// An object of what there is for an operating system and architecture, by their name.
    Platforms,
    /// An object.
    Object,
}

/// A known member of `module.json`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Field {
    /// Its key.
    pub name: String,
    /// What its value should be.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// The first Redis Software documentation that lists it in the module object, if any does.
    pub since: Option<String>,
    /// The last one that does, if it was removed.
    pub until: Option<String>,
    /// Whether the body of `POST /v2/modules/user-defined` must contain it.
    #[serde(default)]
    pub required: bool,
    /// Whether the packer's manifest may have it.
    #[serde(default)]
    pub manifest: bool,
    /// What a packer writes where nobody says anything else, if it is always the same.
    pub default: Option<Value>,
    /// The option of `ramp pack` that sets it, if there is one.
    pub option: Option<CommandOption>,
    /// Whether its value may be null, or an empty text in place of one of its form, which stands for nothing.
    #[serde(default)]
    pub nullable: bool,
    /// Of a number, or of each of a list, the least and the greatest that it may be; it is then whole.
    pub range: Option<(i64, i64)>,
    /// What a text must look like; of a list, each of its texts.
    pub form: Option<Form>,
    /// What the keys of an object must look like.
    pub keys: Option<Form>,
    /// Whether the texts of a list are to differ.
    #[serde(default)]
    pub unique: bool,
    /// What it is.
    pub summary: String,
    /// Other words for it, by which people call it.
    #[serde(default)]
    aliases: Vec<String>,
    /// Which of the sources named at the head of the table say so.
    pub source: String,
}

/// What the value of a field or member may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed {
    pub(super) field_type: FieldType,
    pub(super) nullable: bool,
    pub(super) range: Option<(i64, i64)>,
    pub(super) form: Option<Form>,
    pub(super) keys: Option<Form>,
}

/// An option of a command line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct CommandOption {
    /// The long form, such as `--cmdargs`.
    pub long: String,
    /// The short form, such as `-c`; the reference packer has some of two letters.
    pub short: Option<String>,
}

/// A member of an object inside of `module.json`.
#[derive(Debug, Deserialize)]
pub(super) struct Member {
    /// What the object is: `command`, `dependency`, `crdb` or `platform`.
    of: String,
    /// Its key.
    pub(super) name: String,
    /// What its value should be.
    #[serde(rename = "type")]
    field_type: FieldType,
    /// Whether the object must have it.
    #[serde(default)]
    pub(super) required: bool,
    /// Other words for it, by which people call it.
    #[serde(default)]
    aliases: Vec<String>,
    /// As of a field.
    range: Option<(i64, i64)>,
    form: Option<Form>,
    keys: Option<Form>,
}

impl Member {
    /// What its value may be.
    pub(super) const fn allowed(&self) -> Allowed {
        Allowed { field_type: self.field_type, nullable: false, range: self.range, form: self.form, keys: self.keys }
    }
}

impl Field {
    /// What its value may be.
    pub(super) const fn allowed(&self) -> Allowed {
        Allowed {
            field_type: self.field_type,
            nullable: self.nullable,
            range: self.range,
            form: self.form,
            keys: self.keys,
        }
    }

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
struct Fields {
    field: Vec<Field>,
}

#[derive(Deserialize)]
struct Members {
    member: Vec<Member>,
}

// A test reads the tables, so they cannot be empty in a build that passed.
static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    serde_json::from_str::<Fields>(table!("src/metadata/fields.json")).map(|table| table.field).unwrap_or_default()
});
static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    serde_json::from_str::<Members>(table!("src/metadata/members.json")).map(|table| table.member).unwrap_or_default()
});

/// All known fields, in the order they read best.
pub fn fields() -> &'static [Field] {
    &FIELDS
}

/// The known field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    fields().iter().find(|field| field.name == name)
}

/// The known members of an object of that sort, in the order in which they are looked at.
pub(super) fn members(of: &'static str) -> impl Iterator<Item = &'static Member> + Clone {
    MEMBERS.iter().filter(move |member| member.of == of)
}

/// How many bytes an alias has at most, with signs between its letters.
const LONGEST_ALIAS: usize = 40;

/// What other rules miss where it is not there, besides the fields that an endpoint requires.
const MISSED: [&str; 9] = [
    "architecture",
    "command_arity",
    "command_name",
    "compatible_redis_version",
    "module_file",
    "operating_systems",
    "os_list",
    "sha256",
    "url",
];

/// Whether nothing is wrong with a document that has nothing at that place.
pub(crate) fn can_be_left_out(pointer: &str) -> bool {
    let steps: Vec<String> = layout::steps(pointer).collect();
    let is_required = |name: &str| field(name).is_some_and(|field| field.required);
    match steps.as_slice() {
        [name] => !is_required(name) && !MISSED.contains(&name.as_str()),
        [.., name] => !name.bytes().all(|b| b.is_ascii_digit()) && !MISSED.contains(&name.as_str()),
        [] => false,
    }
}

/// The names of the members of the command or the dependency that belongs at a place of a document, as a JSON pointer tells it; of
/// others there are none.
pub(crate) fn members_at(pointer: &str) -> impl Iterator<Item = &'static str> {
    let object = pointer.rsplit_once('/').map_or("", |(object, _)| object);
    let sort = match allowed_at(object).map(|allowed| allowed.field_type) {
        Some(FieldType::Commands) => "command",
        Some(FieldType::Dependencies) => "dependency",
        _ => "",
    };
    members(sort).map(|member| member.name.as_str())
}

/// What the value at a place of a document may be, as a JSON pointer tells it; `None` of one that the tables do not know.
pub(super) fn allowed_at(pointer: &str) -> Option<Allowed> {
    let mut steps = layout::steps(pointer);
    let mut allowed = field(&steps.next()?)?.allowed();
    while let Some(step) = steps.next() {
        let of = |of, name: Option<String>| members(of).find(|member| Some(&member.name) == name.as_ref());
        allowed = match allowed.field_type {
            FieldType::Strings => Allowed { field_type: FieldType::String, ..allowed },
            FieldType::Integers => Allowed { field_type: FieldType::Integer, ..allowed },
            // The step is the place in the list, or the name.
            FieldType::Commands => of("command", steps.next())?.allowed(),
            FieldType::Dependencies => of("dependency", steps.next())?.allowed(),
            FieldType::Platforms => of("platform", steps.next())?.allowed(),
            FieldType::Crdb => of("crdb", Some(step))?.allowed(),
            FieldType::String | FieldType::Number | FieldType::Integer | FieldType::Boolean | FieldType::Object => {
                return None;
            }
        };
    }
    Some(allowed)
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
    called_or_close(fields().iter().map(|field| (field.name.as_str(), field.aliases.as_slice())), key)
}

/// The known member of an object of that sort that an unknown key was probably meant to be, as [`suggest`] finds fields.
pub(super) fn suggest_member(of: &'static str, key: &str) -> Option<&'static str> {
    called_or_close(members(of).map(|member| (member.name.as_str(), member.aliases.as_slice())), key)
}

/// Of names and what else they are called, that which a key is called, else the closest.
fn called_or_close(
    names: impl Iterator<Item = (&'static str, &'static [String])> + Clone,
    key: &str,
) -> Option<&'static str> {
    let called = names.clone().find(|(_, aliases)| is_alias(aliases, key)).map(|(name, _)| name);
    called.or_else(|| closest(names.map(|(name, _)| name), key))
}

/// Whether a key is one of those words, written with or without signs between them.
fn is_alias(aliases: &[String], key: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect()
    };
    // No alias is longer.
    let asked = if key.len() > LONGEST_ALIAS { return false } else { letters(key) };
    aliases.iter().any(|alias| letters(alias) == asked)
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
        assert_eq!(fields().iter().filter(|field| field.manifest).count(), 33);
        for of in ["command", "dependency", "crdb", "platform"] {
            assert!(members(of).count() > 1, "{of}");
        }
    }

    #[test]
    fn a_default_is_of_the_type_and_an_option_belongs_to_a_field_of_the_manifest() {
        for field in fields() {
            if let Some(default) = &field.default {
                // RAMP's default for no dependencies.
                let none = field.field_type == FieldType::Dependencies && *default == Value::Array(Vec::new());
                assert!(none || field.field_type.accepts(default), "{}", field.name);
            }
            let texts = matches!(field.field_type, FieldType::String | FieldType::Strings);
            assert!(field.form.is_none() || texts, "{}", field.name);
            let objects = matches!(field.field_type, FieldType::Dependencies | FieldType::Platforms);
            assert_eq!(field.keys.is_some(), objects, "{}", field.name);
            assert!(!field.unique || field.field_type == FieldType::Strings, "{}", field.name);
            let ordered = field.range.is_none_or(|(least, greatest)| least <= greatest);
            assert!(ordered && (field.range.is_none() || field.field_type == FieldType::Number), "{}", field.name);
            if let Some(CommandOption { long, short }) = &field.option {
                assert!(field.manifest && long.starts_with("--"), "{}", field.name);
                assert!(short.as_ref().is_none_or(|short| short.starts_with('-') && !short.starts_with("--")));
            }
        }
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
