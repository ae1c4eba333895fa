//! What is wrong with how a manifest is written, whatever it says.

use super::place::{Kind, Place};

/// A value of another shape than the resources want.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    /// The key that it is under.
    pub field: &'static str,
    /// Whether it is an item of the list under that key.
    pub of_list: bool,
    /// What it is.
    pub found: Shape,
    /// What it must be.
    pub expected: Shape,
    /// Where it stands.
    pub place: Place,
}

/// What a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing: `null`, or no text at all.
    Null,
    /// A text, a number or the like.
    Scalar,
    /// A list.
    List,
    /// A mapping of keys to values.
    Mapping,
}

impl Shape {
    /// As a message speaks of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "empty",
            Self::Scalar => "a single value",
            Self::List => "a list",
            Self::Mapping => "a mapping",
        }
    }
}

/// A word that was probably meant to be another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misspelt {
    /// What it names: a key, or the kind of an object.
    pub what: Word,
    /// The word as it stands there.
    pub found: String,
    /// What was probably meant.
    pub meant: &'static str,
    /// Where it stands.
    pub place: Place,
}

/// A key that counts only at another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misplaced {
    /// The key.
    pub key: &'static str,
    /// The mapping that it must be in, as keys with dots between them; empty where that is the object itself.
    pub under: &'static str,
    /// The kind of the objects that have it, where this object is of another.
    pub of: Option<Kind>,
    /// Where it stands.
    pub place: Place,
}

/// A key that a mapping has twice; the last counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repeated {
    /// The key.
    pub key: String,
    /// Where it stands first.
    pub first: Place,
    /// Where it stands again.
    pub place: Place,
}

/// What a word names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// The key of a mapping.
    Key,
    /// The `kind` of an object.
    Kind,
}
