//! What the manifests of a cluster on Kubernetes say of its modules: data, with the place of each in its file.
//!
//! Nothing here reads YAML; whoever does fills this in, and [`judge_kubernetes`](crate::judge_kubernetes) judges it.

use std::sync::Arc;

use crate::finding::Location;
use crate::metadata::Value;

/// A place in a file, both numbers from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's name, as it is to be reported.
    pub file: Arc<str>,
    /// The line.
    pub line: u64,
    /// The column, in characters.
    pub column: u64,
}

impl Place {
    /// Where a finding about it points.
    pub fn location(&self) -> Location {
        Location::in_file(&*self.file, self.line, self.column)
    }
}

/// A text, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Whether it is a string to YAML, as the resources want it: `7.4` without quotes is a number.
    pub is_string: bool,
    /// Where it stands.
    pub place: Place,
}

/// What an object is called, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `metadata.name`; empty where there is none.
    pub name: String,
    /// `metadata.namespace`, where there is one.
    pub namespace: Option<String>,
    /// Where the object begins.
    pub place: Place,
}

impl Identity {
    /// Whether a name that `of` uses means this object: those without a namespace may be in any.
    pub fn is_called(&self, name: &str, of: &Self) -> bool {
        let apart = matches!((&self.namespace, &of.namespace), (Some(own), Some(other)) if own != other);
        self.name == name && !apart
    }
}

/// All that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Manifests {
    /// Of kind `RedisEnterpriseCluster`.
    pub clusters: Vec<Cluster>,
    /// Of kind `RedisEnterpriseDatabase` and `RedisEnterpriseActiveActiveDatabase`.
    pub databases: Vec<Database>,
    /// Of kind `Secret`.
    pub secrets: Vec<Secret>,
}

/// A `RedisEnterpriseCluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub identity: Identity,
    /// `spec.redisEnterpriseImageSpec.versionTag`: the cluster's version, such as `8.0.6-54`.
    pub version_tag: Option<Text>,
    /// Where `spec.upgradeSpec.autoUpgradeRedisEnterprise` says `true`.
    pub auto_upgrade: Option<Place>,
    /// Whether Secrets are looked for in Vault: `spec.clusterCredentialSecretType` is `vault`.
    pub secrets_in_vault: bool,
    /// `spec.userDefinedModules`.
    pub modules: Vec<UserDefinedModule>,
}

/// An item of `spec.userDefinedModules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserDefinedModule {
    /// Where it begins.
    pub place: Place,
    /// `name`.
    pub name: Option<Text>,
    /// What is under `source`.
    pub sources: Vec<Source>,
}

impl UserDefinedModule {
    /// Its URL, where it has one.
    pub fn url(&self) -> Option<&Text> {
        self.sources.iter().find_map(|source| source.url.as_ref())
    }

    /// Its name, or what stands for it in a message.
    pub fn title(&self) -> &str {
        self.name.as_ref().map_or("a module without a name", |name| &name.value)
    }
}

/// `http` or `https` under `source`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Which of the two.
    pub scheme: Scheme,
    /// Where it begins.
    pub place: Place,
    /// `url`.
    pub url: Option<Text>,
    /// `credentialsSecret`.
    pub credentials: Option<Text>,
}

/// How a module is downloaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// With TLS.
    Https,
}

impl Scheme {
    /// Both of them.
    pub const ALL: &'static [Self] = &[Self::Http, Self::Https];

    /// The key under `source`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// What its URL must begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Http => "http://",
            Self::Https => "https://",
        }
    }
}

/// A database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    /// Its name.
    pub identity: Identity,
    /// Whether it is a `RedisEnterpriseActiveActiveDatabase`.
    pub active_active: bool,
    /// `spec.redisEnterpriseCluster.name`.
    pub cluster: Option<String>,
    /// `spec.redisVersion`.
    pub redis_version: Option<Text>,
    /// The `name` of each of `spec.modulesList`, that of `spec.globalConfigurations` where it is Active-Active.
    pub modules: Vec<Text>,
}

/// A `Secret`: its keys, and not what is under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub identity: Identity,
    /// The keys of `data` and `stringData`.
    pub keys: Vec<String>,
}

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
