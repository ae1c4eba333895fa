//! Kubernetes: the cluster itself.

use crate::finding::Rule;
use crate::kubernetes::Cluster;
use crate::level::Level::{Error, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::version;

pub(super) const RULES: &[&Rule] = &[&VERSION, &AUTO_UPGRADE];

/// The first version that loads user-defined modules as it starts.
const FIRST: &str = "8.0.6";

static VERSION: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `spec.redisEnterpriseImageSpec.versionTag` names a version before 8.0.6.",
    why: "Modules are loaded in this way from 8.0.6 on, by the operator of that version or later. The notes of 8.0.2 say that \
          custom modules are not supported, and that clusters with some are not to be upgraded to it.",
    help: "Upgrade operator and cluster to 8.0.6 or later.",
    example: "`versionTag: 8.0.2-17`",
    data: &[("cluster", "the cluster"), ("has", "its version"), ("needs", "the first version that loads modules so")],
    ..rule("kubernetes-cluster-version", Error, "the cluster's version does not load user-defined modules")
};
static AUTO_UPGRADE: Rule = Rule {
    what: "A cluster has `spec.userDefinedModules`, and `autoUpgradeRedisEnterprise` of `spec.upgradeSpec` is `true`.",
    why: "An upgrade of the operator then upgrades the cluster at once, to versions of Redis that the listed modules may not be \
          for. The documentation wants it `false` until the list has modules for the new versions.",
    help: "Set it to `false` before an upgrade, and list the modules for the new versions.",
    example: "`upgradeSpec: {autoUpgradeRedisEnterprise: true}`",
    data: &[("cluster", "the cluster")],
    ..rule("kubernetes-auto-upgrade", Warning, "a cluster with user-defined modules upgrades by itself")
};

pub(super) fn check(context: &mut Context<'_>, cluster: &Cluster) {
    if cluster.modules.is_empty() {
        return;
    }
    let own = &cluster.identity.name;
    if let Some(tag) = &cluster.version_tag {
        let parsed = (version::parse(&tag.value), version::parse(FIRST));
        if let (Ok(has), Ok(first)) = parsed {
            if has.cmp_precedence(&first).is_lt() {
                let message = format!(
                    "the cluster `{own}` is of version {}, and user-defined modules are loaded from {FIRST} on",
                    tag.value
                );
                let reported = context.report(&VERSION, tag.place.location(), message);
                reported.data("cluster", own).data("has", &tag.value).data("needs", FIRST);
            }
        }
    }
    if let Some(place) = &cluster.auto_upgrade {
        let message = format!("the cluster `{own}` has user-defined modules, and upgrades with the operator");
        context.report(&AUTO_UPGRADE, place.location(), message).data("cluster", own);
    }
}
