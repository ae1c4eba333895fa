//! A difference between two builds.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::metadata::Value;

/// What a difference is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Area {
    /// Members of `module.json` that have no area of their own.
    Metadata,
    /// `capabilities`.
    Capabilities,
    /// The systems and processors that the build is for.
    Platforms,
    /// Commands and subcommands.
    Commands,
    /// Data types that the module registers.
    DataTypes,
    /// Configuration parameters that the module registers.
    Configs,
    /// ACL categories of the module's own, and functions that it offers to other modules.
    Interfaces,
    /// `dependencies`.
    Dependencies,
    /// The module, and the files under `deps/`, by their SHA-256.
    Files,
    /// What the module asks of the loader.
    Loader,
    /// Bytes, in files and in memory.
    Size,
}

impl Area {
    /// Every area, in the order in which they are told.
    pub const ALL: &'static [Self] = &[
        Self::Metadata,
        Self::Capabilities,
        Self::Platforms,
        Self::Commands,
        Self::DataTypes,
        Self::Configs,
        Self::Interfaces,
        Self::Dependencies,
        Self::Files,
        Self::Loader,
        Self::Size,
    ];

    /// What it is, in a word or two.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Capabilities => "capabilities",
            Self::Platforms => "platforms",
            Self::Commands => "commands",
            Self::DataTypes => "data types",
            Self::Configs => "configs",
            Self::Interfaces => "interfaces",
            Self::Dependencies => "dependencies",
            Self::Files => "files",
            Self::Loader => "loader",
            Self::Size => "size",
        }
    }
}

/// What kind of difference it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// The old build does not have it.
    Added,
    /// The new build does not have it.
    Removed,
    /// Both have it, and not the same.
    Changed,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Change {
    /// What it is in.
    pub area: Area,
    /// What kind of difference it is.
    pub kind: ChangeKind,
    /// The key, command, capability, library or other thing that is different.
    pub name: String,
    /// What of it is different; null where it is there in one build only, or has no parts.
    pub field: Option<String>,
    /// What it is in the old build; null where it is not there.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    pub old: Option<Value>,
    /// What it is in the new build; null where it is not there.
    #[cfg_attr(feature = "schema", schemars(with = "Option<serde_json::Value>"))]
    pub new: Option<Value>,
}

impl Change {
    /// The difference between what two builds have of a thing; `None` where they have the same.
    pub(super) fn between(area: Area, name: &str, old: Option<&Value>, new: Option<&Value>) -> Option<Self> {
        let kind = match (old, new) {
            (None, None) => return None,
            (Some(old), Some(new)) if is_same(old, new) => return None,
            (None, Some(_)) => ChangeKind::Added,
            (Some(_), None) => ChangeKind::Removed,
            (Some(_), Some(_)) => ChangeKind::Changed,
        };
        let excerpt = |value: Option<&Value>| value.map(|value| value.excerpt().into_owned());
        Some(Self { area, kind, name: name.to_owned(), field: None, old: excerpt(old), new: excerpt(new) })
    }

    /// The same of a part of the thing, which both builds have.
    pub(super) fn within(
        area: Area,
        name: &str,
        field: &str,
        old: Option<&Value>,
        new: Option<&Value>,
    ) -> Option<Self> {
        let change = Self::between(area, name, old, new)?;
        Some(Self { kind: ChangeKind::Changed, field: Some(field.to_owned()), ..change })
    }

    /// The part of the thing that is different, in the word that people have for it: `arity`.
    pub fn part(&self) -> Option<&str> {
        self.field.as_deref().map(word)
    }
}

/// Whether two values say the same: a number can be written in several ways, the members of an object in any order, a digest in either
/// case. No deeper than metadata is read.
fn is_same(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Number(old), Value::Number(new)) => match (old.as_i64(), new.as_i64()) {
            (Some(old), Some(new)) => old == new,
            // The two zeros are one.
            _ => old == new || (old.as_f64() + 0.0).total_cmp(&(new.as_f64() + 0.0)).is_eq(),
        },
        (Value::String(old), Value::String(new)) => {
            let is_digest = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            old == new || is_digest(old) && old.eq_ignore_ascii_case(new)
        }
        (Value::Array(old), Value::Array(new)) => {
            old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_same(old, new))
        }
        (Value::Object(old), Value::Object(new)) => {
            let of_new: BTreeMap<&str, &Value> = new.iter().collect();
            let has = |(key, old): (&str, &Value)| of_new.get(key).is_some_and(|new| is_same(old, new));
            old.len() == new.len() && old.iter().all(has)
        }
        _ => old == new,
    }
}

/// What people call a part of a thing.
fn word(field: &str) -> &str {
    match field {
        "command_arity" => "arity",
        field => field,
    }
}

/// See [`shown`].
struct Shown<'a>(Option<&'a Value>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_plain = |value: &Value| !matches!(value, Value::Array(_) | Value::Object(_));
        match self.0 {
            None => f.write_str("nothing"),
            Some(Value::String(text)) if !text.is_empty() => f.write_str(text),
            Some(Value::Array(items)) if !items.is_empty() && items.iter().all(is_plain) => {
                let items: Vec<String> = items.iter().map(|item| Shown(Some(item)).to_string()).collect();
                f.write_str(&items.join(" "))
            }
            Some(Value::Object(members)) if !members.is_empty() => {
                let member = |(key, value): (&str, &Value)| format!("{} {}", word(key), Shown(Some(value)));
                f.write_str(&members.iter().map(member).collect::<Vec<_>>().join(", "))
            }
            // What JSON cannot say, too.
            Some(Value::Number(number)) => f.write_str(&number.literal()),
            Some(value) => write!(f, "{value}"),
        }
    }
}

/// A value of a [`Change`] in a line, for people: a text without its quotes, what is in a list one after the other, each member of an
/// object behind its key.
///
/// ```
/// use ramp_core::metadata::json;
/// use ramp_core::upgrade::shown;
///
/// let value = json::read(br#"{"command_arity": -2, "flags": ["fast", "write"]}"#).unwrap().root;
/// assert_eq!(shown(&value), "arity -2, flags fast write");
/// ```
pub fn shown(value: &Value) -> String {
    Shown(Some(value)).to_string()
}

impl fmt::Display for Change {
    /// `hello.greet: arity 1 → -2`, `+ replica_of`, `- libssl.so.1.1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = |value: &Option<Value>| value.as_ref().map(ToString::to_string).unwrap_or_default();
        let [old, new] = [&self.old, &self.new].map(|value| Shown(value.as_ref()).to_string());
        // What looks the same is not: `"rhel9"` and `["rhel9"]`.
        let (old, new) = if old == new { (json(&self.old), json(&self.new)) } else { (old, new) };
        let is_plain = |value: Option<&Value>| value.is_none_or(|value| matches!(value, Value::Bool(_)));
        match self.kind {
            ChangeKind::Added if is_plain(self.new.as_ref()) => write!(f, "+ {}", self.name),
            ChangeKind::Added => write!(f, "+ {}: {new}", self.name),
            ChangeKind::Removed if is_plain(self.old.as_ref()) => write!(f, "- {}", self.name),
            ChangeKind::Removed => write!(f, "- {}: {old}", self.name),
            ChangeKind::Changed => match &self.field {
                Some(field) => write!(f, "{}: {} {old} → {new}", self.name, word(field)),
                None => write!(f, "{}: {old} → {new}", self.name),
            },
        }
    }
}
