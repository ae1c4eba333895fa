//! Kubernetes: whether the bundles were checked against the cluster of the manifests.

use crate::datum::Datum;
use crate::finding::Rule;
use crate::kubernetes::{Cluster, Manifests, NODES_RUN, Text};
use crate::level::Level::Warning;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::version;

pub(super) const RULES: &[&Rule] = &[&TARGET];

static TARGET: Rule = Rule {
    what: "The bundles were checked against another version of a cluster, or for other systems of the nodes, than the manifests \
           say; or, as a note, against no version, since the manifests name several.",
    why: "What is found of the bundles is then not what this cluster would find.",
    help: "Leave `--target` out, and `--os` where it was given: the manifests say what the cluster is.",
    example: "`--target 8.2` with a cluster whose `versionTag` is `8.0.10-64`.",
    data: &[
        ("cluster", "the cluster"),
        ("expected", "what the manifests say"),
        ("found", "what the bundles were checked against"),
    ],
    ..rule("kubernetes-other-target", Warning, "the bundles were checked against something other than the cluster")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests) {
    let tag = |cluster: &Cluster| cluster.version_tag.as_ref().map(|tag| tag.value.clone());
    let several = manifests.clusters.iter().zip(manifests.clusters.iter().skip(1)).any(|(a, b)| tag(a) != tag(b));
    for cluster in &manifests.clusters {
        if let Some(tag) = cluster.version_tag.as_ref().filter(|tag| tag.known().is_some()) {
            check_version(context, cluster, tag, several);
        }
    }
    if let Some(cluster) = manifests.clusters.first() {
        check_systems(context, cluster);
    }
}

fn check_version(context: &mut Context<'_>, cluster: &Cluster, tag: &Text, several: bool) {
    let (title, has) = (cluster.identity.title(), &tag.value);
    let at = tag.place.location();
    let reported = match (context.target.cluster_version(), version::parse(has)) {
        (Some(named), Ok(_)) if is_of(has, named) => return,
        (Some(named), Ok(_)) => {
            let message = format!("the bundles were checked against cluster {named}, and {title} is of version {has}");
            let named = named.to_owned();
            context.report(&TARGET, at, message).data("found", named)
        }
        // What is not a version is said of the tag.
        (_, Err(_)) => return,
        (None, Ok(_)) => {
            let (others, help) = if several {
                (", and not each of the others", "Check one cluster at a time, or name")
            } else {
                ("", "Name")
            };
            let message = format!("the bundles were checked against no version; {title} is of {has}{others}");
            let help = format!("{help} the version: `--target {has}`.");
            context.report(&TARGET, at, message).note().help(help)
        }
    };
    reported.data("cluster", &cluster.identity.name).data("expected", has);
}

/// Whether a cluster's version is the one that is named, as exactly as that is: `8.0.10-64` is of `8.0`.
fn is_of(version: &str, named: &str) -> bool {
    let parts = |text: &str| text.split(['.', '-']).map(str::to_owned).collect::<Vec<_>>();
    let (version, named) = (parts(version), parts(named));
    version.iter().zip(&named).all(|(one, other)| one == other)
}

fn check_systems(context: &mut Context<'_>, cluster: &Cluster) {
    let systems = context.target.operating_systems();
    if systems.is_empty() || systems.iter().any(|system| system == NODES_RUN) {
        return;
    }
    let systems = systems.to_vec();
    let (title, listed) = (cluster.identity.title(), systems.join(", "));
    let message = format!("the bundles were checked for {listed}, and the nodes of {title} run {NODES_RUN}");
    let help = format!("Leave `--os` out, or write `--os {NODES_RUN}`.");
    let reported = context.report(&TARGET, cluster.identity.place.location(), message).help(help);
    let reported = reported.data("cluster", &cluster.identity.name).data("expected", NODES_RUN);
    reported.data("found", Datum::list(systems));
}
