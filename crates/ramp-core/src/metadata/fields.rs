//! The members of `module.json` that RAMP or Redis know: their types, who documents them, who must have them, and what a
//! packer makes of them.

use std::sync::LazyLock;

use serde::Deserialize;

use super::forms::Form;
pub use super::reader::Reader;
use super::value::Value;
use crate::layout;
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

impl FieldType {
    /// What it is, in the words of JSON, in which `module.json` is written.
    pub const fn title(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Number => "a number",
            Self::Integer => "an integer",
            Self::Boolean => "`true` or `false`",
            Self::Strings => "an array of strings",
            Self::Integers => "an array of integers",
            Self::Commands => "an array of objects, one for each command",
            Self::Dependencies => "an object of objects, one for each dependency, by its name",
            Self::Platforms => "an object of objects, one for each platform, such as `rhel9/x86_64`",
            Self::Crdb | Self::Object => "an object",
        }
    }

    /// The same in the words of YAML, in which a manifest is written: what JSON calls an array is a list, and an object a mapping.
    ///
    /// ```
    /// use ramp_core::metadata::fields::FieldType;
    ///
    /// assert_eq!(FieldType::Crdb.title_in_yaml(), "a mapping");
    /// assert_eq!(FieldType::Strings.title_in_yaml(), "a list of strings");
    /// assert_eq!(FieldType::Strings.title(), "an array of strings");
    /// ```
    pub const fn title_in_yaml(self) -> &'static str {
        match self {
            Self::Strings => "a list of strings",
            Self::Integers => "a list of integers",
            Self::Commands => "a list of mappings, one for each command",
            Self::Dependencies => "a mapping of mappings, one for each dependency, by its name",
            Self::Platforms => "a mapping of mappings, one for each platform, such as `rhel9/x86_64`",
            Self::Crdb | Self::Object => "a mapping",
            other => other.title(),
        }
    }
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
    /// Whether a packer writes what the module says, whatever the manifest has.
    #[serde(default)]
    pub from_module: bool,
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
    /// Of a key of the manifest, what comes of it.
    pub purpose: Option<String>,
    /// Of a key of the manifest, who reads it.
    #[serde(default)]
    pub read_by: Vec<Reader>,
    /// Of a key of the manifest, a value that somebody could write.
    pub example: Option<Value>,
    /// Other words for it, by which people call it, and what it was called before.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
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
#[non_exhaustive]
pub struct Member {
    /// What the object is: `command`, `dependency`, `crdb` or `platform`.
    of: String,
    /// Its key.
    pub name: String,
    /// What its value should be.
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// Whether the object must have it.
    #[serde(default)]
    pub required: bool,
    /// What it is.
    pub summary: String,
    /// Other words for it, by which people call it.
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    /// Of an integer, or of each of a list, the least and the greatest that it may be.
    pub range: Option<(i64, i64)>,
    /// What a text must look like.
    pub form: Option<Form>,
    /// What the keys of an object must look like.
    pub keys: Option<Form>,
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
    option: Vec<CommandOption>,
}

#[derive(Deserialize)]
struct Members {
    member: Vec<Member>,
}

// A test reads the tables, so they cannot be empty in a build that passed.
static FIELDS: LazyLock<Fields> = LazyLock::new(|| {
    let nothing = || Fields { field: Vec::new(), option: Vec::new() };
    serde_json::from_str(table!("src/metadata/fields.json")).unwrap_or_else(|_| nothing())
});
static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    serde_json::from_str::<Members>(table!("src/metadata/members.json")).map(|table| table.member).unwrap_or_default()
});

/// All known fields, in the order they read best.
pub fn fields() -> &'static [Field] {
    &FIELDS.field
}

/// Options of `ramp pack` that set no field.
pub(super) fn other_options() -> &'static [CommandOption] {
    &FIELDS.option
}

/// The keys of the packer's manifest.
pub fn manifest_keys() -> impl Iterator<Item = &'static Field> + Clone {
    fields().iter().filter(|field| field.manifest)
}

/// The known field of that name.
pub fn field(name: &str) -> Option<&'static Field> {
    fields().iter().find(|field| field.name == name)
}

/// The known members of the objects in a field of that type; of other types there are none.
///
/// ```
/// use ramp_core::metadata::fields::{FieldType, members_of};
///
/// let names: Vec<_> = members_of(FieldType::Dependencies).map(|member| member.name.as_str()).collect();
/// assert_eq!(names, ["url", "sha256", "local_path"]);
/// ```
pub fn members_of(field_type: FieldType) -> impl Iterator<Item = &'static Member> + Clone {
    members(match field_type {
        FieldType::Commands => "command",
        FieldType::Dependencies => "dependency",
        FieldType::Crdb => "crdb",
        FieldType::Platforms => "platform",
        _ => "",
    })
}

/// The known members of an object of that sort, in the order in which they are looked at.
pub(super) fn members(of: &'static str) -> impl Iterator<Item = &'static Member> + Clone {
    MEMBERS.iter().filter(move |member| member.of == of)
}

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
        assert_eq!(manifest_keys().count(), 33);
        for of in ["command", "dependency", "crdb", "platform"] {
            assert!(members(of).count() > 1 && members(of).all(|member| member.summary.ends_with('.')), "{of}");
        }
        for Field { name, manifest, purpose, read_by, example, from_module, .. } in fields() {
            assert!(purpose.as_ref().is_none_or(|purpose| purpose.ends_with('.')), "{name}");
            assert!(
                [purpose.is_some(), example.is_some(), !read_by.is_empty()].iter().all(|is| is == manifest),
                "{name}"
            );
            assert!(*manifest || !from_module, "{name}");
        }
    }

    #[test]
    fn a_default_is_of_the_type_and_an_option_belongs_to_a_field_of_the_manifest() {
        for field in fields() {
            assert!(field.example.as_ref().is_none_or(|example| field.field_type.accepts(example)), "{}", field.name);
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
}
