//! Why the reference unpacker rejects metadata, in its own words.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::repr::repr_str;

/// Why the unpacker rejects metadata. `Display` is what Python's `str()` of its exception is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejection {
    /// The test that failed.
    pub kind: RejectionKind,
}

/// The tests of the unpacker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectionKind {
    /// `module.json` is not an object, so looking up a key is a `TypeError`.
    NotAnObject {
        /// Python's message.
        message: String,
    },
    /// A key the unpacker looks up does not exist: a `KeyError` that it does not catch.
    MissingKey {
        /// The key.
        key: Cow<'static, str>,
    },
    /// `module_file` is not a name that an entry could have (not a string, or one with lone surrogates): a `KeyError`.
    ModuleFileNoSuchEntry {
        /// The value, as Python's `repr`.
        shown: String,
    },
    /// `module_file` is an array or object, which cannot be looked up: a `TypeError`.
    ModuleFileUnhashable {
        /// `list` or `dict`.
        type_name: Cow<'static, str>,
    },
    /// `module_name` is empty, null, zero or false.
    ModuleNameMissing,
    /// `module_file` is empty. Can only be reached if the zip has an entry without a name.
    ModuleFileMissing,
    /// `architecture` is not one of [`ARCHITECTURES`](super::unpacked::ARCHITECTURES).
    ArchitectureNotSupported {
        /// The value, as Python's `str`.
        found: String,
    },
    /// `architecture` is an array or object, which cannot be looked up: a `TypeError`.
    ArchitectureUnhashable {
        /// `list` or `dict`.
        type_name: Cow<'static, str>,
    },
    /// `version` is empty, null, zero or false.
    VersionMissing,
    /// `version` is not a number, nor a string that Python reads as one.
    VersionNotInteger,
    /// `version` is infinite or an integer beyond a double: an `OverflowError` that the unpacker does not catch.
    VersionOverflow {
        /// Python's message.
        message: Cow<'static, str>,
    },
    /// An entry of `os_list` or `operating_systems` lacks a name or a number.
    OsListInvalid {
        /// Which of the two.
        key: Cow<'static, str>,
        /// Where the entry is, as a JSON pointer (of the list itself, if that is a string, whose characters count).
        pointer: String,
        /// The entry, as Python's `str`.
        entry: String,
    },
    /// `os_list` or `operating_systems` is null, a number or a boolean: a `TypeError`.
    OsListNotIterable {
        /// Which of the two.
        key: Cow<'static, str>,
        /// Python's name of its type.
        type_name: Cow<'static, str>,
    },
}

use RejectionKind as Is;

impl Rejection {
    /// The unpacker's `error_code`; `None` where it fails with an exception that is not its own.
    pub fn reason(&self) -> Option<&'static str> {
        match &self.kind {
            Is::ModuleNameMissing => Some("module_name_missing"),
            Is::ModuleFileMissing => Some("module_file_missing"),
            Is::ArchitectureNotSupported { .. } => Some("module_architecture_not_supported"),
            Is::VersionMissing => Some("module_version_missing"),
            Is::VersionNotInteger => Some("module_version_not_integer"),
            Is::OsListInvalid { .. } => Some("module_os_list_invalid"),
            _ => None,
        }
    }

    /// The unpacker's message, `module metadata invalid`, where it has one.
    fn message(&self) -> Option<&'static str> {
        self.reason().map(|_| "module metadata invalid")
    }

    /// The particulars: what the unpacker calls `reason` (`Missing version`), or the text of Python's exception.
    fn detail(&self) -> String {
        let unhashable = |type_name: &str| format!("unhashable type: '{type_name}'");
        match &self.kind {
            Is::NotAnObject { message } => message.clone(),
            Is::MissingKey { key } => format!("'{key}'"),
            // A KeyError prints the repr of its message.
            Is::ModuleFileNoSuchEntry { shown } => repr_str(&format!("There is no item named {shown} in the archive")),
            Is::ModuleFileUnhashable { type_name } | Is::ArchitectureUnhashable { type_name } => unhashable(type_name),
            Is::ModuleNameMissing => "Empty module name".to_owned(),
            Is::ModuleFileMissing => "Empty module file name".to_owned(),
            Is::ArchitectureNotSupported { .. } => "Architecture must be 64 bits".to_owned(),
            Is::VersionMissing => "Missing version".to_owned(),
            Is::VersionNotInteger => "Module version should be an integer".to_owned(),
            Is::VersionOverflow { message } => message.to_string(),
            Is::OsListInvalid { entry, .. } => format!("Can't parse OS '{entry}'"),
            Is::OsListNotIterable { type_name, .. } => format!("'{type_name}' object is not iterable"),
        }
    }

    /// Where the culprit is or should be, as a JSON pointer.
    pub fn pointer(&self) -> String {
        match &self.kind {
            Is::NotAnObject { .. } => String::new(),
            Is::MissingKey { key } | Is::OsListNotIterable { key, .. } => format!("/{key}"),
            Is::ModuleNameMissing => "/module_name".to_owned(),
            Is::ModuleFileMissing | Is::ModuleFileNoSuchEntry { .. } | Is::ModuleFileUnhashable { .. } => {
                "/module_file".to_owned()
            }
            Is::ArchitectureNotSupported { .. } | Is::ArchitectureUnhashable { .. } => "/architecture".to_owned(),
            Is::VersionMissing | Is::VersionNotInteger | Is::VersionOverflow { .. } => "/version".to_owned(),
            Is::OsListInvalid { pointer, .. } => pointer.clone(),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.message() {
            Some(message) => write!(f, "{message}, reason: {}", self.detail()),
            None => f.write_str(&self.detail()),
        }
    }
}

impl std::error::Error for Rejection {}
