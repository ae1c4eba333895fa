//! Which versions a manifest can name for several clusters.

use ramp_core::Target;
use ramp_core::version::short;

/// A major and a minor number.
type Line = (u64, u64);

/// What a manifest can say of versions, for several clusters at once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Versions {
    /// What `compatible_redis_version` can be: the Redis versions that every cluster has which reads it, the newest first. Where none
    /// reads it, those that all have.
    pub compatible: Vec<String>,
    /// What `min_redis_version` can be: the Redis versions that any of the clusters has, the oldest first.
    pub minimum: Vec<String>,
    /// The newest Redis version that every cluster has for which `min_redis_version` decides alone, where there are such.
    pub at_most: Option<String>,
    /// What `min_redis_pack_version` is to be: the oldest of the clusters.
    pub cluster: Option<String>,
    /// What each cluster has, where that is known.
    pub databases: Vec<Databases>,
}

/// The databases of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Databases {
    /// The cluster's version.
    pub cluster: String,
    /// The Redis versions that it has.
    pub versions: Vec<String>,
    /// Whether it goes by `compatible_redis_version`; others go by `min_redis_version`.
    pub reads_compatible: bool,
}

/// The versions that these clusters have.
///
/// ```
/// use ramp_core::Target;
/// use ramp_pack::propose::versions;
///
/// let targets = ["7.4", "7.22", "8.0"].map(|name| Target::named(name).unwrap());
/// let versions = versions(&targets);
/// assert_eq!(versions.compatible, ["7.4", "7.2", "6.2"]);
/// assert_eq!(versions.minimum[0], "6.0");
/// let reads: Vec<bool> = versions.databases.iter().map(|of| of.reads_compatible).collect();
/// assert_eq!(reads, [false, true, true]);
/// assert_eq!((versions.at_most.as_deref(), versions.cluster.as_deref()), (Some("7.2"), Some("7.4")));
/// ```
pub fn versions(targets: &[Target]) -> Versions {
    let lines = |target: &Target| -> Vec<Line> {
        target.databases().iter().map(|version| (version.major, version.minor)).collect()
    };
    let written = |(major, minor): Line| format!("{major}.{minor}");
    let reads = |target: &&Target| target.release().is_none_or(|release| release.reads_compatible_redis_version.value);
    let known: Vec<&Target> = targets.iter().filter(|target| !target.databases().is_empty()).collect();
    let (readers, others): (Vec<&Target>, Vec<&Target>) = known.iter().copied().partition(reads);
    // Where no cluster reads it, it is as good as any that they have.
    let of_compatible = if readers.is_empty() { &others } else { &readers };
    let mut compatible: Vec<Line> = of_compatible.first().map(|target| lines(target)).unwrap_or_default();
    compatible.retain(|line| of_compatible.iter().all(|target| lines(target).contains(line)));
    compatible.sort_unstable_by(|a, b| b.cmp(a));
    compatible.dedup();
    let mut minimum: Vec<Line> = known.iter().flat_map(|target| lines(target)).collect();
    minimum.sort_unstable();
    minimum.dedup();
    let newest = others.iter().filter_map(|target| lines(target).into_iter().max());
    let cluster = targets.iter().filter_map(Target::version).min();
    Versions {
        compatible: compatible.into_iter().map(written).collect(),
        minimum: minimum.into_iter().map(written).collect(),
        at_most: newest.min().map(written),
        cluster: cluster.map(|mut version| {
            (version.build, version.pre) = Default::default();
            short(&version)
        }),
        databases: known
            .iter()
            .map(|target| Databases {
                cluster: target.cluster_version().unwrap_or("a cluster").to_owned(),
                versions: lines(target).into_iter().map(written).collect(),
                reads_compatible: reads(target),
            })
            .collect(),
    }
}
