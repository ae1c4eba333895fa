//! Metadata: the operating systems that are declared.

use crate::facts::MetadataFacts;
use crate::finding::{Location, Rule};
use crate::knowledge::Knowledge;
use crate::level::Level;
use crate::rules::context::Context;
use crate::rules::declare::metadata as rule;
use crate::rules::systems;

pub(super) static OS_MISSING: Rule = Rule {
    what: "There is no `operating_systems`.",
    why: "Current clusters compare it with each node's system. Packers before 2.5.2 wrote none.",
    help: "Pack with a current packer, or name the systems the module was built for.",
    example: "A package of `ramp-packer` 2.4.",
    ..rule("operating-systems-missing", Level::Warning, "no operating system is declared")
};
pub(super) static OS_UNKNOWN: Rule = Rule {
    what: "A declared operating system is not one that any release of Redis Enterprise runs on.",
    why: "No node's system equals it.",
    help: "Write family and major version: `rhel9`, `ubuntu22`, `amzn2023`. Rebuilds of RHEL are `rhel`. A packer that is not \
           told writes the system of the machine that it runs on.",
    example: "`debian12`, from a container of a build; `ubuntu-22`.",
    data: &[
        ("platform", "the name, as it is declared"),
        ("suggestion", "the name that was probably meant, or those of systems that nodes run"),
    ],
    ..rule("operating-system-unknown", Level::Warning, "no release runs on a declared operating system")
};
pub(super) static OS_MINOR: Rule = Rule {
    what: "A declared operating system has more than family and major version, or is written by another name.",
    why: "Nodes are `ubuntu22`, not `ubuntu22.04`; whether the cluster sees them as equal is not documented.",
    help: "Write family and major version.",
    example: "`ubuntu18.04`, as `ramp-packer` 2.5.0 wrote it.",
    data: &[("platform", "the name, as it is declared"), ("suggestion", "the name that nodes have")],
    ..rule("operating-system-minor", Level::Warning, "a declared operating system is not written as nodes are")
};

pub(super) fn check(context: &mut Context<'_>, facts: &MetadataFacts) {
    let declared = facts.operating_systems();
    if declared.is_empty() && !context.is_said("/operating_systems") {
        context.report(
            &OS_MISSING,
            Location::pointer("/operating_systems"),
            "neither `operating_systems` nor `os_list` names a system",
        );
    }
    for (index, name) in declared.iter().enumerate() {
        let pointer = format!("/{}/{index}", facts.operating_systems_field());
        if context.is_said(&pointer) {
            continue;
        }
        let at = || Location::pointer(&pointer);
        let known = Knowledge::builtin().platform(name);
        if let Some(platform) = known.filter(|platform| systems::some_release_runs_on(platform)) {
            if platform.id != *name {
                context
                    .report(&OS_MINOR, at(), format!("`{name}` is not how nodes are named"))
                    .data("platform", *name)
                    .data("suggestion", &platform.id)
                    .help(format!("Write `{}`.", platform.id));
            }
            continue;
        }
        if context.is_full(&OS_UNKNOWN) {
            context.count_more(&OS_UNKNOWN, 1);
            continue;
        }
        let message = format!("no release of Redis Enterprise runs on `{}`", name.escape_debug());
        let (suggestion, help) = systems::instead_of(name, context.target).unzip();
        context.report(&OS_UNKNOWN, at(), message).data("platform", *name).maybe("suggestion", suggestion).help(help);
    }
}
