//! Target: the cluster's version, against what the module wants, against its nodes and against the calendar.

use crate::endpoint::Endpoint;
use crate::error_code::UploadErrorCode::MinRedisPackVersion;
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::{target as rule, target_hint as hint};
use crate::version;

pub(super) static PACK_VERSION: Rule = Rule {
    endpoints: &[Endpoint::V1, Endpoint::V2],
    what: "The metadata's `min_redis_pack_version` is newer than the cluster. The same version is enough; the build \
           number does not count. Where only a line such as 7.22 is named, its newest version counts.",
    why: "Clusters up to 7.22 refuse a module that says it needs a newer one.",
    help: "Upgrade the cluster, or lower `min_redis_pack_version` to the oldest release that the module works on.",
    example: "`\"min_redis_pack_version\": \"7.4\"` and a cluster of 7.2.4-92.",
    data: DATA,
    ..rule("min-redis-pack-version", MinRedisPackVersion, "the module needs a newer cluster")
};
pub(super) static PACK_VERSION_IGNORED: Rule = Rule {
    what: "The metadata's `min_redis_pack_version` is newer than the cluster, whose release does not check it.",
    why: "From 8.0 on the field is gone from the cluster's module objects: the upload is accepted, and whatever the \
          module needs from the newer release is missing.",
    help: "Upgrade the cluster, or lower `min_redis_pack_version` to the oldest release that the module works on.",
    example: "`\"min_redis_pack_version\": \"8.4\"` and a cluster of 8.2.0-46.",
    data: DATA,
    ..hint(
        "min-redis-pack-version-ignored",
        Level::Warning,
        "the module needs a newer cluster, but the cluster does not check",
    )
};
pub(super) static PAST_END_OF_LIFE: Rule = Rule {
    what: "The release of the cluster reached its end of life before the day of the check: the target's `as_of`, else \
           `SOURCE_DATE_EPOCH`, else today.",
    why: "Redis no longer maintains the release: it gets no more fixes, not even security fixes.",
    help: "Plan the upgrade of the cluster. Nothing has to be done about the bundle.",
    example: "A cluster of 7.2, which ended on 2026-02-28, on any later day.",
    data: &[("end", "the last day of the release's life"), ("release", "the version of the cluster")],
    ..hint("release-past-end-of-life", Level::Note, "the release of the cluster has reached its end of life")
};

pub(super) static RELEASE_UNKNOWN: Rule = Rule {
    what: "The version of the cluster belongs to no release that `ramp` knows.",
    why: "What its clusters take, and what they refuse a bundle for, is not known: only what every cluster's unpacker refuses is \
          found.",
    help: "Check the version: `ramp target list` shows the releases that are known. For a newer one, use a newer `ramp`.",
    example: "A cluster of 9.0.0-1, in a target file or a manifest.",
    data: &[("release", "the version of the cluster")],
    ..hint("release-unknown", Level::Warning, "the release of the cluster is not known")
};
pub(super) static NODES_IMPOSSIBLE: Rule = Rule {
    what: "A node of the target runs a system, or is of an architecture, for which the release has no package.",
    why: "As far as is known, there is no such cluster: the bundle was checked against one that was not meant.",
    help: "Correct the target: `ramp target list RELEASE` shows what the release runs on.",
    example: "`--target 7.22 --os debian12`, `--target 7.22 --arch aarch64`",
    data: &[("platform", "the system, or the architecture"), ("release", "the version of the cluster")],
    ..hint("nodes-impossible", Level::Warning, "the release does not run on such nodes")
};

const DATA: &[(&str, &str)] =
    &[("has", "the version of the cluster"), ("needs", "the `min_redis_pack_version` of the metadata")];

/// What the calendar says of the cluster.
pub(super) fn check_end(context: &mut Context<'_>) {
    let target = context.target;
    if let (Some(end), Some(cluster)) = (target.ended(), target.cluster_version()) {
        let message = format!("Redis Software {cluster} reached its end of life on {end}");
        context
            .report(&PAST_END_OF_LIFE, Location::default(), message)
            .data("end", end.to_string())
            .data("release", cluster);
    }
}

/// Whether anything is known of the cluster's version.
pub(super) fn check_release(context: &mut Context<'_>) {
    let target = context.target;
    if let (None, Some(cluster)) = (target.release(), target.cluster_version()) {
        let message = format!("Redis Software {cluster} is not a known release: what its clusters take is not known");
        context.report(&RELEASE_UNKNOWN, Location::default(), message).data("release", cluster);
    }
}

/// What the release's table says of the nodes.
pub(super) fn check_nodes(context: &mut Context<'_>) {
    let target = context.target;
    let Some(cluster) = target.cluster_version() else { return };
    for platform in target.impossible_nodes() {
        let message = format!("Redis Software {cluster} does not run on {platform}");
        // Of a system it is enough to know the others; of an architecture, with which it goes.
        let help = target.operating_systems().contains(&platform).then(|| {
            let systems = target.possible_operating_systems().join(", ");
            format!("Correct the target: Redis Software {cluster} runs on {systems}.")
        });
        context
            .report(&NODES_IMPOSSIBLE, Location::default(), message)
            .help(help)
            .data("platform", platform)
            .data("release", cluster);
    }
}

pub(super) fn check_pack_version(context: &mut Context<'_>, facts: &MetadataFacts) {
    let target = context.target;
    let (Some(cluster), Some(wanted)) = (target.newest_version(), facts.metadata.min_redis_pack_version()) else {
        return;
    };
    // What cannot be read as a version is a finding of the group metadata.
    let Ok(minimum) = version::parse(wanted) else { return };
    if minimum.cmp_precedence(&cluster).is_le() {
        return;
    }
    let has = target.cluster_version().unwrap_or_default();
    let (rule, message) = if target.release().is_none_or(|release| release.checks_min_redis_pack_version.value) {
        (&PACK_VERSION, format!("the module needs Redis Enterprise {wanted}, the cluster is {has}"))
    } else {
        let message = format!("the module needs Redis Enterprise {wanted}, the cluster is {has} and does not check it");
        (&PACK_VERSION_IGNORED, message)
    };
    let at = Location::key("min_redis_pack_version");
    context.report(rule, at, message).data("needs", wanted).data("has", has);
}
