//! What is changed in a bundle, and what keeps it from being changed.

use std::fmt;

use ramp_core::metadata::Value;
use ramp_core::name::UnsafeName;
use ramp_core::text::count;

/// One thing that is put right.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The rules that have found what it puts right.
    pub rules: Vec<&'static str>,
    /// What it is.
    pub changed: Changed,
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Changed {
    /// A value in `module.json`.
    Value {
        /// Where, as a JSON pointer (RFC 6901).
        pointer: String,
        /// What was there.
        from: Option<Value>,
        /// What is there now; nothing where it was removed.
        to: Option<Value>,
    },
    /// A key in `module.json`; its value stays.
    Key {
        /// The member, as a JSON pointer.
        pointer: String,
        /// The key that it has now.
        to: String,
    },
    /// The text of `module.json`, which is written anew with the same values.
    Text {
        /// The place that it is about, as a JSON pointer, where it is about one.
        pointer: Option<String>,
        /// What was wrong.
        message: String,
    },
    /// The zip, which is written anew with the same files.
    Zip {
        /// The entry that it is about, where it is about one.
        entry: Option<String>,
        /// The offset in the bundle, in bytes.
        offset: Option<u64>,
        /// What was wrong.
        message: String,
    },
}

/// `module.json#/version: "8.4.0" -> 80400`; of the zip what was wrong.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_nothing = |value: &Option<Value>| value.as_ref().map_or_else(|| "nothing".to_owned(), Value::literal);
        match &self.changed {
            Changed::Value { pointer, from, to } => {
                write!(f, "module.json#{}: {} -> {}", pointer.escape_debug(), or_nothing(from), or_nothing(to))
            }
            Changed::Key { pointer, to } => {
                write!(f, "module.json#{}: is called {:?}", pointer.escape_debug(), to)
            }
            Changed::Text { message, .. } => write!(f, "module.json: {message}"),
            Changed::Zip { message, .. } => f.write_str(message),
        }
    }
}

/// What keeps a bundle from being repaired. To repair all the same would be to choose what is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// It is not a zip.
    #[error("it is not a zip")]
    NotAZip,
    /// It has no `module.json` that can be read.
    #[error("it has no `module.json` that can be read")]
    NoMetadata,
    /// It is not known which entry is the module.
    #[error("it has no entry that is known to be the module")]
    NoModule,
    /// It holds something that has no place in a bundle.
    #[error("`{}` has no place in a bundle, and is not left out without a word", name.escape_debug())]
    Stranger {
        /// The entry.
        name: String,
    },
    /// An entry cannot be read.
    #[error("`{}` cannot be read", name.escape_debug())]
    Unreadable {
        /// The entry.
        name: String,
    },
    /// An entry has a name with which no bundle is written.
    #[error("`{}` cannot be a name in a bundle: {unsafe_name}", name.escape_debug())]
    UnsafeName {
        /// The entry.
        name: String,
        /// What is wrong with it.
        unsafe_name: UnsafeName,
    },
    /// Entries whose names are the same, letter case aside, or that are in a folder of their own; or there are too many.
    #[error("{what}")]
    Unwritable {
        /// Why they cannot be written.
        what: String,
    },
    /// Readers see different things, or what they see is damaged.
    #[error("{message}")]
    Prevented {
        /// The rule that says so.
        rule: &'static str,
        /// What is wrong.
        message: String,
    },
    /// What belongs to no record of the zip is a file of another format, which some read in its place: it would be lost.
    #[error("what belongs to no record at {offset}, {}, is {what}: it would be lost", count(len, "byte"))]
    OtherFormat {
        /// Where the bytes start.
        offset: u64,
        /// How many they are.
        len: u64,
        /// What they begin as.
        what: &'static str,
    },
    /// `module.json` has to be written anew, and cannot be.
    #[error("`module.json` would have to be written anew, and something in it would be lost: {why}")]
    Metadata {
        /// What would be lost.
        why: String,
    },
    /// What belongs to no record of the zip is more than what files are filled with: what it is, and to whom, is not known.
    #[error(
        "what belongs to no record at {offset}, {}, is nothing that files are filled with: it would be lost",
        count(len, "byte")
    )]
    Bytes {
        /// Where the bytes start.
        offset: u64,
        /// How many they are.
        len: u64,
    },
    /// What belongs to no record of the zip has records of a zip in it, which some readers read.
    #[error(
        "what belongs to no record at {offset}, {}, has records of a zip in it: some readers read these",
        count(len, "byte")
    )]
    Hidden {
        /// Where the bytes start.
        offset: u64,
        /// How many they are.
        len: u64,
    },
}
