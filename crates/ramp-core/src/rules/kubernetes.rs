//! Kubernetes: manifests by which the operator would not load a module.
//!
//! Sources: Redis Enterprise for Kubernetes, "Configure modules"; the definition of the custom resource
//! `RedisEnterpriseCluster` in `redis-enterprise-k8s-docs`.

mod bundled;
mod bundles;
mod clusters;
mod databases;
mod list;
mod listed;
mod names;
mod objects;
mod pairs;
mod targets;
mod twice;
mod types;
mod urls;
mod versions;

use super::context::Context;
use crate::finding::Rule;
use crate::kubernetes::{Bundle, Manifests};
use pairs::Pairs;

/// The rules of this group, theme by theme.
pub(super) const OBJECT_RULES: &[&Rule] = objects::RULES;
pub(super) const FORM_RULES: &[&Rule] = names::RULES;
pub(super) const TARGET_RULES: &[&Rule] = targets::RULES;
pub(super) const CLUSTER_RULES: &[&Rule] = clusters::RULES;
pub(super) const TYPE_RULES: &[&Rule] = types::RULES;
pub(super) const LIST_RULES: &[&Rule] = list::RULES;
pub(super) const URL_RULES: &[&Rule] = urls::RULES;
pub(super) const TWICE_RULES: &[&Rule] = twice::RULES;
pub(super) const BUNDLE_RULES: &[&Rule] = bundles::RULES;
pub(super) const DATABASE_RULES: &[&Rule] = databases::RULES;
pub(super) const VERSION_RULES: &[&Rule] = versions::RULES;

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, bundles: &[Bundle]) {
    objects::check(context, manifests);
    names::check(context, manifests);
    if !bundles.is_empty() {
        targets::check(context, manifests);
    }
    types::check(context, manifests);
    let pairs = Pairs::of(manifests, bundles);
    for cluster in &manifests.clusters {
        clusters::check(context, cluster, !bundles.is_empty());
        list::check(context, cluster, &manifests.secrets);
    }
    twice::check(context, manifests, &pairs);
    bundles::check(context, manifests, &pairs);
    databases::check(context, manifests, &pairs);
}
