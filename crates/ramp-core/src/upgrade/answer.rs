//! What a cluster answers to the upgrade of a database, as far as two builds say.
//!
//! Sources: the REST API reference, `POST /v1/bdbs/{uid}/modules/upgrade`; the codes and their words are rows of `codes.toml`.

use semver::Version;
use serde::{Deserialize, Serialize};

use super::build::Build;
use super::change::{Area, ChangeKind};
use super::metadata;
use super::pair::Upgrade;
use crate::databases::{Unsuited, fit};
use crate::knowledge::{CodeArea, Knowledge};
use crate::target::Target;
use crate::version::short;

/// What a cluster answers to the upgrade of a database that has the old build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UpgradeAnswer {
    /// Whether nothing speaks against the upgrade of every database.
    pub accepted: bool,
    /// What is refused, in the order of the documentation's table.
    pub refusals: Vec<UpgradeRefusal>,
}

/// One answer that refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct UpgradeRefusal {
    /// The `error_code`.
    pub error_code: String,
    /// The request of those that answer so which says its status, else the first.
    pub request: String,
    /// The HTTP status; null where no source says.
    pub http_status: Option<u16>,
    /// The words of the documentation.
    pub message: String,
    /// What it is refused for.
    pub description: String,
    /// Which databases: `with an eviction policy`; null for all of them.
    pub databases: Option<String>,
}

/// Why an upgrade is refused.
pub(crate) enum Cause {
    /// The new build has a lower version.
    Downgrade,
    /// Databases of these versions can have the old build and not the new one, and whether none is left; none where no database is
    /// known.
    Redis { needs: Version, lost: Vec<Version>, all: bool },
    /// No database of the target is of the only version that can have the new build.
    OtherRedis { only: Version, databases: Vec<Version> },
    /// The new build needs a newer cluster than there is; `known` says whether there is one to speak of.
    Cluster { needs: Version, known: bool },
    /// The new build has not the capability any more; what it opens, and whether the target requires it.
    Capability { name: String, gates: Option<&'static str>, required: bool },
}

impl Upgrade {
    /// What a cluster answers to the upgrade of a database that has the old build, as far as the two say; `None` where they are of
    /// different modules, which is no upgrade.
    pub fn answer(&self, target: &Target) -> Option<UpgradeAnswer> {
        (self.old.module_name() == self.new.module_name()).then(|| UpgradeAnswer::of(self, target))
    }

    /// Everything that an upgrade is refused for, in the order of the documentation's table.
    pub(crate) fn causes(&self, target: &Target) -> Vec<Cause> {
        let downgrade = self.new.compared_with(&self.old) == Some(std::cmp::Ordering::Less);
        let mut causes: Vec<Cause> = downgrade.then_some(Cause::Downgrade).into_iter().collect();
        causes.extend(self.redis(target));
        causes.extend(self.cluster(target));
        causes.extend(self.capabilities(target));
        causes
    }

    /// What the new build needs where the old one needed less.
    fn raised(&self, key: &str) -> Option<(Version, Option<Version>)> {
        let (old, new) = (self.old.needs(key), self.new.needs(key)?);
        old.as_ref().is_none_or(|old| new.cmp_precedence(old).is_gt()).then_some((new, old))
    }

    /// From 7.8 on a database has modules of its own Redis version: which build it can have is no matter of what is raised, but of the
    /// other field.
    fn redis(&self, target: &Target) -> Option<Cause> {
        let unsuited = |build: &Build, database: &Version| fit::unsuited(&build.metadata, database, target);
        let databases = target.exact_databases();
        if let Some(only) = fit::only(&self.new.metadata, target).filter(|_| !databases.is_empty()) {
            if databases.iter().all(|database| unsuited(&self.new, database).is_some()) {
                return Some(Cause::OtherRedis { only, databases });
            }
        }
        let (needs, old) = self.raised("min_redis_version")?;
        let could = |database: &&Version| {
            unsuited(&self.old, database).is_none() && old.as_ref().is_none_or(|old| fit::reaches(database, old))
        };
        let before: Vec<&Version> = databases.iter().filter(could).collect();
        let fits = |database: &Version| !matches!(unsuited(&self.new, database), Some(Unsuited::Other { .. }));
        let is_lost = |database: &&&Version| fits(database) && !fit::reaches(database, &needs);
        let lost: Vec<Version> = before.iter().filter(is_lost).map(|&v| v.clone()).collect();
        let all = !lost.is_empty() && lost.len() == before.len();
        (databases.is_empty() || !lost.is_empty()).then_some(Cause::Redis { needs, lost, all })
    }

    fn cluster(&self, target: &Target) -> Option<Cause> {
        if target.newest_version().is_some() {
            return fit::newer_cluster(&self.new.metadata, target).map(|needs| Cause::Cluster { needs, known: true });
        }
        let (needs, _) = self.raised("min_redis_pack_version")?;
        Some(Cause::Cluster { needs, known: false })
    }

    fn capabilities(&self, target: &Target) -> Vec<Cause> {
        let changes = metadata::capabilities(&self.old, &self.new);
        let lost = changes.into_iter().filter(|change| change.is(Area::Capabilities, ChangeKind::Removed));
        lost.map(|change| {
            let known = Knowledge::builtin().capability(&change.name);
            let gates = known.and_then(|known| known.gates.as_deref());
            let required = target.required_capabilities().contains(&change.name);
            Cause::Capability { name: change.name, gates, required }
        })
        .collect()
    }
}

impl Cause {
    /// The code that a cluster answers.
    pub(crate) const fn code(&self) -> &'static str {
        match self {
            Self::Downgrade => "module_downgrade_unsupported",
            Self::Redis { .. } => "redis_incompatible_version",
            Self::OtherRedis { .. } => "upgrade_bdb_failed",
            Self::Cluster { .. } => "redis_pack_incompatible_version",
            Self::Capability { .. } => "unsupported_module_capabilities",
        }
    }

    /// Which databases it is about, in words; `None` where it is about all.
    pub(crate) fn databases(&self) -> Option<String> {
        match self {
            Self::Downgrade
            | Self::OtherRedis { .. }
            | Self::Redis { all: true, .. }
            | Self::Cluster { known: true, .. }
            | Self::Capability { required: true, .. } => None,
            Self::Redis { needs, lost, .. } if lost.is_empty() => {
                Some(format!("of a Redis older than {}", short(needs)))
            }
            Self::Redis { lost, .. } => Some(format!("of Redis {}", versions(lost))),
            Self::Cluster { needs, .. } => Some(format!("of a cluster older than {}", short(needs))),
            Self::Capability { gates: Some(gates), .. } => Some(format!("with {gates}")),
            Self::Capability { .. } => Some("whose configuration needs it".to_owned()),
        }
    }

    /// What of the two builds it is refused for.
    pub(crate) fn description(&self, upgrade: &Upgrade) -> String {
        let Upgrade { old, new } = upgrade;
        let raised = |key: &str, needs: &Version| match old.text(key) {
            Some(before) => format!("`{key}` is {}, and was {before}", short(needs)),
            None => format!("`{key}` is {}, and was not there", short(needs)),
        };
        match self {
            Self::Downgrade => {
                format!("the new build has version {}, the old one {}", new.shown_version(), old.shown_version())
            }
            Self::Redis { needs, .. } => raised("min_redis_version", needs),
            Self::OtherRedis { only, databases } => format!(
                "the new build is for databases of Redis {} only; the target has {}",
                versions(std::slice::from_ref(only)),
                versions(databases)
            ),
            Self::Cluster { needs, known: false } => raised("min_redis_pack_version", needs),
            Self::Cluster { needs, .. } => format!("`min_redis_pack_version` is {}", short(needs)),
            Self::Capability { name, .. } => format!("the new build does not have the capability `{name}`"),
        }
    }
}

/// `6.2, 7.2`, as databases are spoken of.
pub(crate) fn versions(versions: &[Version]) -> String {
    versions.iter().map(|of| format!("{}.{}", of.major, of.minor)).collect::<Vec<_>>().join(", ")
}

impl UpgradeAnswer {
    pub(super) fn of(upgrade: &Upgrade, target: &Target) -> Self {
        let refusals: Vec<UpgradeRefusal> =
            upgrade.causes(target).iter().map(|cause| UpgradeRefusal::of(cause, upgrade)).collect();
        let accepted = refusals.iter().all(|refusal| refusal.databases.is_some());
        Self { accepted, refusals }
    }
}

impl UpgradeRefusal {
    fn of(cause: &Cause, upgrade: &Upgrade) -> Self {
        let mut rows = Knowledge::builtin().codes_named(cause.code());
        let row = rows.find(|row| row.area == CodeArea::Upgrades);
        let answers = row.map(|row| row.answers.as_slice()).unwrap_or_default();
        let answer = answers.iter().find(|answer| answer.status.is_some()).or_else(|| answers.first());
        Self {
            error_code: cause.code().to_owned(),
            request: answer.map(|answer| answer.request.clone()).unwrap_or_default(),
            http_status: answer.and_then(|answer| answer.status),
            message: row.and_then(|row| row.words.clone()).unwrap_or_default(),
            description: cause.description(upgrade),
            databases: cause.databases(),
        }
    }
}
