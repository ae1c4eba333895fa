//! Kubernetes: manifests by which the operator would not load a module.
//!
//! Sources: Redis Enterprise for Kubernetes, "Configure modules"; the definition of the custom resource
//! `RedisEnterpriseCluster` in `redis-enterprise-k8s-docs`.

mod bundles;
mod clusters;
mod databases;
mod list;
mod pairs;
mod types;

use super::context::Context;
use crate::finding::Rule;
use crate::kubernetes::{Bundle, Manifests};
use pairs::Pairs;

/// The rules of this group, theme by theme.
pub(super) const CLUSTER_RULES: &[&Rule] = clusters::RULES;
pub(super) const TYPE_RULES: &[&Rule] = types::RULES;
pub(super) const LIST_RULES: &[&Rule] = list::RULES;
pub(super) const BUNDLE_RULES: &[&Rule] = bundles::RULES;
pub(super) const DATABASE_RULES: &[&Rule] = databases::RULES;

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, bundles: &[Bundle]) {
    types::check(context, manifests);
    let pairs = Pairs::of(manifests, bundles);
    for cluster in &manifests.clusters {
        clusters::check(context, cluster);
        list::check(context, cluster, &manifests.secrets);
    }
    bundles::check(context, manifests, &pairs);
    databases::check(context, manifests, &pairs);
}
