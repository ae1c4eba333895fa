//! Metadata that was made.

use super::error::PackWarning;
use ramp_core::metadata::Value;

/// A dependency that goes into the bundle, as `deps/<name>.tgz`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmbeddedDependency {
    /// Its name; no path.
    pub name: String,
    /// The file or folder, as it was given: [`expand`](crate::expand::expand) has yet to see it.
    pub local_path: String,
}

/// Metadata, and what else came of making it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Assembled {
    /// `module.json`: an object.
    pub metadata: Value,
    /// What to tell the user.
    pub warnings: Vec<PackWarning>,
    /// What to embed; the metadata has no `sha256` for it yet, see [`set_dependency_sha256`](Self::set_dependency_sha256).
    pub dependencies: Vec<EmbeddedDependency>,
}

impl Assembled {
    /// Sets the `sha256` of a dependency, once its archive is made. Answers whether there is such a dependency.
    pub fn set_dependency_sha256(&mut self, name: &str, sha256: &str) -> bool {
        let mut place = Some(&mut self.metadata);
        for key in ["dependencies", name] {
            place = match place {
                Some(Value::Object(object)) => object.get_mut(key),
                _ => None,
            };
        }
        let Some(Value::Object(dependency)) = place else { return false };
        dependency.insert("sha256", sha256);
        true
    }
}
