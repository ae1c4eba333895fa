//! The dependencies that metadata names.

use super::url::Url;
use super::value::{Object, Value};
use crate::layout::{packed_entry, pointer, wanted_entry};

/// The fields that name dependencies.
pub const DEPENDENCY_FIELDS: [&str; 2] = ["dependencies", "optional-dependencies"];

/// A dependency, leniently read: what is not a string is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dependency<'a> {
    /// Its name: its key.
    pub name: &'a str,
    /// Where it is, as a JSON pointer.
    pub pointer: String,
    /// Where it can be downloaded.
    pub url: Option<&'a str>,
    /// Its SHA-256.
    pub sha256: Option<&'a str>,
    /// Where it was on the machine that packed it.
    pub local_path: Option<&'a str>,
    /// What is said of it.
    pub(crate) members: &'a Object,
}

impl<'a> Dependency<'a> {
    /// The dependencies under a field, `dependencies` or `optional-dependencies`: those that are objects, in their order.
    ///
    /// ```
    /// use ramp_core::metadata::{Dependency, json};
    ///
    /// let document = json::read(br#"{"dependencies": {"a/b": {"url": "https://example.com/files/x.tgz"}, "c": 1}}"#)?;
    /// let dependencies: Vec<_> = Dependency::all(&document.root, "dependencies").collect();
    /// assert_eq!(dependencies.len(), 1);
    /// assert_eq!(dependencies[0].pointer, "/dependencies/a~1b");
    /// assert_eq!(dependencies[0].wanted_entry().as_deref(), Some("deps/x.tgz"));
    /// # Ok::<(), ramp_core::metadata::ReadError>(())
    /// ```
    pub fn all(root: &'a Value, field: &'a str) -> impl Iterator<Item = Self> + 'a {
        let members = root.get(field).and_then(Value::as_object).into_iter().flat_map(Object::iter);
        members.filter_map(move |(name, value)| {
            let object = value.as_object()?;
            let text = |key| object.get(key).and_then(Value::as_str);
            let pointer = pointer([field, name]);
            let (url, sha256, local_path) = (text("url"), text("sha256"), text("local_path"));
            Some(Self { name, pointer, url, sha256, local_path, members: object })
        })
    }

    /// Whether the members of one dependency stand under a field, where the names of several belong.
    pub(crate) fn is_nameless(root: &Value, field: &str) -> bool {
        let members = || root.get(field).and_then(Value::as_object).into_iter().flat_map(Object::iter);
        let is_member = |(key, value): (&str, &Value)| ["url", "sha256"].contains(&key) && value.as_str().is_some();
        let is_known = |(key, value): (&str, &Value)| {
            value.as_object().is_none() && ["local_path", "name", "sha256", "url"].contains(&key)
        };
        members().any(is_member) && members().all(is_known)
    }

    /// Whether the name by which it is looked for is one that somebody gave it: there is no `url`, or it is an address.
    pub(crate) fn is_named(&self) -> bool {
        self.url.is_none() || self.address().is_some()
    }

    /// Its `url`, taken apart; `None` where it has none, or one from which no file can be downloaded.
    pub(crate) fn address(&self) -> Option<Url<'a>> {
        Url::of_file(self.url?).ok()
    }

    /// The entry by which nodes look for it: `deps/` and the last part of its `url`.
    /// Without a `url`, the name by which the reference packer packs it.
    pub fn wanted_entry(&self) -> Option<String> {
        match self.url {
            Some(url) => wanted_entry(url),
            None => Some(self.reference_entry()),
        }
    }

    /// The entry by which the reference packer packs it: `deps/<name>.tgz`.
    pub fn reference_entry(&self) -> String {
        packed_entry(self.name)
    }
}
