//! What to do where no database of a Redis version can have a module: by what the module says, and the versions that the cluster has.

use semver::Version;

use super::fit::{Unsuited, two};
use super::request::DatabaseRequest;

/// Of a module that the database cannot be given, and the newer versions of the cluster's databases that it is for.
pub(super) fn of_unsuited(redis: &Version, why: &Unsuited, suited: &[Version]) -> String {
    let build = match why {
        // Of 7.4.9 where the database has 7.4.3, two numbers would say nothing.
        Unsuited::Older { .. } => "lower `min_redis_version` to the oldest Redis that the module works with".to_owned(),
        _ => format!("upload {}", build_for(redis, why)),
    };
    match suited.first() {
        Some(first) => format!("Upgrade the database to Redis {} first, or {build}.", two(first)),
        None => begun(&format!("{build}; the cluster has no newer Redis that this one is for.")),
    }
}

/// Of a module of which no build is for a version that was asked for, and the versions of the cluster's databases that one is for.
pub(super) fn of_no_build(
    request: DatabaseRequest,
    redis: &Version,
    there: &[(String, Unsuited)],
    suited: &[Version],
) -> String {
    let other = there.iter().map(|(_, why)| why).find(|why| !matches!(why, Unsuited::Older { .. }));
    let why = other.or_else(|| there.first().map(|(_, why)| why));
    let build = why.map(|why| build_for(redis, why)).unwrap_or_default();
    if request == DatabaseRequest::Upgrade {
        return format!("Upload {build}, then upgrade.");
    }
    let all: Vec<String> = suited.iter().map(two).collect();
    match all.split_last() {
        None => format!("Upload {build}; no database of this cluster can have what is there."),
        Some((last, [])) => format!("Ask for a database of Redis {last}, or upload {build}."),
        Some((last, others)) => {
            format!("Ask for a database of Redis {} or {last}, or upload {build}.", others.join(", "))
        }
    }
}

/// A build that a database of that Redis could have, where this is why another cannot.
fn build_for(redis: &Version, why: &Unsuited) -> String {
    match why {
        Unsuited::Older { .. } => format!("a build whose `min_redis_version` is not above {}", two(redis)),
        _ => format!("a build whose `compatible_redis_version` is {}", two(redis)),
    }
}

/// As a sentence begins.
fn begun(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
