//! The dependencies of a module, read leniently from the metadata.

use crate::layout::{self, packed_entry, wanted_entry};
use crate::metadata::Value;

/// One dependency.
#[derive(Debug)]
pub(super) struct Dependency<'a> {
    /// Its key.
    pub(super) name: &'a str,
    /// JSON pointer to it.
    pub(super) pointer: String,
    /// Where it is downloaded from.
    pub(super) url: Option<&'a str>,
    /// Its SHA-256.
    pub(super) sha256: Option<&'a str>,
}

impl Dependency<'_> {
    /// The entry by which nodes look for it: `deps/` and the last part of its `url`.
    /// Without a `url`, the name by which the reference packer packs it.
    pub(super) fn wanted_entry(&self) -> Option<String> {
        match self.url {
            Some(url) => wanted_entry(url),
            None => Some(self.reference_entry()),
        }
    }

    /// The entry by which the reference packer packs it: `deps/<name>.tgz`.
    pub(super) fn reference_entry(&self) -> String {
        packed_entry(self.name)
    }
}

/// The dependencies under `field`, those that are objects.
pub(super) fn of<'a>(root: &'a Value, field: &str) -> Vec<Dependency<'a>> {
    let Some(Value::Object(object)) = root.get(field) else { return Vec::new() };
    object
        .iter()
        .filter_map(|(name, value)| {
            let text = |key| value.get(key).and_then(Value::as_str);
            matches!(value, Value::Object(_)).then(|| Dependency {
                name,
                pointer: pointer(field, name),
                url: text("url"),
                sha256: text("sha256"),
            })
        })
        .collect()
}

/// The JSON pointer to a dependency.
pub(super) fn pointer(field: &str, name: &str) -> String {
    layout::pointer([field, name])
}
