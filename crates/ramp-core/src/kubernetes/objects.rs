//! The objects that count, as far as they do.

use super::place::{Identity, Place, Text};

/// A `RedisEnterpriseCluster`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub identity: Identity,
    /// `spec.redisEnterpriseImageSpec.versionTag`: the cluster's version, such as `8.0.6-54`.
    pub version_tag: Option<Text>,
    /// `spec.upgradeSpec.autoUpgradeRedisEnterprise`.
    pub auto_upgrade: Option<Text>,
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

    /// Its name, where it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_ref().and_then(Text::known)
    }

    /// Its strings, with the key that each is under.
    pub(super) fn strings(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        let sources = self.sources.iter().flat_map(|source| {
            let url = source.url.iter().map(|text| ("url", text));
            url.chain(source.credentials.iter().map(|text| ("credentialsSecret", text)))
        });
        self.name.iter().map(|text| ("name", text)).chain(sources)
    }

    /// As a message speaks of it.
    pub fn title(&self) -> String {
        let name = self.name.as_ref().map(|name| &name.value).filter(|name| !name.is_empty());
        name.map_or_else(|| "a module without a name".to_owned(), |name| format!("`{name}`"))
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
    /// `spec.redisEnterpriseCluster.name`.
    pub cluster: Option<Text>,
    /// `spec.redisVersion`.
    pub redis_version: Option<Text>,
    /// `spec.modulesList`, that of `spec.globalConfigurations` where it is Active-Active.
    pub modules: Vec<DatabaseModule>,
}

impl Database {
    /// Its strings, but for its name, with the key that each is under.
    pub(super) fn strings(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        let modules = self.modules.iter().flat_map(|module| {
            let name = module.name.iter().map(|text| ("name", text));
            name.chain(module.version.iter().map(|text| ("version", text)))
        });
        let cluster = self.cluster.iter().map(|text| ("name", text));
        cluster.chain(self.redis_version.iter().map(|text| ("redisVersion", text))).chain(modules)
    }
}

/// An item of `modulesList`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseModule {
    /// Where it begins.
    pub place: Place,
    /// `name`.
    pub name: Option<Text>,
    /// `version`: the module's `semantic_version`.
    pub version: Option<Text>,
}

/// A `Secret`: its keys, and not what is under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub identity: Identity,
    /// The keys of `data` and `stringData`.
    pub keys: Vec<String>,
}
