//! The modules that come with Redis Software, as far as a cluster on Kubernetes has them.

use crate::knowledge::{Knowledge, Release};
use crate::kubernetes::{Cluster, Text};
use crate::target::Target;
use crate::text::closest;

/// What is known of a module that no cluster lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It comes with the cluster's version, or with some where that is not known.
    Comes,
    /// It came with some version, and does not come with the cluster's, or with the newest.
    Retired,
    /// No version is known to have it.
    Unknown,
}

/// What the products are called, and the name by which a database asks for each.
///
/// Source: Redis Enterprise for Kubernetes, "Configure modules", under "Available bundled modules", which says that the name
/// counts.
const PRODUCTS: [(&str, &str); 4] =
    [("RediSearch", "search"), ("RedisJSON", "ReJSON"), ("RedisTimeSeries", "timeseries"), ("RedisBloom", "bf")];

/// The release of a cluster: as its manifest says, else as the target does.
pub(super) fn release_of(cluster: &Cluster, target: &Target) -> Option<&'static Release> {
    match cluster.version_tag.as_ref().and_then(Text::known).filter(|tag| crate::version::parse(tag).is_ok()) {
        Some(tag) => Knowledge::builtin().release(tag),
        None => target.release(),
    }
}

/// The names of what comes with a release. What it is giving up is left out: in the images of RHEL 9, which all nodes run from
/// 7.8 on, `RedisGraph` "is completely unavailable", and `RedisGears` 2 was discontinued with that release.
fn names(release: &Release) -> impl Iterator<Item = &str> {
    let retired = &release.deprecated_modules.value;
    release.bundled_modules.value.iter().filter(|name| !retired.contains(name)).map(String::as_str)
}

pub(super) fn standing(name: &str, release: Option<&Release>) -> Standing {
    let releases = Knowledge::builtin().releases();
    // The newest stands for a version that is not known.
    let comes = release.or(releases.last()).is_some_and(|release| names(release).any(|own| own == name));
    let retired = || releases.iter().any(|release| release.bundled_modules.value.iter().any(|own| own == name));
    match comes {
        true => Standing::Comes,
        false if retired() => Standing::Retired,
        false => Standing::Unknown,
    }
}

/// The bundled module that was probably meant.
pub(super) fn meant(name: &str, release: Option<&'static Release>) -> Option<&'static str> {
    let release = release.or(Knowledge::builtin().releases().last())?;
    let product = PRODUCTS.iter().find(|(product, _)| product.eq_ignore_ascii_case(name)).map(|(_, own)| *own);
    product.or_else(|| closest(names(release), name))
}
