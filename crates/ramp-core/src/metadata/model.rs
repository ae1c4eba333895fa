//! `module.json` against the table of all members that are known.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::fields;
use super::json::document::Document;
use super::json::exact;
use super::python;
use super::types::{FieldProblem, Looked, UnknownKey};
use super::value::Value;

/// How many fields an object has at the least that is the metadata.
const FIELDS: usize = 3;

/// The metadata of a package: its document, and what the table of [`fields`](super::fields) says to it.
///
/// A member that is absent, null or of the wrong type is `None`; the last is also among [`problems`](Self::problems).
///
/// It is kept by `serde` as it is, see [`Document`].
///
/// ```
/// use ramp_core::metadata::{Metadata, json};
///
/// let document = json::read(br#"{"module_name": "m", "version": 10203.0, "license": false, "isplay_name": "M"}"#)?;
/// let metadata = Metadata::from_document(document);
/// assert_eq!(metadata.module_name(), Some("m"));
/// assert_eq!(metadata.version(), Some(10203));
/// assert_eq!(metadata.problems[0].to_string(), "/license: expected string, found boolean");
/// assert_eq!(metadata.unknown[0].suggestion.as_deref(), Some("display_name"));
/// # Ok::<(), ramp_core::metadata::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Metadata {
    #[serde(with = "exact")]
    root: Arc<Value>,
    /// Values that are not what the table says, in the order of the fields, at most
    /// [`MAX_PROBLEMS`](super::MAX_PROBLEMS).
    pub problems: Vec<FieldProblem>,
    /// Keys that are not known: those at the top in the order of the text, then those of the objects whose members are known, field
    /// by field.
    pub unknown: Vec<UnknownKey>,
}

impl Metadata {
    /// Looks at a document. Never fails: one that is not an object has one problem, at its root.
    pub fn from_document(document: Document) -> Self {
        let Looked { problems, unknown, .. } = Looked::at(&document.root);
        Self { root: Arc::new(document.root), problems, unknown }
    }

    /// The whole value, unknown members included.
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The same, to be kept beside: a report for each of many targets has it.
    pub(crate) fn shared_root(&self) -> Arc<Value> {
        Arc::clone(&self.root)
    }

    /// The key of the one object that the document is, where all fields are in it: one level too far down.
    ///
    /// ```
    /// use ramp_core::metadata::{Metadata, json};
    ///
    /// let of = |text: &str| Metadata::from_document(json::read(text.as_bytes()).unwrap());
    /// let wrapped = of(r#"{"module": {"module_name": "m", "module_file": "m.so", "version": 1}}"#);
    /// assert_eq!(wrapped.wrapped_in(), Some("module"));
    /// assert_eq!(of(r#"{"crdb": {"name": "m"}}"#).wrapped_in(), None);
    /// ```
    pub fn wrapped_in(&self) -> Option<&str> {
        let mut members = self.root.as_object()?.iter();
        let (key, value) = members.next().filter(|(key, _)| fields::field(key).is_none())?;
        let known = value.as_object()?.keys().filter(|key| fields::field(key).is_some()).take(FIELDS).count();
        (members.next().is_none() && known == FIELDS).then_some(key)
    }

    /// `module_name`: the name of the module, as it registers itself with Redis.
    pub fn module_name(&self) -> Option<&str> {
        self.text("module_name")
    }

    /// `version` as the reference unpacker reads it: a string may hold it, a fraction is cut off.
    pub fn version(&self) -> Option<i64> {
        python::int_of_float(self.root.get("version")?).ok()
    }

    /// `semantic_version`: the version in three dotted parts.
    pub fn semantic_version(&self) -> Option<&str> {
        self.text("semantic_version")
    }

    /// `architecture`: `x86_64` or `aarch64`, as far as clusters know.
    pub fn architecture(&self) -> Option<&str> {
        self.text("architecture")
    }

    /// `min_redis_version`: the least Redis version.
    pub fn min_redis_version(&self) -> Option<&str> {
        self.text("min_redis_version")
    }

    /// `min_redis_pack_version`: the least version of the cluster.
    pub fn min_redis_pack_version(&self) -> Option<&str> {
        self.text("min_redis_pack_version")
    }

    /// `compatible_redis_version`: the Redis version whose databases can have the module.
    pub fn compatible_redis_version(&self) -> Option<&str> {
        self.text("compatible_redis_version")
    }

    /// `command_line_args`: the arguments that the module is loaded with by default.
    pub fn command_line_args(&self) -> Option<&str> {
        self.text("command_line_args")
    }

    /// `git_sha`: the commit that was packed.
    pub fn git_sha(&self) -> Option<&str> {
        self.text("git_sha")
    }

    /// `sha256`: the SHA-256 of the module.
    pub fn sha256(&self) -> Option<&str> {
        self.text("sha256")
    }

    /// `capabilities`, those that are strings.
    pub fn capabilities(&self) -> Option<impl Iterator<Item = &str>> {
        self.texts("capabilities")
    }

    /// `operating_systems`, those that are strings.
    pub fn operating_systems(&self) -> Option<impl Iterator<Item = &str>> {
        self.texts("operating_systems")
    }

    /// `os_list`, the older name, those that are strings.
    pub fn os_list(&self) -> Option<impl Iterator<Item = &str>> {
        self.texts("os_list")
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.root.get(key)?.as_str()
    }

    fn texts(&self, key: &str) -> Option<impl Iterator<Item = &str>> {
        Some(self.root.get(key)?.as_array()?.iter().filter_map(Value::as_str))
    }
}
