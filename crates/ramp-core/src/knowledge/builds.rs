//! From which build of a line of releases on something is there, and from which on no longer.

use semver::Version;

use crate::version;

/// Whether a cluster of this version has what came with `since` and went with `gone_from`, the first build without it.
///
/// What cannot be told does not rule it out: a version given without its build, where the bound is a build.
pub(super) fn has(cluster: &Version, since: Option<&str>, gone_from: Option<&str>) -> bool {
    let reached = |bound: &str| version::has_reached(cluster, &version::parse(bound).ok()?);
    since.is_none_or(|since| reached(since).unwrap_or(true))
        && !gone_from.is_some_and(|gone| reached(gone).unwrap_or(false))
}
