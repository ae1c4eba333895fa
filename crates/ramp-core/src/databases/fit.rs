//! Which databases can have a module: by the versions of Redis, and of the cluster, that it is for.

use semver::Version;

use crate::metadata::{Value, needs};
use crate::target::Target;

/// Why databases of a Redis version cannot have a module.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unsuited {
    /// It is for another version: its `compatible_redis_version`, major and minor.
    Other {
        /// That one.
        only: Version,
    },
    /// It needs a newer one: its `min_redis_version`.
    Older {
        /// The oldest that it works with.
        needs: Version,
    },
    /// Without `compatible_redis_version` it is for the major version of its `min_redis_version` alone.
    OtherMajor {
        /// The oldest that it works with.
        needs: Version,
    },
}

/// The one version of Redis that a module is for, where a cluster goes by that: from 7.8 on, or where no release is known.
pub(crate) fn only(metadata: &Value, target: &Target) -> Option<Version> {
    needs::version_of(metadata, "compatible_redis_version").filter(|_| goes_by_compatible(target))
}

fn goes_by_compatible(target: &Target) -> bool {
    target.release().is_none_or(|release| release.reads_compatible_redis_version.value)
}

/// What keeps databases of this Redis version from having a module, if anything does.
///
/// From 7.8 on, `compatible_redis_version` must be the database's, major and minor; without it, `min_redis_version` counts, of the
/// database's major version. Before 7.8, `min_redis_version` alone.
pub(crate) fn unsuited(metadata: &Value, database: &Version, target: &Target) -> Option<Unsuited> {
    if let Some(only) = only(metadata, target) {
        return (line(&only) != line(database)).then_some(Unsuited::Other { only });
    }
    let needs = needs::version_of(metadata, "min_redis_version")?;
    if !reaches(database, &needs) {
        return Some(Unsuited::Older { needs });
    }
    let is_other = goes_by_compatible(target) && needs.major != database.major;
    is_other.then_some(Unsuited::OtherMajor { needs })
}

/// Whether a database is of that version or newer. Where only two numbers of it are known, the third may be any.
pub(crate) fn reaches(database: &Version, needs: &Version) -> bool {
    database.cmp_precedence(needs).is_ge() || (database.patch == 0 && line(database) == line(needs))
}

/// The `min_redis_pack_version` of a module, where the cluster is older and checks it: up to 7.22.
pub(crate) fn newer_cluster(metadata: &Value, target: &Target) -> Option<Version> {
    let checks = target.release().is_none_or(|release| release.checks_min_redis_pack_version.value);
    let cluster = target.newest_version().filter(|_| checks)?;
    needs::version_of(metadata, "min_redis_pack_version").filter(|needs| needs.cmp_precedence(&cluster).is_gt())
}

/// The two numbers by which Redis versions of databases are named.
pub(crate) const fn line(version: &Version) -> (u64, u64) {
    (version.major, version.minor)
}

/// As databases are spoken of: `7.4`.
pub(super) fn two(version: &Version) -> String {
    format!("{}.{}", version.major, version.minor)
}
