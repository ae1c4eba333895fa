//! Kubernetes: modules that a list has twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::pairs::{Pair, Pairs};
use crate::finding::Rule;
use crate::kubernetes::{Manifests, Place, Text};
use crate::level::Level::Warning;
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;

pub(super) const RULES: &[&Rule] = &[&TWICE];

static TWICE: Rule = Rule {
    what: "Two items of `spec.userDefinedModules` have the same URL, or bundles of the same module in the same version; or two \
           items of `modulesList` of a database have the same name.",
    why: "A cluster has a module once in each version, and a database has a module once: which of the two items counts is not \
          documented.",
    help: "Leave one of them out.",
    example: "`modulesList: [{name: search}, {name: search}]`",
    data: &[
        ("module", "the name of the item"),
        ("other", "where the other begins: file, line, column"),
        ("version", "the version, where the bundles have the same"),
    ],
    ..rule("kubernetes-module-twice", Warning, "a list of modules has the same one twice")
};

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, pairs: &Pairs<'_>) {
    let (mut urls, mut builds) = (HashMap::new(), HashMap::new());
    for pair in &pairs.pairs {
        let (name, title, place) = (pair.module.name(), pair.module.title(), &pair.module.place);
        let url = pair.module.url().and_then(Text::known);
        if let Some(other) = url.and_then(|url| before(&mut urls, (pair.cluster, url), place)) {
            let message = format!("{title} has the same URL as the item at `{}`", other.location());
            report(context, place, other, message, name, None);
        } else if let Some(build @ (module, version, _)) = build(pair) {
            let Some(other) = before(&mut builds, (pair.cluster, build), place) else { continue };
            let at = other.location();
            let message =
                format!("the bundle of {title} is `{module}` {version}, and so is that of the item at `{at}`");
            report(context, place, other, message, name, Some(version));
        }
    }
    for database in &manifests.databases {
        let mut names = HashMap::new();
        for module in &database.modules {
            let Some(name) = module.name.as_ref().and_then(Text::known) else { continue };
            let Some(other) = before(&mut names, name, &module.place) else { continue };
            let message = format!("{} lists `{name}` at `{}` already", database.identity.title(), other.location());
            report(context, &module.place, other, message, Some(name), None);
        }
    }
}

/// What tells one build of a module from another: name, version, and the processor that it is for.
fn build<'a>(pair: &Pair<'a>) -> Option<(&'a str, &'a str, Option<&'a str>)> {
    let metadata = pair.bundle?.metadata.as_ref()?;
    let (name, version) = (metadata.module_name.as_deref()?, metadata.semantic_version.as_deref()?);
    Some((name, version, metadata.architecture.as_deref()))
}

/// Where a key was before, if it was; else it is there from now on.
fn before<'a, K: Eq + Hash>(seen: &mut HashMap<K, &'a Place>, key: K, place: &'a Place) -> Option<&'a Place> {
    match seen.entry(key) {
        Entry::Occupied(entry) => Some(entry.get()),
        Entry::Vacant(entry) => {
            entry.insert(place);
            None
        }
    }
}

fn report(
    context: &mut Context<'_>,
    place: &Place,
    other: &Place,
    message: String,
    module: Option<&str>,
    version: Option<&str>,
) {
    let reported = context.report(&TWICE, place.location(), message);
    reported.data("other", other.location().to_string()).maybe("module", module).maybe("version", version);
}
