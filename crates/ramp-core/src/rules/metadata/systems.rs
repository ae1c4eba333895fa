//! Metadata: the operating systems that are declared.

use std::collections::HashSet;

use crate::cure::{Edit, Repair};
use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::layout::{pointer, steps};
use crate::level::Level;
use crate::metadata::{Object, Value, python};
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::written::Instead;
use crate::rules::{systems, written};
use crate::target::platform_id;

pub(super) static OS_MISSING: Rule = Rule {
    what: "There is no `operating_systems`.",
    why: "Current clusters compare it with each node's system. Packers before 2.5.2 wrote none.",
    help: "Pack with a current packer, or name the systems the module was built for.",
    example: "A package of `ramp-packer` 2.4.",
    ..rule("operating-systems-missing", Level::Warning, "no operating system is declared")
};
pub(super) static OS_UNKNOWN: Rule = Rule {
    repair: Repair::Value,
    what: "An operating system, declared or in a key of `platforms`, is not one that any release of Redis Enterprise runs on.",
    why: "It matches no node's system.",
    help: "Write the family and the major version: `rhel9`, `ubuntu22`, `amzn2023`. Rebuilds of RHEL are `rhel`. A \
           packer that is not told otherwise writes the system of the machine that it runs on.",
    example: "`debian12`, from a build container; `ubuntu-22`.",
    data: &[
        ("platform", "the name, as it is declared"),
        ("suggestion", "the name that was probably meant, or those of systems that nodes run"),
    ],
    ..rule("operating-system-unknown", Level::Warning, "no release runs on a declared operating system")
};
pub(super) static OS_SPELLING: Rule = Rule {
    repair: Repair::Value,
    what: "A declared operating system is spelled otherwise than nodes are: with a minor version, in capitals, with blanks, by the \
           name of a rebuild.",
    why: "Nodes are `ubuntu22` and `rhel9`, not `ubuntu22.04` and `RHEL 9`; whether the cluster sees them as equal is not documented.",
    help: "Write family and major version, in small letters.",
    example: "`ubuntu18.04`, as `ramp-packer` 2.5.0 wrote it; `RHEL9`; `rocky9`.",
    data: &[("platform", "the name, as it is declared"), ("suggestion", "the name that nodes have")],
    ..rule("operating-system-spelling", Level::Warning, "a declared operating system is not spelled as nodes are")
};
pub(super) static OS_LISTS_DIFFER: Rule = Rule {
    what: "`operating_systems` and the older `os_list` do not name the same systems.",
    why: "The unpacker looks at both; releases up to 7.2 document `os_list`, and current ones compare `operating_systems`. The \
          bundle is then for other nodes to one release than to another.",
    help: "Leave out `os_list`, which packers wrote for two releases in between.",
    example: "`\"os_list\": [\"rhel8.6\"]` beside `\"operating_systems\": [\"rhel9\"]`.",
    data: &[("field", "the list that names it"), ("platform", "the system that only one of the two names")],
    ..rule("operating-systems-differ", Level::Warning, "the two lists of operating systems differ")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    check_lists(context, facts);
    // Of a list that has something in it, which is not a name, others have spoken.
    let is_empty = |field| facts.root().get(field).is_none_or(|listed| !python::is_truthy(listed));
    if ["operating_systems", "os_list"].into_iter().all(is_empty) && !context.is_said("/operating_systems") {
        context.report(
            &OS_MISSING,
            Location::pointer("/operating_systems"),
            "neither `operating_systems` nor `os_list` names a system",
        );
    }
    let field = facts.operating_systems_field();
    let listed = facts.numbered_operating_systems().map(|(index, name)| (format!("/{field}/{index}"), name));
    let platforms = facts.root().get("platforms").and_then(Value::as_object).into_iter().flat_map(Object::keys);
    let declared: HashSet<&str> = facts.operating_systems().into_iter().collect();
    let mut seen: HashSet<&str> = HashSet::new();
    let of_platforms = platforms.filter_map(|key| Some((pointer(["platforms", key]), key.split_once('/')?.0)));
    for (pointer, name) in listed.chain(of_platforms) {
        if context.is_said(&pointer) {
            continue;
        }
        let at = || Location::pointer(&pointer);
        let known = Knowledge::builtin().platform(name);
        if let Some(platform) = known.filter(|platform| systems::some_release_runs_on(platform)) {
            let is_there = declared.contains(platform.id.as_str()) || !seen.insert(&platform.id);
            if platform.id != name {
                let write = || format!("Write `{}`.", platform.id);
                let (help, edit) = if of_platform(&pointer) {
                    let key = key(&pointer);
                    let architecture = key.split_once('/').unwrap_or_default().1;
                    // At once as the key is called in the end.
                    let key =
                        systems::meant_platform(&key).unwrap_or_else(|| format!("{}/{architecture}", platform.id));
                    (write(), Edit::Rename { pointer: pointer.clone(), key })
                } else if is_there {
                    let help = format!("Remove it: `{}` is listed besides.", platform.id);
                    (help, Edit::Remove { pointer: pointer.clone() })
                } else {
                    (write(), Edit::Set { pointer: pointer.clone(), value: platform.id.as_str().into() })
                };
                context
                    .report(&OS_SPELLING, at(), format!("`{name}` is `{}` on nodes", platform.id))
                    .data("platform", name)
                    .data("suggestion", &platform.id)
                    .help(help)
                    .edit(edit);
            }
            continue;
        }
        if context.is_full(&OS_UNKNOWN) {
            context.count_more(&OS_UNKNOWN, 1);
            continue;
        }
        let message = format!("no release of Redis Enterprise runs on `{}`", name.escape_debug());
        let (suggestion, help, edit) = Instead::parts(systems::instead_of(&pointer, name, context.target));
        // In a key of `platforms` the architecture stands behind it.
        let edit = edit.filter(|_| !of_platform(&pointer));
        let reported = context.report(&OS_UNKNOWN, at(), message).data("platform", name);
        reported.maybe("suggestion", suggestion).help(help).edit(edit);
    }
}

/// Whether it is a key of `platforms`.
fn of_platform(pointer: &str) -> bool {
    pointer.starts_with("/platforms/")
}

/// The last step.
fn key(pointer: &str) -> String {
    steps(pointer).last().unwrap_or_default()
}

/// How many systems of each list are compared.
const MOST_COMPARED: usize = 1000;

/// Both lists, where both have something in them.
fn check_lists(context: &mut Context<'_>, facts: &MetadataFacts) {
    // Of what is not a system, something else is said.
    let named = |field: &'static str| -> Vec<&str> {
        let items = facts.root().get(field).and_then(Value::as_array).unwrap_or_default();
        let is_said = |index: usize| context.is_said(&format!("/{field}/{index}"));
        let texts = items.iter().enumerate().filter_map(|(index, item)| Some((index, item.as_str()?)));
        // Of as many as a report has findings of.
        texts.take(MOST_COMPARED).filter(|(index, _)| !is_said(*index)).map(|(_, name)| platform_id(name)).collect()
    };
    let (newer, older) = (named("operating_systems"), named("os_list"));
    if newer.is_empty() || older.is_empty() || context.is_said("/os_list") {
        return;
    }
    let (in_newer, in_older): (HashSet<&str>, HashSet<&str>) =
        (newer.iter().copied().collect(), older.iter().copied().collect());
    let only_older = older.iter().find(|id| !in_newer.contains(*id)).map(|id| ("os_list", "operating_systems", id));
    let only_newer = newer.iter().find(|id| !in_older.contains(*id)).map(|id| ("operating_systems", "os_list", id));
    if let Some((field, other, id)) = only_older.or(only_newer) {
        let message = format!("`{}` is in `{field}`, but not in `{other}`", written::shown_text(id));
        context.report(&OS_LISTS_DIFFER, Location::key("os_list"), message).data("field", field).data("platform", *id);
    }
}
