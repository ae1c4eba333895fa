//! Kubernetes: the cluster of a database, and what the database asks of it.

use super::bundled::{self, Standing};
use super::list::INCOMPLETE;
use super::listed::{Listed, Lists};
use super::pairs::Pairs;
use super::versions;
use crate::datum::Datum;
use crate::finding::Rule;
use crate::kubernetes::{Cluster, Database, Kind, Manifests, Text, UserDefinedModule};
use crate::level::Level::{Error, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::text::closest;

pub(super) const RULES: &[&Rule] = &[&CLUSTER, &MODULE, &ACTIVE_ACTIVE];

static CLUSTER: Rule = Rule {
    what: "The cluster of a database is not in the files; or the database names none, and several are there.",
    why: "Which modules there are, and for which Redis, the cluster says: those of the database could not be checked.",
    help: "Give the file of the cluster too.",
    example: "A database with `redisEnterpriseCluster: {name: other}`, and a file with the cluster `rec`.",
    data: &[
        ("cluster", "the cluster that is asked for"),
        ("database", "the database"),
        ("has", "the clusters that are in the files"),
        ("suggestion", "the one that was probably meant"),
    ],
    ..rule("kubernetes-database-cluster", Warning, "the cluster of a database is not in the files")
};
static MODULE: Rule = Rule {
    what: "A database names a module that is neither in its cluster's `spec.userDefinedModules` nor one of those that come with \
           the cluster's version. Of a module that has been retired it is a note where the version is not known.",
    why: "The operator's admission controller refuses a database with a module that the cluster does not define. RedisGraph and \
          RedisGears 2 came with Redis Software once; the images of RHEL 9, which nodes run, do not have them.",
    help: "Add the module to `spec.userDefinedModules` of the cluster, before the database is created; or correct the \
           name.",
    example: "`modulesList: [{name: helo}]` and a cluster that lists `hello`; `modulesList: [{name: graph}]`.",
    data: &[
        ("cluster", "the cluster"),
        ("database", "the database"),
        ("has", "the version of the cluster, where the module has been retired"),
        ("module", "the module"),
        ("suggestion", "the module that was probably meant"),
    ],
    ..rule("kubernetes-database-module", Error, "a database has a module that its cluster does not have")
};
static ACTIVE_ACTIVE: Rule = Rule {
    what: "A `RedisEnterpriseActiveActiveDatabase` has a user-defined module.",
    why: "Active-Active databases take only the modules that come with Redis Software.",
    help: "Use the module in a `RedisEnterpriseDatabase`, or leave it out.",
    example: "`globalConfigurations: {modulesList: [{name: hello}]}`",
    data: &[("database", "the database"), ("module", "the module")],
    ..rule("kubernetes-active-active", Error, "an Active-Active database has a user-defined module")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, pairs: &Pairs<'_>) {
    let lists = Lists::of(pairs);
    for database in &manifests.databases {
        let clusters = clusters_of(database, &manifests.clusters);
        let may_be = versions::check_redis(context, database, clusters.first().map(|(_, cluster)| *cluster));
        let Some((_, first)) = clusters.first() else {
            if database.cluster.as_ref().is_none_or(|name| name.placeholder().is_none()) {
                report_no_cluster(context, database, &manifests.clusters);
            }
            continue;
        };
        for item in &database.modules {
            let Some(module) = &item.name else {
                let message = "an item of `modulesList` has no `name`";
                let reported = context.report(&INCOMPLETE, item.place.location(), message);
                reported.data("field", "name").help("Write `name: NAME`.".to_owned());
                continue;
            };
            let Some(name) = module.known() else { continue };
            match clusters.iter().find_map(|(index, _)| lists.get(*index, name)) {
                Some(listed) => {
                    check_listed(context, database, module, may_be.then_some(listed));
                    versions::check_own(context, database, item, listed);
                }
                // Which of them the database is in is not filled in yet.
                None if database.cluster.as_ref().is_some_and(|name| name.placeholder().is_some()) => {}
                None => {
                    let hidden = manifests.hidden_list();
                    check_unlisted(context, database, module, first, hidden, || listed_names(&lists, &clusters));
                }
            }
        }
    }
}

/// The clusters that a database may be in: that which it names, else the only one. One that is Active-Active is in several.
fn clusters_of<'a>(database: &Database, clusters: &'a [Cluster]) -> Vec<(usize, &'a Cluster)> {
    let named = database.cluster.as_ref().and_then(Text::known);
    let is_named = |cluster: &Cluster| named.is_none_or(|name| cluster.identity.name == name);
    let all: Vec<(usize, &Cluster)> = clusters.iter().enumerate().filter(|(_, cluster)| is_named(cluster)).collect();
    if all.len() <= 1 || (named.is_none() && database.identity.kind == Kind::ActiveActive) {
        // A cluster can have databases in other namespaces than its own.
        return all;
    }
    let beside = all.into_iter().filter(|(_, cluster)| cluster.identity.may_be_beside(&database.identity));
    let beside: Vec<(usize, &Cluster)> = beside.collect();
    // Of two objects of one name, which is a finding by itself, the first counts.
    if named.is_some() || beside.len() == 1 { beside } else { Vec::new() }
}

fn report_no_cluster(context: &mut Context<'_>, database: &Database, clusters: &[Cluster]) {
    let title = database.identity.title();
    let mut has: Vec<&str> = clusters.iter().map(|cluster| &*cluster.identity.name).collect();
    has.dedup();
    let listed = has.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let (message, place, help, meant) = match database.cluster.as_ref().filter(|name| name.known().is_some()) {
        Some(name) => {
            let asked = &name.value;
            let message =
                format!("{title} is in the cluster `{asked}`, which is not in these files; they have {listed}");
            let meant = closest(has.iter().copied(), asked);
            let help = match meant {
                Some(meant) => format!("Write `name: {meant}`, or give the file of the cluster `{asked}` too."),
                None => format!("Give the file of the cluster `{asked}` too."),
            };
            (message, &name.place, help, meant)
        }
        None => {
            let message = format!("{title} names no cluster, and these files have several: {listed}");
            let help = "Write `redisEnterpriseCluster: {name: NAME}` under its `spec`.".to_owned();
            (message, &database.identity.place, help, None)
        }
    };
    let reported = context.report(&CLUSTER, place.location(), message).help(help);
    let reported = reported.data("database", &database.identity.name).data("has", Datum::list(has));
    reported.maybe("cluster", database.cluster.as_ref().and_then(Text::known)).maybe("suggestion", meant);
}

fn listed_names<'a>(lists: &Lists<'a>, clusters: &[(usize, &Cluster)]) -> Vec<&'a str> {
    clusters.iter().flat_map(|(index, _)| lists.names(*index)).collect()
}

/// `listed` where the bundles can be held against the version of the database.
fn check_listed(context: &mut Context<'_>, database: &Database, module: &Text, listed: Option<&Listed<'_>>) {
    if database.identity.kind == Kind::ActiveActive {
        let message = format!("{} has the user-defined module `{}`", database.identity.title(), module.value);
        let reported = context.report(&ACTIVE_ACTIVE, module.place.location(), message);
        reported.data("database", &database.identity.name).data("module", &module.value);
    } else if let Some(listed) = listed {
        versions::check_module(context, database, module, listed);
    }
}

fn check_unlisted<'a>(
    context: &mut Context<'_>,
    database: &Database,
    module: &Text,
    cluster: &Cluster,
    hidden: Option<&str>,
    listed: impl FnOnce() -> Vec<&'a str>,
) {
    if context.is_full(&MODULE) {
        return;
    }
    let name = &module.value;
    let release = bundled::release_of(cluster, context.target);
    let standing = bundled::standing(name, release);
    // A module whose name is not filled in may be the one.
    let is_open = |listed: &UserDefinedModule| listed.name.as_ref().is_some_and(|name| name.placeholder().is_some());
    if standing == Standing::Unknown && cluster.modules.iter().any(is_open) {
        return;
    }
    let (own, of) = (database.identity.title(), cluster.identity.title());
    let tag = cluster.version_tag.as_ref().and_then(Text::known).filter(|_| standing == Standing::Retired);
    let version = tag.map(|tag| format!(" of {tag}")).unwrap_or_default();
    let message = match standing {
        Standing::Comes => return,
        Standing::Retired => {
            format!("{own} has the module `{name}`, which has been retired, and which {of}{version} does not have")
        }
        Standing::Unknown => format!("{own} has the module `{name}`, which {of} does not define"),
    };
    let (meant, help) = match standing {
        Standing::Retired => {
            (None, Some("Leave it out of the database; no version of Redis Software from 8.0 on has it.".to_owned()))
        }
        _ if hidden.is_some() => (
            None,
            hidden
                .map(|key| format!("Correct `{key}` in the manifest of the cluster first: what it lists is not read.")),
        ),
        _ => {
            let meant = bundled::meant(name, release).or_else(|| closest(listed(), name));
            (meant, meant.map(|meant| format!("Write `name: {meant}`, if that is what is meant.")))
        }
    };
    let mut reported = context.report(&MODULE, module.place.location(), message).help(help);
    if standing == Standing::Retired && release.is_none() {
        reported = reported.note();
    }
    let reported = reported.data("database", &database.identity.name).data("module", name);
    reported.data("cluster", &cluster.identity.name).maybe("has", tag).maybe("suggestion", meant);
}
