//! Kubernetes: what databases ask of the modules of their cluster.

use std::collections::HashMap;

use super::pairs::{Pair, Pairs};
use crate::datum::Datum;
use crate::finding::Rule;
use crate::knowledge::Knowledge;
use crate::kubernetes::{Cluster, Database, Manifests, Text};
use crate::level::Level::Error;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::version;

pub(super) const RULES: &[&Rule] = &[&MODULE, &VERSION, &ACTIVE_ACTIVE];

static MODULE: Rule = Rule {
    what: "A database names a module in `spec.modulesList` that is neither in its cluster's `spec.userDefinedModules` nor one \
           of those that come with Redis Software.",
    why: "The operator's admission controller refuses a database with a module that the cluster does not define.",
    help: "Add the module to `spec.userDefinedModules` of the cluster, before the database is made; or correct the name.",
    example: "`modulesList: [{name: helo}]` and a cluster that lists `hello`.",
    data: &[("cluster", "the cluster"), ("database", "the database"), ("module", "the module")],
    ..rule("kubernetes-database-module", Error, "a database has a module that its cluster does not define")
};
static VERSION: Rule = Rule {
    what: "Of the bundles that a cluster lists of a module, not exactly one has the Redis version of a database with that \
           module in its `compatible_redis_version`.",
    why: "The version of a module is chosen by that field, which must match the database's Redis version; without a match the \
          module cannot be loaded, and with two nobody knows which it is.",
    help: "List one bundle of the module for each Redis version that databases with it have.",
    example: "A database with `redisVersion: \"8.2\"` and a bundle for 7.4 only.",
    data: &[
        ("count", "how many of the bundles are for the database's"),
        ("database", "the database"),
        ("has", "the Redis versions that the listed bundles are for"),
        ("module", "the module"),
        ("needs", "the Redis version of the database"),
    ],
    ..rule("kubernetes-database-version", Error, "a database has no module for its Redis version, or several")
};
static ACTIVE_ACTIVE: Rule = Rule {
    what: "A `RedisEnterpriseActiveActiveDatabase` has a user-defined module.",
    why: "Active-Active databases take only the modules that come with Redis Software.",
    help: "Use the module in a `RedisEnterpriseDatabase`, or leave it out.",
    example: "`globalConfigurations: {modulesList: [{name: hello}]}`",
    data: &[("database", "the database"), ("module", "the module")],
    ..rule("kubernetes-active-active", Error, "an Active-Active database has a user-defined module")
};

/// Major and minor of a Redis version.
type Redis = (u64, u64);

/// What a cluster lists under one name.
#[derive(Debug, Default)]
struct Listed<'a> {
    /// `compatible_redis_version` of the bundles, in the order of the list.
    has: Vec<&'a str>,
    /// How many are for each.
    counts: HashMap<Redis, u64>,
    /// Whether something is there of which it is not known what it is for.
    unknown: bool,
}

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, pairs: &Pairs<'_>) {
    let mut listed: HashMap<(usize, &str), Listed<'_>> = HashMap::new();
    for pair in &pairs.pairs {
        for name in names(pair) {
            listed.entry((pair.cluster, name)).or_default().add(pair);
        }
    }
    for database in &manifests.databases {
        let Some((index, cluster)) = cluster_of(database, &manifests.clusters) else { continue };
        for module in &database.modules {
            let of_cluster = listed.get(&(index, module.value.as_str()));
            check_module(context, database, cluster, module, of_cluster);
        }
    }
}

/// The names by which databases may ask for a listed module, each once.
fn names<'a>(pair: &Pair<'a>) -> Vec<&'a str> {
    let metadata = pair.bundle.and_then(|bundle| bundle.metadata.as_ref());
    let own = metadata.into_iter().flat_map(|m| [&m.module_name, &m.display_name]).flatten().map(String::as_str);
    let mut names: Vec<&str> = pair.module.name.iter().map(|name| name.value.as_str()).chain(own).collect();
    names.sort_unstable();
    names.dedup();
    names
}

impl<'a> Listed<'a> {
    fn add(&mut self, pair: &Pair<'a>) {
        let metadata = pair.bundle.and_then(|bundle| bundle.metadata.as_ref());
        // Where the field is not there, another rule says so.
        let Some(text) = metadata.and_then(|metadata| metadata.compatible_redis_version.as_ref()) else {
            self.unknown = true;
            return;
        };
        self.has.push(text);
        if let Some(version) = redis(text) {
            let count = self.counts.entry(version).or_default();
            *count = count.saturating_add(1);
        }
    }
}

/// The cluster of a database: the one that it names, or the only one.
fn cluster_of<'a>(database: &Database, clusters: &'a [Cluster]) -> Option<(usize, &'a Cluster)> {
    let mut all = clusters.iter().enumerate();
    match &database.cluster {
        Some(name) => all.find(|(_, cluster)| cluster.identity.is_called(name, &database.identity)),
        None => all.next().filter(|_| clusters.len() == 1),
    }
}

fn redis(text: &str) -> Option<Redis> {
    version::parse(text).ok().map(|version| (version.major, version.minor))
}

/// Whether a module comes with some release.
fn is_bundled(name: &str) -> bool {
    Knowledge::builtin().releases().iter().any(|release| release.bundled_modules.value.iter().any(|m| m == name))
}

fn check_module(
    context: &mut Context<'_>,
    database: &Database,
    cluster: &Cluster,
    module: &Text,
    listed: Option<&Listed<'_>>,
) {
    let (own, name) = (&database.identity.name, &module.value);
    let Some(listed) = listed else {
        if !is_bundled(name) {
            let of = &cluster.identity.name;
            let message =
                format!("the database `{own}` has the module `{name}`, which the cluster `{of}` does not define");
            let reported = context.report(&MODULE, module.place.location(), message);
            reported.data("database", own).data("module", name).data("cluster", of);
        }
        return;
    };
    if database.active_active {
        let message = format!("the Active-Active database `{own}` has the user-defined module `{name}`");
        let reported = context.report(&ACTIVE_ACTIVE, module.place.location(), message);
        reported.data("database", own).data("module", name);
        return;
    }
    let Some(version) = &database.redis_version else { return };
    // `latest` and `major` are not known from here.
    let Some(wanted) = redis(&version.value) else { return };
    let count = listed.counts.get(&wanted).copied().unwrap_or_default();
    if count == 1 || (count == 0 && listed.unknown) || context.is_full(&VERSION) {
        return;
    }
    let has = listed.has.join(", ");
    let found = match count {
        0 => format!("the listed bundles of it are for {has}"),
        count => format!("{count} of the listed bundles of it are for that ({has})"),
    };
    let message = format!("the database `{own}` is of Redis {} and has the module `{name}`; {found}", version.value);
    let reported = context.report(&VERSION, version.place.location(), message);
    let reported = reported.data("database", own).data("module", name).data("needs", &version.value);
    reported.data("has", Datum::list(&listed.has)).maybe("count", (count > 0).then_some(count));
}
