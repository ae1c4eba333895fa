//! Why a manifest cannot be read, and what is odd about one that can.

use ramp_core::text::count;
use std::fmt;

use ramp_core::metadata::Kind;
use ramp_core::metadata::fields::FieldType;

/// A place in a manifest, both numbers from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// The first character.
    pub const START: Self = Self { line: 1, column: 1 };

    /// The place that comes after all of `text`.
    pub(super) fn after(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        Self { line: text.bytes().filter(|b| *b == b'\n').count() + 1, column: last.chars().count() + 1 }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} column {}", self.line, self.column)
    }
}

/// Why a manifest cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{position}: {problem}")]
#[non_exhaustive]
pub struct ManifestError {
    /// Where.
    pub position: Position,
    /// Why.
    pub problem: ManifestProblem,
}

impl ManifestError {
    pub(crate) fn new(position: Position, problem: ManifestProblem) -> Self {
        Self { position, problem }
    }
}

/// Why a manifest cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestProblem {
    /// It is larger than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("the manifest is larger than {limit}", limit = count(limit, "byte"))]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// The bytes are not UTF-8.
    #[error("the manifest is not UTF-8 text")]
    NotUtf8,
    /// A control character, which YAML forbids.
    #[error("the character U+{code:04X} is not allowed in a manifest")]
    Character {
        /// Its code point.
        code: u32,
    },
    /// It is not YAML.
    #[error("not YAML: {message}")]
    Syntax {
        /// What the parser says.
        message: String,
    },
    /// It has no content.
    #[error("the manifest is empty")]
    Empty,
    /// A second document begins here.
    #[error("a second document begins here; a manifest is only one")]
    SeveralDocuments,
    /// At the top is something else than keys and values.
    #[error("a manifest is a mapping of keys to values, but this one is of type {found}")]
    NotAMapping {
        /// What it is.
        found: Kind,
    },
    /// An alias for a node that it is part of.
    #[error("this alias stands for something that contains it")]
    CyclicAlias,
    /// Nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
    #[error("nested deeper than {limit}")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// With its aliases written out, it would be larger than [`MAX_EXPANDED_BYTES`](super::MAX_EXPANDED_BYTES).
    #[error("with its aliases written out, the manifest is larger than {limit}", limit = count(limit, "byte"))]
    TooMuch {
        /// The limit.
        limit: usize,
    },
    /// A tag with no meaning here, such as `!!python/name:os.system`.
    #[error("the tag `{tag}` is not supported")]
    Tag {
        /// The tag, `!!` standing for `tag:yaml.org,2002:`.
        tag: String,
    },
    /// A value that its tag, or its form, promises to be of a type, and which is not.
    #[error("`{text}` is not a value of type `{tag}`")]
    Value {
        /// The tag.
        tag: String,
        /// The value.
        text: String,
    },
    /// A number of more digits than can be converted.
    #[error("the number is too large")]
    NumberTooLarge,
    /// A date or a time, which JSON has no type for.
    #[error("`{text}` is a date to YAML, which module.json cannot hold; write it in quotes")]
    Date {
        /// The date.
        text: String,
    },
    /// A key that is a list or a mapping, as an unfilled `{{NAME}}` is.
    #[error("a list or mapping cannot be a key; is this a {{{{PLACEHOLDER}}}} that was not filled in?")]
    Key,
    /// `<<` with something else than mappings.
    #[error("`<<` takes a mapping, or a list of mappings")]
    Merge,
    /// A list or a mapping where there should be none, or none where there should be one.
    #[error("`{key}` must be {}; {}", article(*expected), instead(*expected, *found))]
    WrongType {
        /// The key.
        key: String,
        /// What it must be.
        expected: FieldType,
        /// What it is.
        found: Kind,
    },
}

/// Something about a manifest that is read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ManifestWarning {
    /// Where.
    pub position: Position,
    /// The key it is about.
    pub key: String,
    /// What is odd.
    pub oddity: Oddity,
}

/// What is odd about a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Oddity {
    /// The key is in the same mapping several times; the last value counts, and the place is that one's.
    Duplicate {
        /// Where it is first; `None` deep inside of JSON, of which the place is only that of the top's key.
        first: Option<Position>,
        /// How often it is there.
        times: usize,
    },
    /// The packer does not know the key, so it does nothing.
    Unknown {
        /// The key that was probably meant.
        suggestion: Option<&'static str>,
        /// The option of `ramp pack` that it is called by, which is no key.
        option: Option<&'static str>,
    },
    /// The value is of another type than the field has in `module.json`, and can be packed: a number for a string.
    WrongType {
        /// What it should be.
        expected: FieldType,
        /// What it is.
        found: Kind,
        /// The value, cut if long.
        value: String,
        /// What stands there, cut if long, where the value is read of something else: 7.1 of `7.10`.
        written: Option<String>,
    },
}

impl ManifestWarning {
    /// What is odd, without the place.
    pub fn message(&self) -> String {
        let key = &self.key;
        match &self.oddity {
            Oddity::Duplicate { first: Some(first), times } => {
                format!("`{key}` appears {}, first at {first}; this one counts", often(*times))
            }
            Oddity::Duplicate { first: None, times } => {
                format!("`{key}` appears {}; the last one counts", often(*times))
            }
            Oddity::Unknown { suggestion: Some(meant), .. } => {
                format!("`{key}` is not a key of a manifest; did you mean `{meant}`?")
            }
            Oddity::Unknown { suggestion: None, option: Some(option) } => {
                format!("`{key}` is not a key of a manifest but an option: `ramp pack {option}`")
            }
            Oddity::Unknown { suggestion: None, option: None } => {
                format!("`{key}` is not a key of a manifest, and is ignored")
            }
            Oddity::WrongType {
                expected: FieldType::String,
                found: Kind::Integer | Kind::Float | Kind::Boolean,
                value,
                written,
            } => {
                let written = written.as_ref().unwrap_or(value);
                format!("`{key}` is read as {value}, not as a string; write `\"{written}\"`")
            }
            Oddity::WrongType { expected, found, .. } => {
                format!("`{key}` should be {}; {}", article(*expected), instead(*expected, *found))
            }
        }
    }
}

impl fmt::Display for ManifestWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.position, self.message())
    }
}

fn often(times: usize) -> String {
    if times == 2 { "twice".to_owned() } else { count(times, "time") }
}

fn article(expected: FieldType) -> &'static str {
    match expected {
        FieldType::String => "a string",
        FieldType::Number => "a number",
        FieldType::Integer => "an integer",
        FieldType::Boolean => "true or false",
        FieldType::Strings => "a list of strings",
        FieldType::Integers => "a list of integers",
        FieldType::Commands => "a list of commands",
        FieldType::Dependencies => "a mapping or list of dependencies",
        _ => "a mapping",
    }
}

fn instead(expected: FieldType, found: Kind) -> String {
    let is_list = matches!(expected, FieldType::Strings | FieldType::Commands | FieldType::Dependencies);
    match found {
        Kind::Array if is_list => "not all of its items are".to_owned(),
        found => format!("its type is {found}"),
    }
}
