//! The reference unpacker's own validation of the metadata: its tests, in its order, up to the first that fails.
//!
//! `unpack()` reads `module.json`, opens the entry that `module_file` names, and then validates. So does this:
//! [`json::read`](super::json::read), [`module_file`], the look-up of the entry (which is the archive's affair), and
//! [`validate`].

use std::fmt;

use serde::Serialize;

use super::json::Document;
use super::python::{self, OsVersion, PythonException};
use super::repr::repr_str;
use super::value::{Object, Value};
use crate::layout::push_step;

/// The architectures the unpacker takes.
pub const ARCHITECTURES: [&str; 2] = ["x86_64", "aarch64"];

/// What the unpacker makes of metadata that it accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Unpacked {
    /// `int(float(version))`, clamped to 64 bits.
    pub version: i64,
    /// The entries of `os_list`, if the key exists.
    pub os_list: Option<Vec<OsVersion>>,
    /// The entries of `operating_systems`, if the key exists.
    pub operating_systems: Option<Vec<OsVersion>>,
}

/// Why the unpacker rejects metadata. `Display` is what Python's `str()` of its exception is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Rejection {
    /// The first test that failed.
    pub kind: RejectionKind,
}

/// The tests of the unpacker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
        key: &'static str,
    },
    /// `module_file` is no name that an entry could have (not a string, or one with lone surrogates): a `KeyError`.
    ModuleFileNoSuchEntry {
        /// The value, as Python's `repr`.
        shown: String,
    },
    /// `module_file` is an array or object, which cannot be looked up: a `TypeError`.
    ModuleFileUnhashable {
        /// `list` or `dict`.
        type_name: &'static str,
    },
    /// `module_name` is empty, null, zero or false.
    ModuleNameMissing,
    /// `module_file` is empty. Can only be reached if the zip has an entry without a name.
    ModuleFileMissing,
    /// `architecture` is not one of [`ARCHITECTURES`].
    ArchitectureNotSupported {
        /// The value, as Python's `str`.
        found: String,
    },
    /// `architecture` is an array or object, which cannot be looked up: a `TypeError`.
    ArchitectureUnhashable {
        /// `list` or `dict`.
        type_name: &'static str,
    },
    /// `version` is empty, null, zero or false.
    VersionMissing,
    /// `version` is not a number, nor a string that Python reads as one.
    VersionNotInteger,
    /// `version` is infinite or an integer beyond a double: an `OverflowError` that the unpacker does not catch.
    VersionOverflow {
        /// Python's message.
        message: &'static str,
    },
    /// An entry of `os_list` or `operating_systems` lacks a name or a number.
    OsListInvalid {
        /// Which of the two.
        key: &'static str,
        /// Where the entry is, as a JSON pointer (of the list itself, if that is a string, whose characters count).
        pointer: String,
        /// The entry, as Python's `str`.
        entry: String,
    },
    /// `os_list` or `operating_systems` is null, a number or a boolean: a `TypeError`.
    OsListNotIterable {
        /// Which of the two.
        key: &'static str,
        /// Python's name of its type.
        type_name: &'static str,
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

    /// The exception that leaves the unpacker; `None` where that is its own, with a [`reason`](Self::reason).
    pub fn exception(&self) -> Option<PythonException> {
        match &self.kind {
            Is::NotAnObject { .. }
            | Is::ModuleFileUnhashable { .. }
            | Is::ArchitectureUnhashable { .. }
            | Is::OsListNotIterable { .. } => Some(PythonException::TypeError),
            Is::MissingKey { .. } | Is::ModuleFileNoSuchEntry { .. } => Some(PythonException::KeyError),
            Is::VersionOverflow { .. } => Some(PythonException::OverflowError),
            _ => None,
        }
    }

    /// The unpacker's message, `module metadata invalid`, where it has one.
    pub fn message(&self) -> Option<&'static str> {
        self.reason().map(|_| "module metadata invalid")
    }

    /// The particulars: what the unpacker calls `reason` (`Missing version`), or the text of Python's exception.
    pub fn detail(&self) -> String {
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
            Is::VersionOverflow { message } => (*message).to_owned(),
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

fn reject<T>(kind: RejectionKind) -> Result<T, Rejection> {
    Err(Rejection { kind })
}

/// `metadata[key]` for whatever `metadata` is.
fn object(root: &Value) -> Result<&Object, Rejection> {
    let message = match root {
        Value::Object(object) => return Ok(object),
        Value::Array(_) => "list indices must be integers or slices, not str".to_owned(),
        Value::String(_) => "string indices must be integers, not 'str'".to_owned(),
        other => format!("'{}' object is not subscriptable", python::type_name(other)),
    };
    reject(Is::NotAnObject { message })
}

fn member<'a>(object: &'a Object, key: &'static str) -> Result<&'a Value, Rejection> {
    object.get(key).ok_or(Rejection { kind: Is::MissingKey { key } })
}

/// The name of the module's entry: `metadata["module_file"]`, as far as `ZipFile.open` gets without the zip.
///
/// Whether the zip has an entry of that name is for the caller to see; where it has none, Python raises `KeyError`.
///
/// # Errors
///
/// A [`Rejection`] if it is no name that an entry could have.
pub fn module_file(document: &Document) -> Result<&str, Rejection> {
    let value = member(object(&document.root)?, "module_file")?;
    match value {
        Value::String(name) if document.is_exact("module_file") => Ok(name),
        Value::Array(_) | Value::Object(_) => reject(Is::ModuleFileUnhashable { type_name: python::type_name(value) }),
        _ => reject(Is::ModuleFileNoSuchEntry { shown: python::repr(value) }),
    }
}

/// The unpacker's `_validate_metadata`.
///
/// ```
/// use ramp_core::metadata::{json, unpacked};
///
/// let document = json::read(br#"{"module_name": "m", "module_file": "m.so", "architecture": "x86_64", "version": 1,
///                                "operating_systems": ["rhel9", "bionic"]}"#).unwrap();
/// let rejection = unpacked::validate(&document).unwrap_err();
/// assert_eq!(rejection.reason(), Some("module_os_list_invalid"));
/// assert_eq!(rejection.pointer(), "/operating_systems/1");
/// assert_eq!(rejection.to_string(), "module metadata invalid, reason: Can't parse OS 'bionic'");
/// ```
///
/// # Errors
///
/// The first [`Rejection`] in the unpacker's order.
pub fn validate(document: &Document) -> Result<Unpacked, Rejection> {
    let mut tests = Tests::default();
    let unpacked = tests.run(&document.root);
    match tests.failed.into_iter().next() {
        Some(first) => Err(first),
        None => Ok(unpacked),
    }
}

/// Everything that the unpacker would reject if it went on after the first: [`validate`]'s rejections, in its order.
///
/// ```
/// use ramp_core::metadata::{json, unpacked};
///
/// let document = json::read(br#"{"module_name": "", "module_file": "m.so", "architecture": "arm64"}"#).unwrap();
/// let reasons: Vec<_> = unpacked::rejections(&document).iter().map(|r| r.reason()).collect();
/// // The last is the `KeyError` for `version`.
/// assert_eq!(reasons, [Some("module_name_missing"), Some("module_architecture_not_supported"), None]);
/// ```
pub fn rejections(document: &Document) -> Vec<Rejection> {
    let mut tests = Tests::default();
    tests.run(&document.root);
    tests.failed
}

/// The tests of `_validate_metadata`, run one after the other whether or not one fails.
#[derive(Debug, Default)]
struct Tests {
    failed: Vec<Rejection>,
}

impl Tests {
    /// The value of a test that passed.
    fn pass<T>(&mut self, test: Result<T, Rejection>) -> Option<T> {
        test.map_err(|rejection| self.failed.push(rejection)).ok()
    }

    fn run(&mut self, root: &Value) -> Unpacked {
        let mut unpacked = Unpacked { version: 0, os_list: None, operating_systems: None };
        let Some(metadata) = self.pass(object(root)) else { return unpacked };
        self.pass(not_empty(metadata, "module_name", Is::ModuleNameMissing));
        self.pass(not_empty(metadata, "module_file", Is::ModuleFileMissing));
        self.pass(architecture(metadata));
        unpacked.version = self.pass(version(metadata)).unwrap_or_default();
        for (key, list) in [("os_list", &mut unpacked.os_list), ("operating_systems", &mut unpacked.operating_systems)]
        {
            if let Some(value) = metadata.get(key) {
                *list = self.pass(os_versions(key, value));
            }
        }
        unpacked
    }
}

fn not_empty(metadata: &Object, key: &'static str, otherwise: RejectionKind) -> Result<(), Rejection> {
    if python::is_truthy(member(metadata, key)?) { Ok(()) } else { reject(otherwise) }
}

fn architecture(metadata: &Object) -> Result<(), Rejection> {
    let value = member(metadata, "architecture")?;
    if !python::is_hashable(value) {
        return reject(Is::ArchitectureUnhashable { type_name: python::type_name(value) });
    }
    if value.as_str().is_some_and(|name| ARCHITECTURES.contains(&name)) {
        return Ok(());
    }
    reject(Is::ArchitectureNotSupported { found: python::str(value) })
}

fn version(metadata: &Object) -> Result<i64, Rejection> {
    let value = member(metadata, "version")?;
    if !python::is_truthy(value) {
        return reject(Is::VersionMissing);
    }
    match python::int_of_float(value) {
        Ok(version) => Ok(version),
        Err(PythonException::OverflowError) => {
            let integer = value.as_number().is_some_and(|number| !number.is_float());
            reject(Is::VersionOverflow {
                message: if integer {
                    "int too large to convert to float"
                } else {
                    "cannot convert float infinity to integer"
                },
            })
        }
        Err(_) => reject(Is::VersionNotInteger),
    }
}

/// `[_os_version_parser(os) for os in list]`, where iterating a string gives its characters and a dictionary its keys.
fn os_versions(key: &'static str, list: &Value) -> Result<Vec<OsVersion>, Rejection> {
    let invalid = |step: Option<&str>, entry: String| {
        let mut pointer = format!("/{key}");
        if let Some(step) = step {
            push_step(&mut pointer, step, usize::MAX);
        }
        Rejection { kind: Is::OsListInvalid { key, pointer, entry } }
    };
    match list {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                python::parse_os(item).map_err(|_| invalid(Some(&index.to_string()), python::str(item)))
            })
            .collect(),
        Value::Object(object) => object
            .keys()
            .map(|name| {
                let shown = || python::str(&Value::String(name.to_owned()));
                python::parse_os_text(name).ok_or_else(|| invalid(Some(name), shown()))
            })
            .collect(),
        // No single character has both a letter and a digit.
        Value::String(text) => match text.chars().next() {
            None => Ok(Vec::new()),
            Some(first) => Err(invalid(None, first.to_string())),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            reject(Is::OsListNotIterable { key, type_name: python::type_name(list) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    fn judge(text: &str) -> Result<Unpacked, Rejection> {
        let document = read(text.as_bytes()).unwrap();
        module_file(&document)?;
        validate(&document)
    }

    fn with(member: &str) -> Result<Unpacked, Rejection> {
        judge(&format!(
            r#"{{"module_name": "m", "module_file": "m.so", "architecture": "x86_64", "version": 1, {member}}}"#
        ))
    }

    #[test]
    fn rejects_in_the_unpackers_order() {
        for (text, code, exception, pointer) in [
            ("[]", None, Some(PythonException::TypeError), ""),
            ("{}", None, Some(PythonException::KeyError), "/module_file"),
            (r#"{"module_file": 5}"#, None, Some(PythonException::KeyError), "/module_file"),
            (r#"{"module_file": []}"#, None, Some(PythonException::TypeError), "/module_file"),
            (r#"{"module_file": "\ud800"}"#, None, Some(PythonException::KeyError), "/module_file"),
            (r#"{"module_file": "m"}"#, None, Some(PythonException::KeyError), "/module_name"),
            (r#"{"module_file": "", "module_name": ""}"#, Some("module_name_missing"), None, "/module_name"),
            (r#"{"module_file": "", "module_name": "m"}"#, Some("module_file_missing"), None, "/module_file"),
        ] {
            let rejection = judge(text).unwrap_err();
            assert_eq!((rejection.reason(), rejection.exception()), (code, exception), "{text}");
            assert_eq!(rejection.pointer(), pointer, "{text}");
            assert!(read(b"{}").unwrap().root.pointer(&rejection.pointer()).is_none_or(|_| pointer.is_empty()));
        }
    }

    #[test]
    fn judges_each_field() {
        for (member, expected) in [
            (r#""architecture": "arm64""#, "module metadata invalid, reason: Architecture must be 64 bits"),
            (r#""architecture": {}"#, "unhashable type: 'dict'"),
            (r#""version": 0.0"#, "module metadata invalid, reason: Missing version"),
            (r#""version": "8.4.0""#, "module metadata invalid, reason: Module version should be an integer"),
            (r#""version": 1e999"#, "cannot convert float infinity to integer"),
            (r#""os_list": null"#, "'NoneType' object is not iterable"),
            (r#""os_list": "rhel8""#, "module metadata invalid, reason: Can't parse OS 'r'"),
            (r#""operating_systems": [{"a": 1}]"#, "module metadata invalid, reason: Can't parse OS '{'a': 1}'"),
            (r#""operating_systems": {"rhel8": 1, "x/y": 2}"#, "module metadata invalid, reason: Can't parse OS 'x/y'"),
        ] {
            assert_eq!(with(member).unwrap_err().to_string(), expected, "{member}");
        }
        assert_eq!(with(r#""os_list": {"x/y": 1}"#).unwrap_err().pointer(), "/os_list/x~1y");
        assert_eq!(with(r#""os_list": """#).unwrap().os_list, Some(vec![]));
        let unpacked = with(r#""version": "0", "operating_systems": {"rhel8": 0}"#).unwrap();
        assert_eq!(unpacked.version, 0);
        assert_eq!(unpacked.operating_systems.unwrap()[0].to_string(), "rhel8");
    }
}
