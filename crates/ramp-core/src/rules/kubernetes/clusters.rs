//! Kubernetes: the cluster itself.

use crate::endpoint::Endpoint;
use crate::finding::Rule;
use crate::kubernetes::{Cluster, FIRST_TO_DOWNLOAD as FIRST, Text, downloads};
use crate::level::Level::{Error, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&VERSION, &AUTO_UPGRADE];

static VERSION: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `spec.redisEnterpriseImageSpec.versionTag` names a version before 8.0.6. \
           Where it lists nothing, and bundles were given, it is a note.",
    why: "Modules are loaded in this way from 8.0.6 on, by the operator of that version or later. The notes of 8.0.2 say that \
          custom modules are not supported, and that clusters with some are not to be upgraded to it. What the report says as \
          the cluster's answer to a bundle is then the answer to an upload, which is another way to get it there.",
    help: "Upgrade operator and cluster to 8.0.6 or later.",
    example: "`versionTag: 8.0.2-17`",
    data: &[
        ("cluster", "the cluster"),
        ("has", "its version"),
        (
            "needs",
            "the first version that loads modules this \
                                                                           way",
        ),
    ],
    ..rule("kubernetes-cluster-version", Error, "the cluster's version does not load user-defined modules")
};
static AUTO_UPGRADE: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `autoUpgradeRedisEnterprise` of `spec.upgradeSpec` is `true`.",
    why: "An upgrade of the operator then upgrades the cluster at once, to versions of Redis that the listed modules \
          may not be for. The documentation says to keep it `false` until the list has modules for the new versions.",
    help: "Set it to `false` before an upgrade, and list the modules for the new versions.",
    example: "`upgradeSpec: {autoUpgradeRedisEnterprise: true}`",
    data: &[("cluster", "the cluster")],
    ..rule("kubernetes-auto-upgrade", Warning, "a cluster with user-defined modules is upgraded automatically")
};

/// `with_bundles` where some were given.
pub(super) fn check(context: &mut Context<'_>, cluster: &Cluster, with_bundles: bool) {
    if !cluster.modules.is_empty() || with_bundles {
        if let Some(tag) = &cluster.version_tag {
            check_version(context, cluster, tag, with_bundles);
        }
    }
    if let Some(place) = cluster.auto_upgrade.as_ref().filter(|_| !cluster.modules.is_empty()) {
        let message = format!("{} has user-defined modules, and upgrades with the operator", cluster.identity.title());
        context.report(&AUTO_UPGRADE, place.location(), message).data("cluster", &cluster.identity.name);
    }
}

fn check_version(context: &mut Context<'_>, cluster: &Cluster, tag: &Text, with_bundles: bool) {
    if downloads(&tag.value) != Some(false) {
        return;
    }
    let (title, has) = (cluster.identity.title(), &tag.value);
    let message = format!("{title} is of version {has}, and user-defined modules are loaded from {FIRST} on");
    // The bundles have an answer of their own, and it is not to what this cluster is asked for.
    let endpoint = context.target.known_endpoint().filter(|endpoint| with_bundles && *endpoint != Endpoint::Bootstrap);
    let help = endpoint.map(|endpoint| {
        format!(
            "Upgrade operator and cluster to {FIRST} or later; until then nodes download nothing, and the answers to the \
             bundles are those to an upload through `{endpoint}`."
        )
    });
    let mut reported = context.report(&VERSION, tag.place.location(), message).help(help);
    // A bundle that is not listed may be meant for an upload.
    if cluster.modules.is_empty() {
        reported = reported.note();
    }
    reported.data("cluster", &cluster.identity.name).data("has", has).data("needs", FIRST);
}
