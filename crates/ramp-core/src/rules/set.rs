//! Set: bundles of one release that do not belong together, or of which one is missing.

use std::collections::{BTreeMap, BTreeSet};

use super::context::Context;
use super::declare::set as rule;
use crate::datum::Datum;
use crate::finding::{Location, Rule};
use crate::level::Level::{Error, Warning};
use crate::metadata::{Object, Value};
use crate::release_set::{Member, NodePlatform, ReleaseSet};
use crate::target::Target;
use crate::text::{count, shorten};

pub(super) const RULES: &[&Rule] =
    &[&MODULE, &VERSION, &COMMANDS, &CAPABILITIES, &REQUIREMENTS, &GIT_SHA, &TWICE, &MISSING];

/// What to do where one bundle says otherwise than the rest.
const PACK_AGAIN: &str = "Pack all bundles of a release from one commit and one manifest.";
const DATA: &[(&str, &str)] = &[
    ("bundle", "one of the bundles that most others agree with"),
    ("expected", "what most bundles have"),
    ("field", "the key of the metadata"),
    ("found", "what this one has"),
];

static MODULE: Rule = Rule {
    what: "The bundles of one release have different names of the module.",
    why: "They are builds of different modules, and do not replace each other on the nodes of a cluster.",
    help: "Check each module's bundles by themselves.",
    example: "`search` in one, `searchlight` in the others.",
    data: DATA,
    ..rule("set-module-differs", Error, "the bundles are of different modules")
};
static VERSION: Rule = Rule {
    what: "The bundles of one release have different versions, `version` or `semantic_version`.",
    why: "A cluster has a version of a module on all of its nodes: with bundles of different versions some nodes have none of them.",
    help: PACK_AGAIN,
    example: "10203 for rhel8, 10202 for rhel9.",
    data: DATA,
    ..rule("set-version-differs", Error, "the bundles have different versions")
};
static COMMANDS: Rule = Rule {
    what: "The bundles of one release list different commands, or say different things of one.",
    why: "The proxy of a cluster knows a module's commands from one bundle; on nodes with another build they are not the same.",
    help: PACK_AGAIN,
    example: "A command that the build for aarch64 leaves out.",
    data: &[
        ("bundle", "one of the bundles that most others agree with"),
        ("command", "the first command that is not the same"),
    ],
    ..rule("set-commands-differ", Error, "the bundles list different commands")
};
static CAPABILITIES: Rule = Rule {
    what: "The bundles of one release declare different capabilities; their order does not matter.",
    why: "A cluster decides by the capabilities what a database with the module can do, and has to decide the same on all nodes.",
    help: PACK_AGAIN,
    example: "`backup_restore` in one only.",
    data: DATA,
    ..rule("set-capabilities-differ", Error, "the bundles declare different capabilities")
};
static REQUIREMENTS: Rule = Rule {
    what: "The bundles of one release say different things of what they need: `min_redis_pack_version`, `min_redis_version`, \
           `compatible_redis_version`.",
    why: "Some nodes of a cluster would take the module, and others refuse it.",
    help: PACK_AGAIN,
    example: "`min_redis_pack_version` 7.4 in one, 7.8 in the others.",
    data: DATA,
    ..rule("set-requirements-differ", Warning, "the bundles need different versions")
};
static GIT_SHA: Rule = Rule {
    what: "The bundles of one release were packed from different commits, by `git_sha`, or only some of them name one.",
    why: "Whoever looks for the source of a bundle finds another one's.",
    help: PACK_AGAIN,
    example: "A bundle that was left in the folder from the build before.",
    data: DATA,
    ..rule("set-git-sha-differs", Error, "the bundles are of different commits")
};
static TWICE: Rule = Rule {
    what: "Two bundles of one release are for the same system and processor.",
    why: "Which of them a node gets depends on the order in which they are uploaded.",
    help: "Leave one of them out, or correct `operating_systems` and `architecture`.",
    example: "`a.zip` and `b.zip`, both for rhel9 on x86_64.",
    data: &[("bundle", "the other bundle"), ("platform", "the system and the processor")],
    ..rule("set-platform-twice", Error, "two bundles are for the same platform")
};
static MISSING: Rule = Rule {
    what: "For a node of the target, or a platform that is required, there is no bundle; or none for any system that the target's release \
           runs on.",
    why: "The module cannot be loaded on such nodes.",
    help: "Build and pack the module for that platform.",
    example: "`--set --os rhel8,rhel9` with bundles for rhel9 alone.",
    data: &[
        (
            "platform",
            "the system, and the processor where it is known; all that the release runs on, where there is a bundle for none",
        ),
        ("release", "the target's release, then"),
    ],
    ..rule("set-platform-missing", Error, "there is no bundle for a platform")
};

pub(super) fn check(context: &mut Context<'_>, set: &ReleaseSet, target: &Target) {
    let known: Vec<&Member> = set.members.iter().filter(|member| member.metadata.is_some()).collect();
    let field = |key: &'static str| move |member: &Member| shown(member, key);
    // Bundles of different modules have nothing else in common either, and one of each platform is right.
    if differs(context, &known, &MODULE, "module_name", field("module_name")) {
        return;
    }
    differs(context, &known, &VERSION, "version", |member| member.version().map(|version| version.to_string()));
    differs(context, &known, &VERSION, "semantic_version", field("semantic_version"));
    check_commands(context, &known);
    differs(context, &known, &CAPABILITIES, "capabilities", capabilities);
    for key in ["min_redis_pack_version", "min_redis_version", "compatible_redis_version"] {
        differs(context, &known, &REQUIREMENTS, key, field(key));
    }
    differs(context, &known, &GIT_SHA, "git_sha", field("git_sha"));
    check_twice(context, &known);
    if let Some(cluster) = target.cluster_version().filter(|_| !known.is_empty() && !set.is_for_release(target)) {
        let systems = target.possible_operating_systems();
        let message =
            format!("Redis Software {cluster} runs on {}, and no bundle is for any of them", systems.join(", "));
        context
            .report(&MISSING, Location::default(), message)
            .data("release", cluster)
            .data("platform", Datum::list(systems));
    }
    for (platform, is_of_nodes) in set.missing(target) {
        let message = if is_of_nodes {
            format!("nodes run {platform}, and no bundle is for them")
        } else {
            format!("a bundle for {platform} is required, and there is none")
        };
        context.report(&MISSING, Location::default(), message).data("platform", platform.to_string());
    }
}

/// Reports each bundle that has something else than most of the others; whether there are any.
fn differs(
    context: &mut Context<'_>,
    members: &[&Member],
    rule: &'static Rule,
    key: &'static str,
    value: impl Fn(&Member) -> Option<String>,
) -> bool {
    let values: Vec<Option<String>> = members.iter().map(|member| value(member)).collect();
    let Some((most, bundle, number)) = majority(members, &values) else { return false };
    let words = |value: &Option<String>| {
        value.as_deref().map_or_else(|| "not there".to_owned(), |text| shorten(text, 80).into_owned())
    };
    for (member, value) in members.iter().zip(&values).filter(|(_, value)| *value != most) {
        let message = format!(
            "`{key}` is {}; in {number} of {} it is {}, such as in `{bundle}`",
            words(value),
            count(members.len(), "bundle"),
            words(most)
        );
        context
            .report(rule, Location::file(&member.bundle).and_key(key), message)
            .data("field", key)
            .maybe("found", value.clone().map(Datum::from))
            .maybe("expected", most.clone().map(Datum::from))
            .data("bundle", bundle);
    }
    true
}

/// What most of them have, the first of those, and how many there are; of several that are as many, the first. `None` where all agree.
fn majority<'a, T: Ord>(members: &[&'a Member], values: &'a [T]) -> Option<(&'a T, &'a str, usize)> {
    let mut numbers: BTreeMap<&T, (usize, usize)> = BTreeMap::new();
    for (index, value) in values.iter().enumerate() {
        let entry = numbers.entry(value).or_insert((0, index));
        entry.0 = entry.0.saturating_add(1);
    }
    if numbers.len() < 2 {
        return None;
    }
    let (value, (number, first)) =
        numbers.into_iter().max_by_key(|(_, (number, first))| (*number, std::cmp::Reverse(*first)))?;
    Some((value, members.get(first)?.bundle.as_str(), number))
}

fn shown(member: &Member, key: &str) -> Option<String> {
    let value = member.metadata.as_ref()?.get(key)?;
    Some(value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)).filter(|text| !text.is_empty())
}

fn capabilities(member: &Member) -> Option<String> {
    let listed = member.metadata.as_ref()?.get("capabilities")?.as_array()?;
    let names: BTreeSet<&str> = listed.iter().filter_map(Value::as_str).collect();
    Some(names.into_iter().collect::<Vec<_>>().join(", "))
}

/// What is said of each command, by its name.
fn commands(member: &Member) -> BTreeMap<&str, String> {
    let listed = member.metadata.as_ref().and_then(|metadata| metadata.get("commands")?.as_array());
    let named =
        listed.into_iter().flatten().filter_map(|command| Some((command.get("command_name")?.as_str()?, command)));
    let said = |command: &Value| {
        let members = command.as_object().into_iter().flat_map(Object::iter);
        let mut members: Vec<String> = members.map(|(key, value)| format!("{key}: {value}")).collect();
        members.sort();
        members.join(", ")
    };
    named.map(|(name, command)| (name, said(command))).collect()
}

fn check_commands(context: &mut Context<'_>, members: &[&Member]) {
    let values: Vec<BTreeMap<&str, String>> = members.iter().map(|member| commands(member)).collect();
    let Some((most, bundle, _)) = majority(members, &values) else { return };
    for (member, value) in members.iter().zip(&values).filter(|(_, value)| *value != most) {
        let names: BTreeSet<&str> = value.keys().chain(most.keys()).copied().collect();
        let Some(name) = names.into_iter().find(|name| value.get(name) != most.get(name)) else { continue };
        let what = match (value.contains_key(name), most.contains_key(name)) {
            (true, true) => "says other things of it",
            (true, false) => "does not list it",
            _ => "lists it, and this one does not",
        };
        let message = format!("the command `{name}` is not the same in all bundles: `{bundle}` {what}");
        context
            .report(&COMMANDS, Location::file(&member.bundle).and_key("commands"), message)
            .data("command", name)
            .data("bundle", bundle);
    }
}

fn check_twice(context: &mut Context<'_>, members: &[&Member]) {
    let mut first: BTreeMap<NodePlatform, &str> = BTreeMap::new();
    for member in members {
        for platform in member.platforms() {
            let Some(other) = first.get(&platform).copied() else {
                first.insert(platform, &member.bundle);
                continue;
            };
            let message = format!("it is for {platform}, and so is `{other}`");
            context
                .report(&TWICE, Location::file(&member.bundle).and_key("operating_systems"), message)
                .data("platform", platform.to_string())
                .data("bundle", other);
        }
    }
}
