//! Why a request about a database is refused.

use semver::Version;

use super::fit::Unsuited;
use super::module::Module;
use super::request::DatabaseRequest;
use super::wanted::WantedModule;

/// A module, as it is spoken of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedModule {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl From<&Module> for NamedModule {
    fn from(module: &Module) -> Self {
        Self { name: module.name().to_owned(), version: module.shown_version() }
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The cluster has no such module.
    MissingModule {
        /// What was asked for.
        asked: Box<WantedModule>,
        /// Version and `uid` of those that there are of the name.
        there: Vec<(String, String)>,
    },
    /// A database has one build of a module, and two were asked for.
    Twice {
        /// The module.
        name: String,
    },
    /// The module is an object, and its artifact is not on the node.
    NoArtifact {
        /// The module.
        name: String,
    },
    /// No build of the module is for the Redis version that the database has, or is to have.
    NoBuild {
        /// The module.
        name: String,
        /// That version.
        redis: Version,
        /// The builds that are meant, and why each is not.
        there: Vec<(String, Unsuited)>,
        /// The versions of the cluster's databases that one of them is for.
        suited: Box<[Version]>,
    },
    /// The cluster has no such Redis.
    UnknownRedis {
        /// What was asked for; empty where nothing was.
        asked: String,
        /// The versions that it has.
        has: Vec<Version>,
    },
    /// A database is not upgraded to an older Redis.
    OlderRedis {
        /// What was asked for.
        asked: Version,
        /// What the database has.
        has: Version,
    },
    /// The Redis version of a database changes by its upgrade alone.
    RedisIsFixed {
        /// What was asked for.
        asked: String,
        /// What the database has.
        has: Version,
    },
    /// Which modules a database uses changes by its upgrade alone.
    ModulesAreFixed {
        /// The module that was asked for beside those that it uses, or that was left out.
        name: String,
    },
    /// It is a memcached database.
    Memcached,
    /// A module lacks a capability that the database asks for.
    Capability {
        /// The module.
        module: NamedModule,
        /// The capability.
        capability: &'static str,
        /// The field of the database that asks for it.
        field: &'static str,
        /// What that field is, as JSON.
        value: String,
    },
    /// The new version of a module is lower.
    Downgrade {
        /// The module that the database uses.
        from: NamedModule,
        /// The version that it would get.
        to: String,
    },
    /// The database's Redis is not one that the new version of a module is for.
    Unsuited {
        /// The module.
        module: NamedModule,
        /// The database's Redis.
        redis: Box<Version>,
        /// Why.
        why: Box<Unsuited>,
        /// The newer versions of the cluster's databases that it is for.
        suited: Box<[Version]>,
    },
    /// The new version of a module needs a newer cluster.
    NewerCluster {
        /// The module.
        module: NamedModule,
        /// The cluster that it needs.
        needs: Version,
        /// The cluster's own version, as it was given.
        has: Box<str>,
    },
    /// The database does not use the module.
    NotUsed {
        /// What was asked for, its name or its `uid`.
        asked: String,
        /// The names of those that it uses.
        uses: Vec<String>,
    },
    /// The new module has another name than the one that the database uses.
    OtherModule {
        /// The name of the module that the database uses.
        from: String,
        /// The name of the other.
        to: String,
    },
    /// The module takes no arguments while it runs.
    NotConfigurable {
        /// The module.
        module: NamedModule,
    },
    /// Databases use the module.
    InUse {
        /// What was to be deleted, in words.
        what: String,
        /// Their numbers.
        databases: Vec<u32>,
    },
}

impl Cause {
    /// The code that a request is answered with.
    pub(super) const fn code(&self, request: DatabaseRequest) -> &'static str {
        let is_upgrade = matches!(request, DatabaseRequest::Upgrade);
        match self {
            Self::NoBuild { .. } | Self::UnknownRedis { .. } | Self::OlderRedis { .. } if is_upgrade => {
                "upgrade_bdb_failed"
            }
            Self::UnknownRedis { .. } | Self::OlderRedis { .. } => "invalid_version",
            Self::NotUsed { .. } if matches!(request, DatabaseRequest::Configure | DatabaseRequest::ConfigureOld) => {
                "module_not_exist"
            }
            Self::MissingModule { .. }
            | Self::NoArtifact { .. }
            | Self::NoBuild { .. }
            | Self::NotUsed { .. }
            | Self::OtherModule { .. } => "missing_module",
            Self::Twice { .. } | Self::RedisIsFixed { .. } | Self::ModulesAreFixed { .. } => "invalid_schema",
            Self::Memcached => "memcached_cannot_use_modules",
            Self::Capability { .. } => "unsupported_module_capabilities",
            Self::Downgrade { .. } => "module_downgrade_unsupported",
            Self::Unsuited { .. } => "redis_incompatible_version",
            Self::NewerCluster { .. } => "redis_pack_incompatible_version",
            Self::NotConfigurable { .. } => "module_config_unsupported",
            Self::InUse { .. } => "module_in_use",
        }
    }
}
