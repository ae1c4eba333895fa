//! Kubernetes: the Redis version of a database.

use super::listed::{Listed, Redis, redis};
use crate::datum::Datum;
use crate::finding::Rule;
use crate::knowledge::Knowledge;
use crate::kubernetes::{Cluster, Database, DatabaseModule, Text};
use crate::level::Level::{Error, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::version;

pub(super) const RULES: &[&Rule] = &[&REDIS, &VERSION, &OWN];

/// What stands for a version: the newest of all, and the newest first one of a line.
const CHANNELS: [&str; 2] = ["latest", "major"];

static REDIS: Rule = Rule {
    what: "The `redisVersion` of a database is not one that the cluster's version has; or it is neither a version nor `latest` \
           or `major`.",
    why: "Each version of Redis Software comes with some versions of Redis, and a database can be of no other.",
    help: "Write a version that the cluster has, or leave `redisVersion` out.",
    example: "`redisVersion: \"8.8\"` in a cluster of 8.0.10-64.",
    data: &[
        ("database", "the database"),
        ("found", "its version"),
        ("has", "the versions that the cluster has"),
        ("release", "the version of the cluster"),
    ],
    ..rule("kubernetes-database-redis", Error, "a database is of a Redis version that its cluster does not have")
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

static OWN: Rule = Rule {
    what: "The `version` of a module in the `modulesList` of a database is not the `semantic_version` of any bundle that its \
           cluster lists under that name, for the Redis version of the database where there are such. It is compared only where all \
           of these bundles were given.",
    why: "The database is to have exactly that version of the module, and the cluster does not have it. The field is deprecated: \
          without it the version follows from the Redis version of the database.",
    help: "Leave `version` out, or write the `semantic_version` of a listed bundle.",
    example: "`modulesList: [{name: hello, version: 1.2.4}]` and a bundle with `\"semantic_version\": \"1.2.3\"`.",
    data: &[
        ("database", "the database"),
        ("found", "the version"),
        ("has", "the versions of the listed bundles"),
        ("module", "the module"),
        ("suggestion", "the version to write, where there is only one"),
    ],
    ..rule(
        "kubernetes-module-version",
        Warning,
        "a database asks for a version of a module that its cluster does not list",
    )
};

/// Whether the version of a module that a database asks for is listed. Of the modules that come with a cluster, the versions
/// are not known.
pub(super) fn check_own(context: &mut Context<'_>, database: &Database, item: &DatabaseModule, listed: &Listed<'_>) {
    let Some((text, found)) = item.version.as_ref().and_then(|text| Some((text, text.known()?))) else { return };
    // Of several, those that are for the database's Redis.
    let wanted = database.redis_version.as_ref().and_then(|text| redis(text.known()?));
    let is_for = |of: Option<Redis>| wanted.is_some() && of == wanted;
    let suits = listed.versions.iter().any(|(_, of)| is_for(*of));
    let of_it = listed.versions.iter().filter(|(_, of)| !suits || is_for(*of)).map(|(version, _)| *version);
    let Some(mut has) = of_it.collect::<Option<Vec<&str>>>() else { return };
    if has.is_empty() || has.contains(&found) || context.is_full(&OWN) {
        return;
    }
    has.sort_unstable();
    has.dedup();
    let (title, name) = (database.identity.title(), item.name.as_ref().map_or("", |name| &name.value));
    let of = wanted.filter(|_| suits).map(|(major, minor)| format!(" for Redis {major}.{minor}")).unwrap_or_default();
    let message = format!("{title} asks for version {found} of `{name}`; the cluster lists {}{of}", has.join(", "));
    let meant = Some(has.as_slice()).and_then(|has| if let [only] = has { Some(*only) } else { None });
    let help = meant.map(|meant| format!("Leave `version` out, which is deprecated, or write `version: \"{meant}\"`."));
    let reported = context.report(&OWN, text.place.location(), message).help(help);
    let reported = reported.data("database", &database.identity.name).data("module", name);
    reported.data("found", found).data("has", Datum::list(has)).maybe("suggestion", meant);
}

/// Whether a database may be of a version that its cluster has. Where it is not, which modules are for it is beside the point.
pub(super) fn check_redis(context: &mut Context<'_>, database: &Database, cluster: Option<&Cluster>) -> bool {
    let Some(text) = database.redis_version.as_ref().filter(|text| text.known().is_some()) else { return true };
    let (title, found) = (database.identity.title(), &text.value);
    let at = text.place.location();
    let Some(wanted) = redis(found) else {
        let is_channel = CHANNELS.contains(&found.as_str());
        if !is_channel {
            let message =
                format!("the `redisVersion` of {title} is `{found}`, which is not a version, `latest` or `major`");
            context.report(&REDIS, at, message).data("database", &database.identity.name).data("found", found);
        }
        return is_channel;
    };
    let tag = cluster.and_then(|cluster| cluster.version_tag.as_ref()?.known());
    let Some((tag, version)) = tag.and_then(|tag| Some((tag, version::parse(tag).ok()?))) else { return true };
    let Some(release) = Knowledge::builtin().release(tag) else { return true };
    let has: Vec<&str> = release.databases_in(Some(&version)).map(|row| row.version.as_str()).collect();
    if has.is_empty() || has.iter().any(|own| redis(own) == Some(wanted)) {
        return true;
    }
    let message = format!("{title} is of Redis {found}; clusters of {tag} have {}", has.join(", "));
    let reported = context.report(&REDIS, at, message).data("database", &database.identity.name);
    reported.data("found", found).data("has", Datum::list(has)).data("release", tag);
    false
}

/// Whether one of the bundles that a cluster lists of a module is for a database, and no other.
pub(super) fn check_module(context: &mut Context<'_>, database: &Database, module: &Text, listed: &Listed<'_>) {
    let Some(version) = &database.redis_version else { return };
    // `latest` and `major` are not known from here.
    let Some(wanted) = redis(&version.value) else { return };
    let count = listed.counts.get(&wanted).copied().unwrap_or_default();
    if count == 1 || (count == 0 && listed.unknown) || context.is_full(&VERSION) {
        return;
    }
    let (title, name) = (database.identity.title(), &module.value);
    let has = listed.has.join(", ");
    let found = match count {
        0 => format!("the listed bundles of it are for {has}"),
        count => format!("{count} of the listed bundles of it are for that ({has})"),
    };
    let message = format!("{title} is of Redis {} and has the module `{name}`; {found}", version.value);
    let reported = context.report(&VERSION, version.place.location(), message);
    let reported = reported.data("database", &database.identity.name).data("module", name);
    let reported = reported.data("needs", &version.value).data("has", Datum::list(&listed.has));
    reported.maybe("count", (count > 0).then_some(count));
}
