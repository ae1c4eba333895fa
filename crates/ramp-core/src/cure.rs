//! How what a rule has found is put right, where that needs no guess: said by the rule, which knows the value.

use std::fmt;

use serde::Serialize;

use crate::layout::{self, pointer};
use crate::metadata::Value;

/// Whether what a rule finds can be put right without a guess, as the rule's own declaration says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Repair {
    /// No: what would be right is not known, or is not in the bundle.
    Never,
    /// By a value in `module.json`, where what is there tells which.
    Value,
    /// By writing `module.json` anew, with the same values.
    Text,
    /// By writing the zip anew, with the same files.
    Zip,
    /// No, nor anything else in the bundle: readers see different files, or what is in them is damaged.
    Prevents,
}

/// For the pages of the rules: what `ramp fix` does.
impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Never => "`ramp fix` leaves it: what would be right is not in the bundle.",
            Self::Value => "`ramp fix` repairs it in `module.json`, where what is there tells the one right value.",
            Self::Text => "`ramp fix` repairs it by writing `module.json` anew, with the same values.",
            Self::Zip => "`ramp fix` repairs it by writing the zip anew, with the same files.",
            Self::Prevents => {
                "`ramp fix` repairs nothing in such a bundle: it would have to choose what readers are to see."
            }
        })
    }
}

/// How one finding is put right.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Cure {
    /// Not without a guess.
    #[default]
    None,
    /// By these edits of `module.json`.
    Edits(Vec<Edit>),
    /// By writing `module.json` anew, with the same values.
    Text,
    /// By writing the zip anew, with the same files.
    Zip,
    /// Not at all, and nothing else in the bundle either.
    Prevented,
}

impl Cure {
    /// That of any finding of a rule of which no more is known.
    pub(crate) const fn of(repair: Repair) -> Self {
        match repair {
            Repair::Never | Repair::Value => Self::None,
            Repair::Text => Self::Text,
            Repair::Zip => Self::Zip,
            Repair::Prevents => Self::Prevented,
        }
    }
}

/// A change of `module.json`.
///
/// ```
/// use ramp_core::Edit;
/// use ramp_core::metadata::json::read;
///
/// let mut root = read(br#"{"version": "80400", "operating_systems": ["rhel9", "RHEL9"]}"#)?.root;
/// assert!(Edit::Set { pointer: "/version".into(), value: 80400.into() }.apply(&mut root));
/// assert!(Edit::Remove { pointer: "/operating_systems/1".into() }.apply(&mut root));
/// assert_eq!(root.to_string(), r#"{"version":80400,"operating_systems":["rhel9"]}"#);
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// A value is this; a member of an object is added where it is not there.
    Set {
        /// Where, as a JSON pointer (RFC 6901).
        pointer: String,
        /// The value.
        value: Value,
    },
    /// A member of an object, or an item of an array, goes.
    Remove {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// A member of an object has this key, in its place.
    Rename {
        /// The member, as a JSON pointer.
        pointer: String,
        /// The key.
        key: String,
    },
}

impl Edit {
    /// Where it is, as a JSON pointer.
    pub fn pointer(&self) -> &str {
        match self {
            Self::Set { pointer, .. } | Self::Remove { pointer } | Self::Rename { pointer, .. } => pointer,
        }
    }

    /// Makes the change; whether there was anything to change.
    pub fn apply(&self, root: &mut Value) -> bool {
        let steps: Vec<String> = layout::steps(self.pointer()).collect();
        let Some((last, before)) = steps.split_last() else { return false };
        let Some(place) = root.pointer_mut(&pointer(before.iter().map(String::as_str))) else { return false };
        match (self, place) {
            (Self::Set { value, .. }, Value::Object(object)) => {
                object.insert(last.as_str(), value.clone()).as_ref() != Some(value)
            }
            (Self::Set { value, .. }, Value::Array(items)) => match item(items, last) {
                Some(place) if place != value => {
                    *place = value.clone();
                    true
                }
                _ => false,
            },
            (Self::Remove { .. }, Value::Object(object)) => object.remove(last).is_some(),
            (Self::Remove { .. }, Value::Array(items)) => match last.parse::<usize>() {
                Ok(at) if at < items.len() => {
                    items.remove(at);
                    true
                }
                _ => false,
            },
            (Self::Rename { key, .. }, Value::Object(object)) => object.rename(last, key),
            _ => false,
        }
    }
}

fn item<'a>(items: &'a mut [Value], step: &str) -> Option<&'a mut Value> {
    items.get_mut(step.parse::<usize>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    #[test]
    fn edits_change_that_place_and_no_other() {
        let set = |pointer: &str, value: Value| Edit::Set { pointer: pointer.into(), value };
        let remove = |pointer: &str| Edit::Remove { pointer: pointer.into() };
        let rename = |pointer: &str, key: &str| Edit::Rename { pointer: pointer.into(), key: key.into() };
        let text = r#"{"b":1,"a":["x","y"],"o":{"k/1":{},"z":0}}"#;
        for (edit, expected) in [
            (set("/b", 2.into()), Some(r#"{"b":2,"a":["x","y"],"o":{"k/1":{},"z":0}}"#)),
            (set("/b", 1.into()), None),
            (set("/c", true.into()), Some(r#"{"b":1,"a":["x","y"],"o":{"k/1":{},"z":0},"c":true}"#)),
            (set("/a/1", "n".into()), Some(r#"{"b":1,"a":["x","n"],"o":{"k/1":{},"z":0}}"#)),
            (set("/a/2", "n".into()), None),
            (set("/a/x", "n".into()), None),
            (set("/b/x", "n".into()), None),
            (set("", "n".into()), None),
            (remove("/a/0"), Some(r#"{"b":1,"a":["y"],"o":{"k/1":{},"z":0}}"#)),
            (remove("/a/2"), None),
            (remove("/o/k~11"), Some(r#"{"b":1,"a":["x","y"],"o":{"z":0}}"#)),
            (rename("/o/k~11", "n"), Some(r#"{"b":1,"a":["x","y"],"o":{"n":{},"z":0}}"#)),
            (rename("/o/k~11", "z"), None),
            (rename("/a/0", "z"), None),
        ] {
            let mut root = read(text.as_bytes()).unwrap().root;
            let changed = edit.apply(&mut root);
            assert_eq!(root.to_string(), expected.unwrap_or(text), "{edit:?}");
            assert_eq!(changed, expected.is_some(), "{edit:?}");
        }
    }
}
