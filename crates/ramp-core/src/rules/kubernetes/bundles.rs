//! Kubernetes: the list of a cluster against the bundles that it is to load.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;

use super::pairs::{Pair, Pairs, file_name, path_of};
use crate::datum::Datum;
use crate::finding::Rule;
use crate::knowledge::Knowledge;
use crate::kubernetes::{Bundle, BundleMetadata, Manifests, NODES_RUN, Text};
use crate::level::Level::{Error, Note, Warning};
use crate::rules::context::Context;
use crate::rules::declare::kubernetes as rule;
use crate::target::platform_id;

pub(super) const RULES: &[&Rule] = &[&NAME, &URL_BUNDLE, &METADATA, &NODE_OS, &NOT_LISTED, &NOT_GIVEN];

static NAME: Rule = Rule {
    what: "The `name` of an item of `spec.userDefinedModules` is neither the `module_name` nor the `display_name` in the \
           `module.json` of its bundle.",
    why: "The operator finds the module by that name. Where it does not, databases with the module cannot be created \
          or upgraded.",
    help: "Write the `module_name` of the bundle.",
    example: "`name: redis-gears` for a bundle with `\"module_name\": \"rg\"` and `\"display_name\": \"RedisGears\"`.",
    data: &[
        ("bundle", "the bundle's file"),
        ("expected", "the names that the bundle has"),
        ("found", "the name of the item"),
    ],
    ..rule("kubernetes-module-name", Error, "a module of the cluster does not have the name of its bundle")
};
static URL_BUNDLE: Rule = Rule {
    what: "The name of the file in a module's URL has a version of three numbers, and its bundle has another.",
    why: "Nodes load what they download, not the bundle that was checked: one of the two was not changed with the other.",
    help: "Write the URL of the bundle that was checked; or check the one that is at the URL.",
    example: "`url: https://modules.example.com/hello-1.2.3.zip` and a bundle of version 1.2.4.",
    data: &[
        ("bundle", "the bundle's file"),
        ("expected", "the `semantic_version` of the bundle"),
        ("found", "the version in the URL"),
        ("module", "the name of the item"),
    ],
    ..rule("kubernetes-url-bundle", Warning, "the URL of a module is that of another version than its bundle")
};
static METADATA: Rule = Rule {
    what: "The `module.json` of a listed bundle lacks `module_name`, `display_name`, `semantic_version`, `commands` or \
           `compatible_redis_version`, or has nothing in one of them.",
    why: "The operator requires all five, while an upload by hand takes a bundle without some of them.",
    help: "Pack the bundle again with that field in its manifest.",
    example: "A `module.json` without `compatible_redis_version`.",
    data: &[("bundle", "the bundle's file"), ("field", "the field")],
    ..rule("kubernetes-metadata-missing", Error, "a module lacks metadata that the operator requires")
};
static NODE_OS: Rule = Rule {
    what: "The `operating_systems` of a listed bundle do not name `rhel9`. Where the bundles are checked against that system, \
           their own results say so instead, as `os-not-supported`.",
    why: "From operator 7.8.2-6 on all nodes run in images of RHEL 9, whatever the machines underneath run.",
    help: "List the build for `rhel9`; if it is the same build, name the system in `operating_systems`.",
    example: "A build for `ubuntu22`, because the machines of the Kubernetes cluster run Ubuntu.",
    data: &[
        ("bundle", "the bundle's file"),
        ("has", "the system of the nodes"),
        ("needs", "the systems that the module is for"),
    ],
    ..rule("kubernetes-node-os", Error, "a module is not for the system in the nodes' images")
};
static NOT_LISTED: Rule = Rule {
    what: "A bundle was given that no cluster's `spec.userDefinedModules` lists, by the end of a URL or by its name.",
    why: "The operator does not load it. Either it was forgotten, or its name in the list is wrong.",
    help: "Add it to the list, or leave the bundle out.",
    example: "`ramp validate --kubernetes rec.yaml a.zip b.zip`, where `rec.yaml` lists the module of `a.zip` only.",
    data: &[("bundle", "the bundle's file"), ("module", "its `module_name`")],
    ..rule("kubernetes-bundle-not-listed", Warning, "a bundle is not among the modules of the cluster")
};
static NOT_GIVEN: Rule = Rule {
    what: "No bundle was given for an item of `spec.userDefinedModules`.",
    why: "What is in it could not be checked; nothing is downloaded.",
    help: "Name the bundle on the command line too.",
    example: "`ramp validate --kubernetes rec.yaml` with no bundle at all.",
    data: &[("module", "the name of the item")],
    ..rule("kubernetes-bundle-missing", Note, "the bundle of a module was not given")
};

/// Architectures, whose numbers are none of a version.
const ARCHITECTURE_WORDS: [&str; 5] = ["x86_64", "x86-64", "aarch64", "arm64v8", "amd64"];

pub(super) fn check(context: &mut Context<'_>, manifests: &Manifests, pairs: &Pairs<'_>) {
    let with_bundle = pairs.pairs.iter().filter(|pair| pair.bundle.is_some());
    let given: HashSet<(usize, &str)> = with_bundle.filter_map(|pair| Some((pair.cluster, url(pair)?))).collect();
    for pair in &pairs.pairs {
        match (pair.bundle, pair.bundle.and_then(|bundle| bundle.metadata.as_ref())) {
            (Some(bundle), Some(metadata)) => check_pair(context, pair, bundle, metadata),
            // Its own result says why it could not be read.
            (Some(_), None) => {}
            // One item is there twice, and its bundle was given.
            (None, _) if url(pair).is_some_and(|url| given.contains(&(pair.cluster, url))) => {}
            (None, _) => {
                let message = format!("no bundle was given for {}", pair.module.title());
                let reported = context.report(&NOT_GIVEN, pair.module.place.location(), message);
                reported.maybe("module", pair.module.name());
            }
        }
    }
    // What it lists cannot be read.
    if manifests.hidden_list().is_some() {
        return;
    }
    let Some(cluster) = manifests.clusters.first() else { return };
    for bundle in &pairs.unlisted {
        let name = bundle.metadata.as_ref().and_then(|metadata| metadata.module_name.as_ref());
        let module = name.map(|name| format!(" (module `{name}`)")).unwrap_or_default();
        let message = format!("`{}`{module} is not listed in `userDefinedModules`", bundle.file);
        let reported = context.report(&NOT_LISTED, cluster.identity.place.location(), message);
        reported.data("bundle", &bundle.file).maybe("module", name);
    }
}

fn url<'a>(pair: &Pair<'a>) -> Option<&'a str> {
    pair.module.url().map(|url| url.value.as_str())
}

/// The version that a file is named by, of three numbers, where none of those in its name is that one. Numbers behind letters are
/// those of something else: `rhel9.4.0`, `glibc2.28.0`; and so are versions of clusters and of Redis.
fn other_version(name: &str, own: &str) -> Option<String> {
    let own = semver::Version::parse(own).ok()?;
    let name = percent_decode_str(name).decode_utf8().ok()?;
    let name = ARCHITECTURE_WORDS.iter().fold(name.into_owned(), |name, word| name.replace(word, "-"));
    let parts = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let version = |part: &str| {
        let part = part.trim_matches('.');
        let bare = part.strip_prefix(['v', 'V']).unwrap_or(part);
        // What ends the name of the file, and words in front of it with dots between.
        let numbers = bare.split('.').skip_while(|word| !is_number(word)).take_while(|word| is_number(word));
        let numbers: Vec<u64> = numbers.map(|number| number.parse().ok()).collect::<Option<_>>()?;
        if let [major, minor, patch] = numbers[..] { Some((major, minor, patch)) } else { None }
    };
    let found: Vec<(u64, u64, u64)> = parts.filter_map(version).collect();
    let is_of_cluster =
        |(major, minor, _): &&(u64, u64, u64)| Knowledge::builtin().release(&format!("{major}.{minor}")).is_some();
    if found.contains(&(own.major, own.minor, own.patch)) {
        return None;
    }
    let (major, minor, patch) = found.iter().find(|version| !is_of_cluster(version))?;
    Some(format!("{major}.{minor}.{patch}"))
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

fn check_pair(context: &mut Context<'_>, pair: &Pair<'_>, bundle: &Bundle, metadata: &BundleMetadata) {
    let file = &bundle.file;
    let names: Vec<&String> = [&metadata.module_name, &metadata.display_name].into_iter().flatten().collect();
    let is_other = |name: &&Text| name.known().is_some_and(|name| !metadata.is_called(name));
    if let Some(name) = pair.module.name.as_ref().filter(|_| !names.is_empty()).filter(is_other) {
        let called = |key: &str, name: &Option<String>| name.as_ref().map(|name| format!("the `{key}` `{name}`"));
        let called = [called("module_name", &metadata.module_name), called("display_name", &metadata.display_name)];
        let called: Vec<String> = called.into_iter().flatten().collect();
        let message = format!("`{}` is not a name of `{file}`, which has {}", name.value, called.join(" and "));
        let reported = context.report(&NAME, name.place.location().and_key("module_name"), message);
        let help = metadata.module_name.as_ref().map(|name| format!("Write `name: {name}`."));
        reported.data("bundle", file).data("found", &name.value).data("expected", Datum::list(names)).help(help);
    }
    if let (Some(url), Some(own)) = (pair.module.url(), &metadata.semantic_version) {
        if let Some(found) = other_version(file_name(path_of(&url.value)), own) {
            let title = pair.module.title();
            let message = format!("the URL of {title} is that of version {found}; `{file}` is of version {own}");
            let reported =
                context.report(&URL_BUNDLE, url.place.location(), message).maybe("module", pair.module.name());
            reported.data("bundle", file).data("found", &found).data("expected", own);
        }
    }
    for field in &metadata.missing {
        let message = format!("`{file}` has no `{field}`");
        let at = pair.module.place.location().and_key(field);
        context.report(&METADATA, at, message).data("bundle", file).data("field", *field);
    }
    // Where that system is the target's, the bundle's own result says so.
    let target = context.target;
    if !target.takes_any_platform() && target.operating_systems().iter().any(|system| system == NODES_RUN) {
        return;
    }
    let systems = &metadata.operating_systems;
    if !systems.is_empty() && !systems.iter().any(|name| platform_id(name) == NODES_RUN) {
        let message = format!("nodes run {NODES_RUN}; `{file}` is only for {}", systems.join(", "));
        let at = pair.module.place.location().and_key("operating_systems");
        let reported = context.report(&NODE_OS, at, message).data("bundle", file);
        reported.data("has", Datum::list([NODES_RUN])).data("needs", Datum::list(systems));
    }
}
