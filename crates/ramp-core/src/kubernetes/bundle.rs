//! What counts of a bundle that a cluster on Kubernetes is to load.

use crate::metadata::Value;

/// The fields that the operator wants in `module.json`.
///
/// Source: Redis Enterprise for Kubernetes, "Configure modules", under "Module validation errors".
pub const REQUIRED: [&str; 5] =
    ["module_name", "display_name", "semantic_version", "commands", "compatible_redis_version"];

/// What counts of a bundle here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Its name, as it is to be reported.
    pub file: String,
    /// Its `module.json`, as far as it matters; `None` where it could not be read.
    pub metadata: Option<BundleMetadata>,
}

/// What counts of a `module.json` here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleMetadata {
    /// `module_name`.
    pub module_name: Option<String>,
    /// `display_name`.
    pub display_name: Option<String>,
    /// `semantic_version`.
    pub semantic_version: Option<String>,
    /// `architecture`.
    pub architecture: Option<String>,
    /// `compatible_redis_version`.
    pub compatible_redis_version: Option<String>,
    /// `operating_systems`.
    pub operating_systems: Vec<String>,
    /// Those of [`REQUIRED`] that are not there, or empty.
    pub missing: Vec<&'static str>,
}

impl Bundle {
    /// A bundle of that name with that `module.json`, as a [`Report`](crate::Report) has it.
    pub fn new(file: impl Into<String>, metadata: Option<&Value>) -> Self {
        Self { file: file.into(), metadata: metadata.map(BundleMetadata::new) }
    }
}

impl BundleMetadata {
    fn new(metadata: &Value) -> Self {
        let text = |key: &str| match metadata.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.literal().to_string()),
            _ => None,
        };
        let is_empty = |key: &str| match metadata.get(key) {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(Value::Array(items)) => items.is_empty(),
            Some(_) => false,
        };
        let systems = metadata.get("operating_systems").and_then(Value::as_array).into_iter().flatten();
        Self {
            module_name: text("module_name"),
            display_name: text("display_name"),
            semantic_version: text("semantic_version"),
            architecture: text("architecture"),
            compatible_redis_version: text("compatible_redis_version"),
            operating_systems: systems.filter_map(|name| name.as_str().map(str::to_owned)).collect(),
            missing: REQUIRED.into_iter().filter(|key| is_empty(key)).collect(),
        }
    }

    /// Whether the module goes by that name: its `module_name` or its `display_name`.
    pub fn is_called(&self, name: &str) -> bool {
        [&self.module_name, &self.display_name].into_iter().flatten().any(|own| own == name)
    }
}
