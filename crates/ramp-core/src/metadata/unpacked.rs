//! The reference unpacker's own validation of the metadata: its tests, in its order.
//!
//! `unpack()` reads `module.json`, opens the entry that `module_file` names, and then validates. So does this:
//! [`json::read`](super::json::read), [`module_file`], the look-up of the entry (which is the archive's affair), and
//! [`rejections`].

use std::collections::HashSet;

use super::json::document::Document;
use super::python::{self, PythonException};
use super::rejection::{Rejection, RejectionKind, RejectionKind as Is};
use super::value::{Object, Value};
use crate::layout::push_step;

pub use super::forms::ARCHITECTURES;

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
    object.get(key).ok_or(Rejection { kind: Is::MissingKey { key: key.into() } })
}

/// The name of the module's entry: `metadata["module_file"]`, as far as `ZipFile.open` gets without the zip.
///
/// Whether the zip has an entry of that name is for the caller to see; where it has none, Python raises `KeyError`.
///
/// # Errors
///
/// A [`Rejection`] if it is not a name that an entry could have.
pub fn module_file(document: &Document) -> Result<&str, Rejection> {
    let value = member(object(&document.root)?, "module_file")?;
    match value {
        Value::String(name) if document.is_exact("module_file") => Ok(name),
        Value::Array(_) | Value::Object(_) => {
            reject(Is::ModuleFileUnhashable { type_name: python::type_name(value).into() })
        }
        _ => reject(Is::ModuleFileNoSuchEntry { shown: python::repr(value) }),
    }
}

/// The unpacker's `_validate_metadata`: what it rejects first, and then everything that it would reject if it went on, in
/// its order.
///
/// ```
/// use ramp_core::metadata::{json, unpacked};
///
/// let document = json::read(br#"{"module_name": "", "module_file": "m.so", "architecture": "x86_64",
///                                "operating_systems": ["rhel9", "bionic"]}"#).unwrap();
/// let rejections = unpacked::rejections(&document);
/// // The second is the `KeyError` for `version`.
/// let reasons: Vec<_> = rejections.iter().map(|r| r.reason()).collect();
/// assert_eq!(reasons, [Some("module_name_missing"), None, Some("module_os_list_invalid")]);
/// assert_eq!(rejections[2].pointer(), "/operating_systems/1");
/// assert_eq!(rejections[2].to_string(), "module metadata invalid, reason: Can't parse OS 'bionic'");
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

    fn run(&mut self, root: &Value) {
        let Some(metadata) = self.pass(object(root)) else { return };
        self.pass(not_empty(metadata, "module_name", Is::ModuleNameMissing));
        self.pass(not_empty(metadata, "module_file", Is::ModuleFileMissing));
        self.pass(architecture(metadata));
        self.pass(version(metadata));
        for key in ["os_list", "operating_systems"] {
            if let Some(value) = metadata.get(key) {
                self.failed.extend(os_versions(key, value));
            }
        }
    }
}

fn not_empty(metadata: &Object, key: &'static str, otherwise: RejectionKind) -> Result<(), Rejection> {
    if python::is_truthy(member(metadata, key)?) { Ok(()) } else { reject(otherwise) }
}

fn architecture(metadata: &Object) -> Result<(), Rejection> {
    let value = member(metadata, "architecture")?;
    if !python::is_hashable(value) {
        return reject(Is::ArchitectureUnhashable { type_name: python::type_name(value).into() });
    }
    if value.as_str().is_some_and(|name| ARCHITECTURES.contains(&name)) {
        return Ok(());
    }
    reject(Is::ArchitectureNotSupported { found: python::str(value) })
}

fn version(metadata: &Object) -> Result<(), Rejection> {
    let value = member(metadata, "version")?;
    if !python::is_truthy(value) {
        return reject(Is::VersionMissing);
    }
    match python::int_of_float(value) {
        Ok(_) => Ok(()),
        Err(PythonException::OverflowError) => {
            let integer = value.as_number().is_some_and(|number| !number.is_float());
            let message =
                if integer { "int too large to convert to float" } else { "cannot convert float infinity to integer" };
            reject(Is::VersionOverflow { message: message.into() })
        }
        Err(_) => reject(Is::VersionNotInteger),
    }
}

/// How many entries of a list are rejected at most: as many as a report has findings of.
const MOST_ENTRIES: usize = 1000;

/// `[_os_version_parser(os) for os in list]`, where iterating a string gives its characters and a dictionary its keys: each entry at
/// which it would stop.
fn os_versions(key: &'static str, list: &Value) -> Vec<Rejection> {
    let invalid = |step: Option<&str>, entry: String| {
        let mut pointer = format!("/{key}");
        if let Some(step) = step {
            push_step(&mut pointer, step, usize::MAX);
        }
        Rejection { kind: Is::OsListInvalid { key: key.into(), pointer, entry } }
    };
    match list {
        Value::Array(items) => {
            // The same again is as good as before.
            let mut good = HashSet::new();
            let mut is_bad = |item: &Value| {
                let is_good = item.as_str().is_some_and(|name| good.contains(name)) || python::parse_os(item).is_ok();
                good.extend(item.as_str().filter(|_| is_good).map(str::to_owned));
                !is_good
            };
            let bad = items.iter().enumerate().filter(|(_, item)| is_bad(item)).take(MOST_ENTRIES);
            bad.map(|(index, item)| invalid(Some(&index.to_string()), python::str(item))).collect()
        }
        Value::Object(object) => {
            let bad = object.keys().filter(|name| python::parse_os_text(name).is_none()).take(MOST_ENTRIES);
            bad.map(|name| invalid(Some(name), python::str(&name.into()))).collect()
        }
        // No single character has both a letter and a digit.
        Value::String(text) => text.chars().next().map(|first| invalid(None, first.to_string())).into_iter().collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            let type_name = python::type_name(list).into();
            vec![Rejection { kind: Is::OsListNotIterable { key: key.into(), type_name } }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::json::read;

    fn judge(text: &str) -> Result<(), Rejection> {
        let document = read(text.as_bytes()).unwrap();
        module_file(&document)?;
        rejections(&document).into_iter().next().map_or(Ok(()), Err)
    }

    fn with(member: &str) -> Result<(), Rejection> {
        judge(&format!(
            r#"{{"module_name": "m", "module_file": "m.so", "architecture": "x86_64", "version": 1, {member}}}"#
        ))
    }

    #[test]
    fn rejects_in_the_unpackers_order() {
        for (text, code, pointer) in [
            ("[]", None, ""),
            ("{}", None, "/module_file"),
            (r#"{"module_file": 5}"#, None, "/module_file"),
            (r#"{"module_file": []}"#, None, "/module_file"),
            (r#"{"module_file": "\ud800"}"#, None, "/module_file"),
            (r#"{"module_file": "m"}"#, None, "/module_name"),
            (r#"{"module_file": "", "module_name": ""}"#, Some("module_name_missing"), "/module_name"),
            (r#"{"module_file": "", "module_name": "m"}"#, Some("module_file_missing"), "/module_file"),
        ] {
            let rejection = judge(text).unwrap_err();
            assert_eq!(rejection.reason(), code, "{text}");
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
        for member in [r#""os_list": """#, r#""version": "0", "operating_systems": {"rhel8": 0}"#] {
            assert_eq!(with(member), Ok(()), "{member}");
        }
    }
}
